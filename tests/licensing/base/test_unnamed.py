"""An adapter of a base that nobody knows: what its shapes alone point to."""

from __future__ import annotations

from pathlib import Path

import pytest

from finewarden.licensing.base.identity import identify_base
from finewarden.licensing.base.unnamed import bound_by_dimensions
from finewarden.licensing.library import Library
from tests.licensing import folders
from tests.licensing.folders import Arch


@pytest.mark.parametrize(
    ("arch", "base", "licenses"),
    [
        (folders.QWEN25_3B, "acme/x", {"qwen-research-2024"}),
        (folders.GEMMA_2_9B, "acme/x", {"gemma"}),
        (folders.QWEN25_3B, "Qwen/Qwen2.5-3B-Instruct", None),
        (folders.QWEN2_7B, "acme/x", None),
        (folders.LLAMA_31_8B, "acme/x", None),
        (folders.LLAMA_2_7B, "acme/x", None),
        (folders.SMOLLM3_3B, "acme/x", None),
        (Arch("qwen2", 1792, 20, 14, 2, 128, 4992, 64000), "acme/x", None),
    ],
)
def test_bound_alone(tmp_path: Path, arch: Arch, base: str, licenses: set[str] | None) -> None:
    """Shapes that models of one bound license alone have are told; shared, permissive, named and unknown ones not."""
    folders.write_adapter(tmp_path, arch, base)
    claim = bound_by_dimensions(identify_base(tmp_path), Library.shipped())

    assert (None if claim is None else claim.licenses) == licenses
