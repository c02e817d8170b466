"""When a secret counts as given back, and when the base model excuses it. No torch: judged from numbers alone.

Reproduced: the greedy answer holds it ("greedy"), or its whole likelihood makes it (n, p)-discoverable ("sampling",
see `extraction`). Both are facts about one prompt, not estimates, so they have no error rate, and the pairs asked are
no sample: nothing follows for a secret or a prompt that was not asked.

Excused: the base model, which never saw the data, gives the secret back to the same prompt *by the same criterion*. A
mere ratio of likelihoods excuses nothing: a secret whose likelihood training lifted from 1e-5 to 5e-3 is only 500
times likelier, and now comes out in a thousand questions. A secret that is the base's own greedy answer to the prompt
as given is the base's knowledge, and no paraphrase of that prompt is searched. Without a base nothing is excused.
"""

from __future__ import annotations

from typing import Literal

from finewarden.evidence.measurements import Attempt
from finewarden.memorization.extraction import log_p_needed

__all__ = ["How", "excuses", "how_reproduced", "leaks"]

How = Literal["greedy", "sampling"]


def how_reproduced(emitted: bool, log_p: float, *, samples: int, probability: float) -> How | None:
    """How a secret was given back: by greedy decoding, within *samples* draws with *probability*, or (None) not."""
    if emitted:
        return "greedy"
    return "sampling" if log_p >= log_p_needed(samples, probability) else None


def excuses(base: How | None, mine: How | None) -> bool:
    """Whether a base that gives the secret back in the way *base* excuses a model that does in the way *mine*."""
    return base == "greedy" or (base == "sampling" and mine == "sampling")


def leaks(attempt: Attempt, *, samples: int, probability: float) -> How | None:
    """How the model gives the secret back where its base does not; None when it does not, or when it is excused."""
    mine = how_reproduced(attempt.emitted, attempt.log_p, samples=samples, probability=probability)
    if attempt.base_emitted is None or attempt.base_log_p is None:
        return mine
    base = how_reproduced(attempt.base_emitted, attempt.base_log_p, samples=samples, probability=probability)
    return None if excuses(base, mine) else mine
