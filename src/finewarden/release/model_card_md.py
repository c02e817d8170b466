"""model_card.md: the sources of the training data and what allows their use, made from the record."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from finewarden.evidence.model_card import DataSource, Guard, ModelCard
from finewarden.release import privacy, section

__all__ = ["update"]

_PERSONAL: dict[bool | None, str | None] = {True: "yes", False: "no", None: None}
_COLUMNS: dict[str, Callable[[DataSource], str | None]] = {
    "Source": lambda source: source.name,
    "Where": lambda source: source.uri,
    "License": lambda source: source.license,
    "Authorisation": lambda source: source.authorisation,
    "Evidence": lambda source: source.evidence,
    "Expires": lambda source: source.expires.isoformat() if source.expires else None,
    "Personal data": lambda source: _PERSONAL[source.personal_data],
    "Kind": lambda source: source.kind,
    "Collected": lambda source: source.collected.isoformat() if source.collected else None,
    "For": lambda source: ", ".join(source.purposes),
}
_ALWAYS = ("Source", "Where", "License", "Authorisation", "Evidence", "Expires", "Personal data")
_ABSENT = {"Expires": "no date", "For": "any purpose"}


def update(text: str | None, card: ModelCard, *, title: str) -> str:
    """The file for *card*, made from *text* (None: there is none yet); what a person wrote around the section stays."""
    return section.replace(text if text and text.strip() else f"# {title}\n", _section(card))


def _section(card: ModelCard) -> str:
    lines = ["## Training data sources", ""]
    if card.sources:
        columns = [name for name, of in _COLUMNS.items() if name in _ALWAYS or any(map(of, card.sources))]
        lines += [
            _line(columns),
            f"|{'---|' * len(columns)}",
            *(
                _line(_COLUMNS[name](source) or _ABSENT.get(name, "not stated") for name in columns)
                for source in card.sources
            ),
        ]
    else:
        lines.append("No source has been declared.")
    facts = {
        "Base model": card.base_model,
        "Base model revision": card.base.revision,
        "License": card.license,
        "Training ended": card.training_date.isoformat() if card.training_date else None,
        "Training examples": str(card.training.examples) if card.training and card.training.examples else None,
        "Unsloth": card.unsloth_version,
    }
    known = [f"* {name}: {value}" for name, value in facts.items() if value]
    if known:
        lines += ["", "## Provenance", "", *known]
    if private := privacy.sentence(card):
        lines += ["", "## Differential privacy", "", private]
    if card.guards:
        lines += ["", "## Guards that stood in training", "", *(_guard(guard) for guard in card.guards)]
    return "\n".join(lines)


def _guard(guard: Guard) -> str:
    settings = ", ".join(f"{key} = {value}" for key, value in sorted(guard.settings.items()))
    return f"* {guard.name}{f' ({settings})' if settings else ''}"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
