"""What training tools write into a README that nobody stated: recognised with the tool named, and taken out again.

Sources: TRL `trainer/utils.py` writes `licence="license"` and its template names a local base "None"; Unsloth's
`save.py` writes `license: apache-2.0` for every base model; PEFT saves huggingface_hub's empty template; transformers'
`modelcard.py` leaves "More information needed".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from finewarden.licensing.base.names import is_local
from finewarden.licensing.hub_licenses import same_license
from finewarden.release.comments import blanked

__all__ = ["Default", "front_matter_mends", "is_empty_template", "mend_body", "recognise", "renamed"]

_NONE_LINK = "[None](https://huggingface.co/None)"
_NONE_PIPELINE = 'model="None"'
_UNSLOTH_MARK = "trained 2x faster with [Unsloth](https://github.com/unslothai/unsloth)"
_UNSLOTH_LICENSE = re.compile(r"^- \*\*License:\*\* apache-2\.0[ \t]*$", re.MULTILINE)
_SELF_LINK = re.compile(r"\[(?P<name>[^\[\]\n]{1,512})\]\(https://huggingface\.co/(?P=name)\)")
_UNSLOTH_BASE = re.compile(r"^(- \*\*Finetuned from model :\*\*) (?P<name>\S+)[ \t]*$", re.MULTILINE)
_PLACEHOLDER = "[More Information Needed]"
_TRAINER_PLACEHOLDER = "More information needed"
_TRAINER_COMMENT = "This model card has been generated automatically according to the information the Trainer had"
# What huggingface_hub's template says besides headings, comments and placeholders (templates/modelcard_template.md).
_TEMPLATE_TEXT = (
    "Users (both direct and downstream) should be made aware of the risks, biases and limitations of the model.",
    "Use the code below to get started with the model.",
    "Carbon emissions can be estimated using the",
    "**BibTeX:**",
    "**APA:**",
    "- PEFT ",
)


@dataclass(frozen=True, slots=True)
class Default:
    """What one tool wrote. *false_claim*: it states something; else it only leaves a blank."""

    tool: str
    line: int
    what: str
    false_claim: bool


def recognise(text: str, front: Mapping[str, Any], *, license: str | None) -> list[Default]:  # noqa: A002 - the field's name
    """One entry per tool and kind. *text* is the whole README, *license* what the owner's policy states."""
    found: list[Default] = []
    trl = []
    if front.get("licence") == "license":
        trl.append(("licence: license", "the key `licence: license`, which is no license and which the Hub ignores"))
    if _NONE_LINK in text:
        trl.append((_NONE_LINK, f"a link to the base model that does not exist, {_NONE_LINK}"))
    elif _NONE_PIPELINE in text:
        trl.append((_NONE_PIPELINE, f"example code that loads a model which does not exist ({_NONE_PIPELINE})"))
    if trl:
        what = "TRL's template wrote " + " and ".join(said for _, said in trl)
        found.append(Default("TRL", _line_of(text, trl[0][0]), what, false_claim=True))
    unstated = license is None or same_license(license, "apache-2.0") is not True
    if _UNSLOTH_MARK in text and unstated and (front.get("license") == "apache-2.0" or _UNSLOTH_LICENSE.search(text)):
        what = "Unsloth's template wrote `license: apache-2.0`, as it does for every base model; nobody stated it here"
        line = _line_of(text, "license: apache-2.0" if front.get("license") == "apache-2.0" else "- **License:**")
        found.append(Default("Unsloth", line, what, false_claim=True))
    blanks = text.count(_PLACEHOLDER)
    if blanks:
        what = f"PEFT's empty template: {blanks} × {_PLACEHOLDER}"
        found.append(Default("PEFT", _line_of(text, _PLACEHOLDER), what, false_claim=False))
    if _TRAINER_COMMENT in text and _TRAINER_PLACEHOLDER in text:
        what = f"Trainer's template: {text.count(_TRAINER_PLACEHOLDER)} × {_TRAINER_PLACEHOLDER!r}"
        found.append(Default("transformers", _line_of(text, _TRAINER_PLACEHOLDER), what, false_claim=False))
    return found


