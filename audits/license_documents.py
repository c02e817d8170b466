"""What of a release its readers read: README and other documents, license texts, notices; each within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from finewarden import front_matter
from finewarden.artifacts.folder import Folder, UnreadableFile
from finewarden.audits.release_facts import LIMIT, README
from finewarden.front_matter import FrontMatterError
from finewarden.licensing.license_files import is_beside, license_files, notice_files, policy_files, third_party_files
from finewarden.licensing.wording.prose import Prose
from finewarden.licensing.wording.visible import visible
from finewarden.release.comments import blanked

__all__ = [
    "Document",
    "documents",
    "is_terms",
    "license_texts",
    "line_in",
    "notices",
    "own_terms",
    "policies",
    "readme",
    "unread_license_texts",
]

_MARKDOWN = (".md", ".markdown", ".html")
# Of other text files, those that are written for readers by their names; not requirements or templates.
_FOR_READERS = re.compile(
    r"(?<![a-z])(?:readme|notice|terms|agreement|eula|conditions|about|docs?|documentation|manual|guide|usage|credits?|authors"
    r"|attributions?|addendum|acknowledge?ments?|disclaimer|changes|changelog|release|model[-_]?card|card|info|说明|介绍|使用|声明"
    r"|条款|协议|文档)(?![a-z])",
    re.IGNORECASE,
)
_TERMS = ("terms", "agreement", "eula", "conditions", "addendum")
_MOST = 24  # documents of one release that are read
_NO_TEXT = (".pdf", ".docx", ".odt", ".rtf", ".png", ".jpg")
_EACH = 2048  # bytes that a license text costs beyond its own: to look it up among all that are known


@dataclass(frozen=True, slots=True)
class Document:
    """A text file as its reader sees it: front matter and comments are blank, lines stay where they are."""

    name: str
    text: str


def readme(release: Folder) -> Document | None:
    """README.md; None when it is absent or no text."""
    return next(iter(_read(release, [README])), None)


def documents(release: Folder) -> list[Document]:
    """README.md first, then what else is written for readers, without what they do not see; no license, notice or
    policy text."""
    return list(_documents(release))


@lru_cache(maxsize=4)  # nearly every license audit asks for them, and what readers don't see takes time to find
def _documents(release: Folder) -> tuple[Document, ...]:
    names = [
        file.rel
        for file in release.files
        if _is_document(file.name) and file.rel.count("/") <= 1 and not is_beside(file.name) and file.size <= LIMIT
    ]
    names.sort(key=lambda name: (name != README, "/" in name, name))
    return tuple(replace(one, text=visible(one.text)) for one in _read(release, names[:_MOST]))


def notices(release: Folder) -> list[Document]:
    """Every "Notice" text file, those that collect the notices of others last."""
    names = [file.rel for file in release.files]
    return _read(release, [*notice_files(names), *third_party_files(names)])


def license_texts(release: Folder) -> list[Document]:
    """Every license text, the model's own first, as it stands; within bounds (`unread_license_texts`)."""
    return _read(release, _license_names(release)[0], plain=True)


def unread_license_texts(release: Folder) -> list[str]:
    """License texts that nobody reads here, for they are too large alone or all together."""
    return _license_names(release)[1]


def own_terms(release: Folder) -> list[Document]:
    """Documents that are terms by their names (TERMS.md, EULA.txt)."""
    return [one for one in documents(release) if is_terms(one.name)]


def is_terms(name: str) -> bool:
    """Whether a document is called terms."""
    return any(word in name.rpartition("/")[2].lower() for word in _TERMS)


def policies(release: Folder) -> list[Document]:
    """Every acceptable-use policy, as it stands."""
    return _read(release, policy_files(file.rel for file in release.files), plain=True)


def line_in(found: Iterable[Document], sentence: str, *, exact_case: bool = False) -> tuple[str, int] | None:
    """The file and line of the first of *found* in which *sentence* stands."""
    for one in found:
        line = Prose(one.text).line_of(sentence, exact_case=exact_case)
        if line is not None:
            return one.name, line
    return None


def _is_document(name: str) -> bool:
    bare, _, ending = name.lower().rpartition(".")
    if f".{ending}" in _MARKDOWN:
        return True
    return (ending in ("txt", "rst") and _FOR_READERS.search(bare) is not None) or name.lower() == "readme"


def _license_names(release: Folder) -> tuple[list[str], list[str]]:
    """The license texts that are read, and those that are not."""
    sizes = {file.rel: file.size for file in release.files}
    read: list[str] = []
    left: list[str] = []
    budget = LIMIT
    for name in (*license_files(sizes), *third_party_files(sizes)):
        if name.lower().endswith(_NO_TEXT):
            continue
        fits = sizes[name] + _EACH <= budget
        budget -= sizes[name] + _EACH if fits else 0
        (read if fits else left).append(name)
    return read, left


def _read(release: Folder, names: Iterable[str], *, plain: bool = False) -> list[Document]:
    found = []
    for name in names:
        try:
            text = release.text(name, limit=LIMIT) if release.get(name) else None
        except UnreadableFile:  # the artifact audits tell it
            continue
        if text is not None:
            found.append(Document(name, text if plain else blanked(_without_front(text))))
    return found


def _without_front(text: str) -> str:
    try:
        _, body = front_matter.split(text)
    except FrontMatterError:
        return text
    return "\n" * text.count("\n", 0, len(text) - len(body)) + body
