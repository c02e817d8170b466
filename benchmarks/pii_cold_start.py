"""How long a fresh process takes to its first finding, from the start of Python to the end.

    OMP_NUM_THREADS=1 python benchmarks/pii_cold_start.py [--runs 5]

Each way is a whole process: interpreter, imports, models, one text. Wall and CPU seconds, the least of some runs after
one that fills the disk cache and the bytecode. Rules alone are to take less than 3 seconds. Where torch and
transformers are installed, Presidio imports them; the command `finewarden scan` sees to it that it does not.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence

ENGLISH = "My name is John Smith and my phone number is (212) 555-0147."
CHINESE = "我叫王建国，手机号是13812345678。"
COMMAND = (
    "import json, sys, tempfile; from finewarden.cli import main;"
    " rows = tempfile.NamedTemporaryFile('w', suffix='.jsonl');"
    f" rows.write(json.dumps({{'text': {CHINESE + ENGLISH!r}}})); rows.flush(); sys.stdout = open('/dev/null', 'w');"
    " sys.argv = ['finewarden', 'scan', rows.name, *sys.argv[1:]]; assert main() == 1"
)
WAYS = {
    "python -c pass": "pass",
    "find_by_rules": f"from finewarden.personal_data.rules import find_by_rules; assert find_by_rules({CHINESE!r})",
    "Scanner, rules and patterns, no names": (
        f"from finewarden.personal_data.scanner import Scanner; assert Scanner(names=False).scan({ENGLISH!r})"
    ),
    "scan_text, Chinese names": (
        f"from finewarden.personal_data import scan_text; assert scan_text({CHINESE!r}, languages=('zh',))"
    ),
    "scan_text, English names": (
        f"from finewarden.personal_data import scan_text; assert scan_text({ENGLISH!r}, languages=('en',))"
    ),
    "scan_text, both": f"from finewarden.personal_data import scan_text; assert scan_text({CHINESE + ENGLISH!r})",
    "finewarden scan --rules-only": COMMAND.replace("*sys.argv[1:]", "'--rules-only'"),
    "finewarden scan": COMMAND,
    "stock Presidio, same model": (
        "import sys; sys.path.append('benchmarks'); from pii_corpora import stock_engine; "
        f"assert stock_engine().analyze({ENGLISH!r}, language='en')"
    ),
    "stock Presidio, no model": (
        "import sys; sys.path.append('benchmarks'); from pii_corpora import stock_engine; "
        f"assert stock_engine(names=False).analyze({ENGLISH!r}, language='en')"
    ),
}


def spent(code: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds and the most memory so far of a child, in MB, of one process."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line a way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args(arguments)
    print(f"{'':40} {'wall s':>7} {'CPU s':>7}")
    for name, code in WAYS.items():
        try:
            spent(code)
            all_ = [spent(code) for _ in range(options.runs)]
        except subprocess.CalledProcessError:
            print(f"{name:40} does not run here")
            continue
        print(f"{name:40} {min(wall for wall, _, _ in all_):7.2f} {min(cpu for _, cpu, _ in all_):7.2f}")


if __name__ == "__main__":
    main()