def front_matter_mends(
    front: Mapping[str, Any], *, base: str | None, local: Callable[[str], bool] = is_local
) -> dict[str, Any]:
    """Changes that take tools' false values out of *front* (see `front_matter.edit`); the base's id when known.

    *local* tells whether a name is a folder of the machine that trained.
    """
    changes: dict[str, Any] = {}
    if front.get("licence") == "license":
        changes["licence"] = None
    if isinstance(at := front.get("base_model"), str) and (local(at) or at == "None"):
        changes["base_model"] = base
    if isinstance(tags := front.get("tags"), list):
        mended = [_mend_tag(tag, base, local) for tag in tags]
        kept = [tag for tag in mended if tag is not None]
        if kept != tags:
            changes["tags"] = kept or None
    if isinstance(data := front.get("datasets"), list):
        kept = [name for name in data if not (isinstance(name, str) and local(name))]
        if kept != data:
            changes["datasets"] = kept or None
    elif isinstance(data, str) and local(data):
        changes["datasets"] = None
    return changes


def mend_body(
    body: str,
    *,
    base: str | None,
    license: str | None,  # noqa: A002 - the field's own name
    name: str | None,
    local: Callable[[str], bool] = is_local,
) -> str:
    """*body* with the sentences that only a tool writes mended; a person's text is left alone.

    *name* is what the release is called; without one the example code of TRL's template names this folder.
    """
    unnamed = f"[{base}](https://huggingface.co/{base})" if base else "a base model that this card does not name"
    body = body.replace(_NONE_LINK, unnamed)
    body = _SELF_LINK.sub(lambda m: unnamed if local(m["name"]) else m[0], body)
    body = body.replace(
        f'pipeline("text-generation", {_NONE_PIPELINE}', f'pipeline("text-generation", model="{name or "."}"'
    )
    if _UNSLOTH_MARK in body:
        if license is not None:
            body = _UNSLOTH_LICENSE.sub(lambda _: f"- **License:** {license}", body)
        body = _UNSLOTH_BASE.sub(
            lambda m: f"{m[1]} {base or 'not named'}" if local(m["name"]) else m[0],
            body,
        )
    return body


def renamed(front: Mapping[str, Any], body: str, name: str) -> tuple[dict[str, Any], str]:
    """Changes to *front*, and *body*, where TRL called the model after its output folder: now *name*.

    TRL writes the folder's name as `model_name` and into its title; where the two differ a person wrote one of them.
    """
    folder = front.get("model_name")
    title = f"# Model Card for {folder}\n"
    if not isinstance(folder, str) or not f"\n{body}".count(f"\n{title}"):
        return {}, body
    return {"model_name": name}, body.replace(title, f"# Model Card for {name}\n", 1)


def is_empty_template(body: str) -> bool:
    """Whether *body* is huggingface_hub's template that nobody filled in, so that there is no text to keep."""
    if body.count(_PLACEHOLDER) < 10:
        return False
    for line in blanked(body).splitlines():
        text = line.strip()
        if not text or text.startswith("#") or text.endswith(_PLACEHOLDER) or text.startswith(_TEMPLATE_TEXT):
            continue
        if _PLACEHOLDER in text and text.startswith(("- ", "[")):
            continue
        return False
    return True


def _mend_tag(tag: Any, base: str | None, local: Callable[[str], bool]) -> Any:
    """*tag*, with a base model's path in it replaced by the id; None when there is no id to put there."""
    if not isinstance(tag, str):
        return tag
    found = re.fullmatch(r"(base_model(?::[a-z]+)?):(?P<value>.+)", tag)
    if found and local(found["value"]):
        return f"{found[1]}:{base}" if base else None
    return None if local(tag) else tag


def _line_of(text: str, part: str) -> int:
    at = text.find(part)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
