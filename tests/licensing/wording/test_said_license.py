"""Which license a card's own words give the model."""

from __future__ import annotations

import time

import pytest

from finewarden.licensing.library import Library
from finewarden.licensing.wording.said_license import said_licenses


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("This model is released under the MIT License.", "mit"),
        ("Our models are released under the permissive **MIT** license.", "mit"),
        ("This model is licensed under the [Apache License, Version 2.0](LICENSE).", "apache-2.0"),
        ("The model weights are available under the terms of the Apache 2.0 license.", "apache-2.0"),
        ("This model is distributed under CC BY-NC 4.0 for research.", "cc-by-nc-4.0"),
        ("The model weights are available under the Llama 3.1 Community License.", "llama3.1"),
        ("License: MIT", "mit"),
        ("- **License:** [apache-2.0](LICENSE)", "apache-2.0"),
        ("## License\n\nMIT License\n", "mit"),
        ("本模型采用 MIT 许可证发布。", "mit"),
        ("模型权重遵循 Apache 2.0 协议。", "apache-2.0"),
        ("许可证：MIT", "mit"),
        ("- License: MIT (code), Llama 3.1 Community License (weights)", "llama3.1"),
        ("License: code: MIT; weights: Apache 2.0", "apache-2.0"),
        ("License: The MIT License (MIT)", "mit"),
        ("许可证：代码 MIT，权重 Llama 3.1", "llama3.1"),
        ("We release the model under the MIT license.", "mit"),
        ("Released under MIT.", "mit"),
        ("| License | MIT |\n|---|---|\n", "mit"),
        ("我们以 MIT 协议开源模型", "mit"),
    ],
)
def test_of_the_model(text: str, key: str) -> None:
    """Sentences, labels and a section that is a bare name tell the model's license."""
    library = Library.shipped()
    records = [library.get(name) for _, name in said_licenses(text)]

    assert [record.key for record in records if record is not None] == [key]


@pytest.mark.parametrize(
    "text",
    [
        "The code is under MIT.",
        "The code of this model is released under the MIT License.",
        "The dataset is licensed under CC BY 4.0.",
        "The base model is released under the Apache 2.0 license.",
        "Qwen2 is released under the Apache 2.0 License.",
        "The Qwen2 model is released under the Apache 2.0 License.",
        "This model is not released under the MIT License.",
        "This model was trained on data which is licensed under MIT.",
        "This model is based on [meta-llama/Llama-3.1-8B](https://x.y) under llama3.1.",
        "## Dataset\n\nLicense: cc-by-4.0",
        "- Dataset: chats\n  License: MIT",
        "本仓库代码采用 Apache 2.0 许可证。",
        "数据集采用 MIT 许可证。",
        "We release the code under the MIT license.",
        "We do not release the model under the MIT license.",
        "The demo code is on GitHub. Released under MIT.",
        "## Dataset\n\nReleased under MIT.",
        "| License | MIT | Apache 2.0 |",
        "- License: MIT (code)",
        "## License\n\nMIT for the scripts.",
        "我们以 MIT 协议开源代码",
        "基座模型采用 Apache 2.0 许可证。",
        "",
    ],
)
def test_of_something_else(text: str) -> None:
    """What is said of code, data, the base or other models is none of the model's."""
    assert list(said_licenses(text)) == []


def test_line() -> None:
    """Each stands with its line."""
    assert list(said_licenses("# Support\n\nA model.\n\nLicense: MIT\n")) == [(5, "MIT")]


def test_linear() -> None:
    """A long text of half sentences is read in time."""
    begin = time.process_time()
    for piece in (
        "this model is ",
        "License: ",
        "## License\n",
        "[a](",
        "本模型采用 ",
        "is released under ",
        "we release the model ",
        "License: code, ",
    ):
        for cut in ("", "\n"):
            list(said_licenses((piece + cut) * (200_000 // len(piece))))

    assert time.process_time() - begin < 6
