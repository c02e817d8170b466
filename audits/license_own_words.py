"""Texts of somebody's own that lie beside a license which travels with the model: they may take nothing from it."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.audits.license_documents import Document, is_terms
from finewarden.audits.release_facts import shown
from finewarden.gate.judge import Judge
from finewarden.licensing.license_files import find_license, is_code_license, is_collected, third_party_files
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.terms import Terms
from finewarden.licensing.texts.match import TextMatch
from finewarden.licensing.texts.taken_back import taken_back

__all__ = ["tell_own_words"]

_FEW = 5  # words: less is no text
# By what its own text, or its readers, call a family beside its name.
_ALSO_CALLED = {
    "llama": ("Meta",),
    "qwen": ("Tongyi", "Tongyi Qianwen", "通义千问", "通义"),
    "deepseek": ("深度求索",),
    "hunyuan": ("混元",),
    "glm": ("ChatGLM",),
}


def tell_own_words(
    judge: Judge,
    licensed: Licensed,
    matches: Sequence[tuple[Document, TextMatch]],
    documents: Sequence[Document],
) -> None:
    """Tell each text that is no license known here: as a failure where it says that the bound license does not hold,
    else, where its name makes it a license, as a warning. Of *documents*, those that are terms fail, too; what others
    say so warns, and so do lists of others' licenses."""
    here = {key for _, match in matches for key in (match.key, *match.also)}
    bound = [one for one in licensed.terms if one.role == "base" and one.record.travels and one.record.key in here]
    if not bound:
        return
    main = find_license(document.name for document, _ in matches)
    names = {name for one in bound for name in _called(one)}
    # A license of one's own, where the base's lets a fine-tune have it, is license.declared's.
    judged_elsewhere = main if all(one.record.derivatives != "bound" for one in bound) else None
    for document, match in matches:
        if len(document.text.split()) < _FEW or match.intact or match.key in {one.record.key for one in bound}:
            continue
        listed = bool(third_party_files([document.name]))
        taken = taken_back(document.text, names, only_named=listed)
        if taken is not None:
            _taken(judge, licensed, bound[0], document, taken, warn=listed)
        elif match.key is None and document.name != judged_elsewhere and not _is_others(document.name):
            _beside(judge, bound[0], document)
    for document in documents:
        taken = taken_back(document.text, names, only_named=bool(third_party_files([document.name])))
        if taken is not None:
            _taken(judge, licensed, bound[0], document, taken, warn=not is_terms(document.name))


def _called(terms: Terms) -> tuple[str, ...]:
    record = terms.record
    return (record.family, record.name, *_ALSO_CALLED.get(record.family, ()))


def _is_others(name: str) -> bool:
    return is_collected(name) or is_code_license(name)


def _taken(
    judge: Judge, licensed: Licensed, terms: Terms, document: Document, taken: tuple[int, str], *, warn: bool
) -> None:
    line, words = taken
    judge.finding(
        "taken-back",
        where=f"{document.name}:{line}",
        what=f"it takes back what {terms.record.revision} asks, which travels with the model: {shown(words)} "
        f"[our record: {terms.known()}]",
        mend="take the sentence out: terms of your own may add to the license and take nothing from it",
        subject=f"{terms.record.key} {words}",
        warn=warn or not terms.certain or licensed.policy.audience == "internal",
    )


def _beside(judge: Judge, terms: Terms, document: Document) -> None:
    judge.finding(
        "own-words",
        where=document.name,
        what=f"it is no license that is known here, beside {terms.record.revision}, which travels with the model: "
        f"terms of your own may not take anything from it [our record: {terms.known()}]",
        mend="check it; where it is not meant as a license, give the file a name without LICENSE",
        subject=f"{terms.record.key} {document.name}",
        warn=True,
    )
