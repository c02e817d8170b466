"""What a release folder says of licenses, part by part, and how it is written to disk."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from finewarden.policy import Policy, load
from tests.licensing import folders
from tests.licensing.folders import Arch
from tests.licensing.stand_ins import own_texts, text_of

__all__ = ["Edit", "Parts", "Release", "Text", "build"]

Edit = Callable[[str], str]


@dataclass(frozen=True)
class Text:
    """The text of a license by its fingerprint, as it is or edited."""

    id: str
    edit: Edit = str


@dataclass(frozen=True)
class Parts:
    """Everything that a folder and its policy say. *bases* are several for a merge; without *arch* the card alone tells
    of them."""

    bases: tuple[str, ...]
    arch: Arch | None
    title: str
    front: Mapping[str, Any]
    lines: tuple[str, ...]
    files: Mapping[str, str | Text]
    form: Literal["adapter", "weights", "quantised"] = "weights"
    gguf: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    adapter_base: str | None = None
    tokenizer: str | None = None

    def but(self, **changes: Any) -> Parts:
        """These parts with others in the place of some."""
        return replace(self, **changes)

    def without(self, line: str) -> Parts:
        """These parts without the paragraph that begins with *line*."""
        kept = tuple(one for one in self.lines if not one.startswith(line))
        assert len(kept) == len(self.lines) - 1
        return self.but(lines=kept)

    def swapped(self, old: str, new: str) -> Parts:
        """These parts with the paragraph *old* replaced."""
        assert old in self.lines
        return self.but(lines=tuple(new if one == old else one for one in self.lines))

    def with_files(self, **changes: str | Text | None) -> Parts:
        """These parts with files added, replaced or (None) taken out; two underscores stand for a dot."""
        made = {**self.files, **{name.replace("__", "."): text for name, text in changes.items()}}
        return self.but(files={name: text for name, text in made.items() if text is not None})

    def declared(self, license_: str, name: str | None = None) -> Parts:
        """These parts with another license in the front matter."""
        front = {key: value for key, value in self.front.items() if not key.startswith("license")}
        if name is not None:
            front |= {"license_name": name, "license_link": "LICENSE"}
        return self.but(front={"license": license_, **front})


@dataclass(frozen=True)
class Release:
    """*breach* has one finding, of *audit* and *rule*; *clean* has none of the family."""

    name: str
    model: str  # the repository, or the sentence of a license, that it is modelled on
    clean: Parts
    breach: Parts
    audit: str
    rule: str
    warns: bool = False


def build(parts: Parts, folder: Path) -> Policy:
    """Write *parts* as *folder*, and the policy that goes with it as `finewarden.toml` beside; that policy."""
    folder.mkdir()
    base = parts.bases[0] if parts.bases else None
    if parts.gguf:
        folders.write_gguf(folder / "model.gguf", parts.gguf)
    elif parts.arch is not None and parts.form == "adapter":
        folders.write_adapter(folder, parts.arch, parts.adapter_base or base)
    elif parts.arch is not None:
        folders.write_config(folder, parts.arch)
        folders.write_weights(folder, parts.arch)
    if parts.tokenizer is not None:
        folders.write_tokenizer(folder, parts.tokenizer)
    named = {"base_model": base if len(parts.bases) == 1 else list(parts.bases)} if parts.bases else {}
    front = {**parts.front, **named}
    folders.write_readme(folder, front, "\n\n".join((f"# {parts.title}", *parts.lines)) + "\n")
    for name, text in parts.files.items():
        content = text.edit(text_of(text.id)) if isinstance(text, Text) else text
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    ids = {text.id for text in parts.files.values() if isinstance(text, Text)}
    settings = {"audience": "public", "commercial": False, "monthly_active_users": 1000, **parts.policy}
    file = folder.with_name("finewarden.toml")
    file.write_text(_toml(settings) + own_texts(folder.parent, *sorted(ids)), encoding="utf-8")
    return load(file)


def _toml(settings: Mapping[str, Any]) -> str:
    plain = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items() if key != "sources")
    return plain + "".join(f"[[sources]]\n{_toml(source)}" for source in settings.get("sources", ()))
