"""Texts of somebody's own that lie beside a license which travels with the model: they may take nothing from it."""

from __future__ import annotations

from collections.abc import Sequence

from finewarden.audits.license_documents import Document
from finewarden.audits.release_facts import shown
from finewarden.gate.judge import Judge
from finewarden.licensing.license_files import find_license, is_code_license, is_collected
from finewarden.licensing.licensed import Licensed
from finewarden.licensing.terms import Terms
from finewarden.licensing.texts.match import TextMatch
from finewarden.licensing.texts.taken_back import taken_back

__all__ = ["tell_own_words"]

_FEW = 5  # words: less is no text


def tell_own_words(
    judge: Judge,
    licensed: Licensed,
    matches: Sequence[tuple[Document, TextMatch]],
    terms_of_ones_own: Sequence[Document],
) -> None:
    """Tell each text that is no license known here: as a failure where it says that the bound license does not hold,
    else, where its name makes it a license, as a warning."""
    here = {key for _, match in matches for key in (match.key, *match.also)}
    bound = [one for one in licensed.terms if one.role == "base" and one.record.travels and one.record.key in here]
    if not bound:
        return
    main = find_license(document.name for document, _ in matches)
    names = {name for one in bound for name in (one.record.family, one.record.name)}
    # A license of one's own, where the base's lets a fine-tune have it, is license.declared's.
    judged_elsewhere = main if all(one.record.derivatives != "bound" for one in bound) else None
    for document, match in matches:
        if len(document.text.split()) < _FEW or match.intact or match.key in {one.record.key for one in bound}:
            continue
        taken = taken_back(document.text, names)
        if taken is not None:
            _taken(judge, licensed, bound[0], document, taken)
        elif match.key is None and document.name != judged_elsewhere and not _is_others(document.name):
            _beside(judge, bound[0], document)
    for document in terms_of_ones_own:
        if (taken := taken_back(document.text, names)) is not None:
            _taken(judge, licensed, bound[0], document, taken)


def _is_others(name: str) -> bool:
    return is_collected(name) or is_code_license(name)


def _taken(judge: Judge, licensed: Licensed, terms: Terms, document: Document, taken: tuple[int, str]) -> None:
    line, words = taken
    judge.finding(
        "taken-back",
        where=f"{document.name}:{line}",
        what=f"it takes back what {terms.record.revision} asks, which travels with the model: {shown(words)}",
        mend="take the sentence out: terms of your own may add to the license and take nothing from it",
        subject=f"{terms.record.key} {words}",
        warn=not terms.certain or licensed.policy.audience == "internal",
    )


def _beside(judge: Judge, terms: Terms, document: Document) -> None:
    judge.finding(
        "own-words",
        where=document.name,
        what=f"it is no license that is known here, beside {terms.record.revision}, which travels with the model: "
        "terms of your own may not take anything from it",
        mend="check it; where it is not meant as a license, give the file a name without LICENSE",
        subject=f"{terms.record.key} {document.name}",
        warn=True,
    )
