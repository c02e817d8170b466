"""docs/differential-privacy-rules.md as made from the rules; run as a module, it prints the file."""

from __future__ import annotations

from finewarden.callbacks.differential_privacy.rules import RULES

__all__ = ["document"]

HEAD = """\
# What a private run is held against

A run under differential privacy is wrong in silence: the loss falls, epsilon is printed, and the guarantee is not
there. These are the 33 ways that we know of. `DifferentialPrivacyCallback` keeps or refuses each of them; `DPGuard`
holds other people's private trainers against them, and reports all problems at once:

```python
from finewarden.callbacks import DPGuard

trainer = DPTrainer(model, ..., callbacks=[DPGuard()])  # refuses at train begin; DPGuard(strict=False) warns
DPGuard().check(trainer)  # one verdict a rule, without training
```

*refuse*: the run does not begin, or stops. *fix*: our callback keeps it by itself; on a trainer that is not ours the
guard mends it where that changes nothing else, and refuses where it can't. *warn*: said, and written down. A rule that
needs to see more than a trainer shows is reported as *not seen*, never as kept.

This file is made from the rules: `python -m finewarden.callbacks.differential_privacy.rules.table`.

| # | rule | action | what goes wrong | cost | a line that breaks it | source |
|--:|---|---|---|---|---|---|
"""


def document() -> str:
    """The whole file."""
    rows = [
        (
            str(rule.number),
            f"`{rule.name}`",
            rule.action,
            rule.goes_wrong,
            rule.cost,
            f"`{rule.example}`",
            rule.source,
        )
        for rule in RULES
    ]
    return HEAD + "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in rows)


if __name__ == "__main__":
    print(document(), end="")
