"""NOTICE: the attribution sentences that licenses ask for, in a marked section below whatever stands there."""

from __future__ import annotations

from finewarden.licensing.license_files import notice_files
from finewarden.licensing.wording.prose import Prose
from finewarden.release import section
from finewarden.release.draft import Draft
from finewarden.release.license_duties import Owed
from finewarden.release.line_ends import kept

__all__ = ["NOTICE", "draft_notice"]

NOTICE = "NOTICE"


def draft_notice(draft: Draft, owed: Owed, *, name: str) -> None:
    """Put the sentences that are owed into the NOTICE of *draft*, or the Notice file that is there already.

    A sentence that some Notice file of the folder holds, however it is set there, is not repeated. Raises FolderError.
    """
    files = notice_files(draft.names())
    own = {file: section.without(draft.read_text(file) or "", plain=True) for file in files}
    stands = Prose("\n".join(own.values()))
    wanted = [one for one in owed.sentences("notice_file", name=name, near="") if stands.line_of(one) is None]
    at = next((file for file in files if section.PLAIN_BEGIN in (draft.read_text(file) or "")), (*files, NOTICE)[0])
    if wanted or at in own:
        after = kept(draft.read_text(at), lambda text: section.append(text or "", "\n\n".join(wanted) or None))
        if after or at in own:
            draft.put(at, after)
