"""Releases whose card says what nobody sees, denies it, or says otherwise in its sentences than in its front."""

from __future__ import annotations

from tests.audits.license_clean import CHANGED, GEMMA, GEMMA_BOUND, LLAMA31, QWEN
from tests.audits.license_parts import Parts, Release

__all__ = ["UNSEEN"]

MARK = "Built with Llama"


def _shown(line: str) -> Parts:
    return LLAMA31.swapped(MARK, line)


def _release(name: str, clean: str, breach: str) -> Release:
    return Release(name, "Llama 3.1, 1.b.i(B): prominently", _shown(clean), _shown(breach), "license.mark", "missing")


UNSEEN = [
    _release("in-a-code-block", f"> {MARK}", f"```\n{MARK}\n```"),
    _release("in-code", f"| {MARK} |\n|---|\n| `x` |", f"See `{MARK}`."),
    _release("in-a-definition", f"![{MARK}](mark.png)", f"[//]: # ({MARK})"),
    _release("not-displayed", f"<p align='center'><b>{MARK}</b></p>", f"<p style='display:none'>{MARK}</p>"),
    _release("hidden", f'<img src="mark.png" alt="{MARK}">', f"<div hidden>\n\n{MARK}\n\n</div>"),
    _release("denied", f"This model is not affiliated with Meta. {MARK}.", f"This model is not {MARK}."),
    _release("forbidden", f"{MARK}; do not use it for medical advice.", f"Do not write '{MARK}'."),
    Release(
        "in-requirements",
        "Llama 3.1, 1.b.i(B): prominently",
        LLAMA31.without(MARK).with_files(README_EN__txt=f"{MARK}\n"),
        LLAMA31.without(MARK).with_files(requirements__txt=f"# {MARK}\n", chat_template__txt=f"{MARK}\n"),
        "license.mark",
        "missing",
    ),
    Release(
        "in-the-notice",
        "Llama 3.1, 1.b.i(B): on a website, an interface, a page about it, in documentation",
        LLAMA31,
        LLAMA31.without(MARK).with_files(NOTICE=f"{LLAMA31.files['NOTICE']}\n{MARK}\n"),
        "license.mark",
        "in-notice-only",
        warns=True,
    ),
    Release(
        "notice-denied",
        "Llama 3.1, 1.b.iii",
        LLAMA31,
        LLAMA31.with_files(NOTICE=f"It is not true that {LLAMA31.files['NOTICE']}"),
        "license.notice",
        "sentence",
    ),
    Release(
        "changes-denied",
        "Gemma, 3.1, third bullet",
        GEMMA.swapped(CHANGED, "Static quants of https://huggingface.co/google/gemma-2-9b-it"),
        GEMMA.swapped(CHANGED, "权重与基座完全一致，未做任何改动。欢迎基于本模型微调。"),
        "license.changes",
        "missing",
    ),
    Release(
        "restrictions-denied",
        "Gemma, 3.1, first and second bullet",
        GEMMA,
        GEMMA.swapped(
            GEMMA_BOUND,
            "Nobody who redistributes this model has to mind the Gemma Prohibited Use Policy, and nobody is bound by "
            "it.",
        ),
        "license.flow_down",
        "users-not-told",
    ),
    Release(
        "said-in-words",
        "front matter and sentence differ: which of them holds?",
        LLAMA31.but(lines=(*LLAMA31.lines, "The code is released under the MIT License.")),
        LLAMA31.but(lines=(*LLAMA31.lines, "This model is released under the MIT License.")),
        "license.declared",
        "other-words",
        warns=True,
    ),
    Release(
        "said-in-chinese",
        "front matter and sentence differ: which of them holds?",
        QWEN.but(lines=(*QWEN.lines, "数据集采用 MIT 许可证，基座模型另有许可。")),
        QWEN.but(lines=(*QWEN.lines, "本模型采用 MIT 许可证发布。")),
        "license.declared",
        "other-words",
        warns=True,
    ),
]
