"""The statement of changes: what was made of the base model, when and with what, as far as the record knows."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.evidence.model_card import ModelCard

__all__ = ["changes", "changes_zh"]


def changes(card: ModelCard, bases: Sequence[str]) -> str:
    """One paragraph of Markdown that says how the files of the release differ from the *bases* (Hub ids)."""
    of = " and ".join(map(_link, bases))
    when = f" on {card.training_date.isoformat()}" if card.training_date else ""
    names = ", ".join(source.name for source in card.sources)
    data = f", with the training data {names}" if names else ""
    if card.form == "adapter":
        return (
            f"**Changes.** This adapter was fine-tuned from {of}{when}{data}. "
            "It modifies that model when it is loaded with it; the base model's own weights are as they were."
        )
    made = f"fine-tuned from {of}{when}{data}" if card.training else f"made from those of {of}"
    bits = ", and are stored in a quantised format" if card.form == "quantised" else ""
    return f"**Changes.** The weights of this release were modified: they were {made}{bits}."


def changes_zh(card: ModelCard, bases: Sequence[str]) -> str:
    """The same in Chinese."""
    of = "、".join(map(_link, bases))
    when = f"于 {card.training_date.isoformat()} " if card.training_date else ""
    names = "、".join(source.name for source in card.sources)
    data = f"，训练数据：{names}" if names else ""
    if card.form == "adapter":
        return (
            f"**修改说明。** 本适配器{when}由 {of} 微调得到{data}。"
            "与基座模型一起加载时会改变其行为；基座模型本身的权重未作修改。"
        )
    made = f"{when}由 {of} 微调得到{data}" if card.training else f"由 {of} 的权重得到"
    bits = "，并以量化格式存储" if card.form == "quantised" else ""
    return f"**修改说明。** 本发布的模型权重已作修改：{made}{bits}。"


def _link(base: str) -> str:
    return f"[{base}](https://huggingface.co/{base})"
