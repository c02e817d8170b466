"""Names that the data brings along, of fields, roles and sources, as a report may show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from finewarden.artifacts.names import printable
from finewarden.personal_data.chat_roles import OTHER, is_role
from finewarden.personal_data.entities import entity
from finewarden.personal_data.finding import Finding

__all__ = ["HIDDEN", "ShownNames", "shown_role"]

HIDDEN = "<hidden>"
_LONGEST = 60
_KNOWN = 4096


def shown_role(role: str | None) -> str | None:
    """*role* where it is one of a chat format; another word may be somebody's name."""
    return role if role is None or is_role(role) else OTHER


class ShownNames:
    """Shows a name that holds nothing personal, and says what one that does holds. *scan* looks at each name once."""

    def __init__(self, scan: Callable[[str], Sequence[Finding]]) -> None:
        self._scan = scan
        self._known: dict[str, tuple[str, tuple[Finding, ...]]] = {}

    def shown(self, name: str) -> str:
        """*name*, or HIDDEN for one that names somebody or is too long to be a name."""
        return self._of(name)[0]

    def personal(self, name: str) -> tuple[Finding, ...]:
        """What in *name* is personal."""
        return self._of(name)[1]

    def path(self, field: Sequence[str | int]) -> str:
        """A place in a row: ``messages[1].content``."""
        return "".join(f"[{part}]" if isinstance(part, int) else f".{self.shown(part)}" for part in field).lstrip(".")

    def column(self, field: Sequence[str | int]) -> str:
        """The same without positions: ``messages.content``."""
        return ".".join(self.shown(part) for part in field if isinstance(part, str))

    def _of(self, name: str) -> tuple[str, tuple[Finding, ...]]:
        known = self._known.get(name)
        if known is None:
            kinds = ("direct", "secret", "name")
            found = tuple(each for each in self._scan(name) if entity(each.entity).kind in kinds)
            shown = HIDDEN if found or len(name) > _LONGEST else printable(name)
            if len(self._known) >= _KNOWN:
                self._known.clear()
            known = self._known[name] = (shown, found)
        return known
