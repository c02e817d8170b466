"""Environment variables that make libraries keep, dump or upload what passes through a training.

Looked at once, when training begins: Unsloth's own trainers set its variables around single forward passes, and set
them back.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from functools import partial

from transformers import Trainer

from finewarden.callbacks.refusal import Problem

__all__ = ["computes_from_hidden_states", "dump_problems", "tracker_problems", "unsloth_problems"]

# Trainers whose Unsloth versions compute log-probabilities from hidden states, which they ask for themselves.
FROM_HIDDEN_STATES = ("GRPO", "RLOO", "PPO", "DPO", "KTO", "ORPO", "CPO", "GKD", "Distillation")

# variable -> (what it does, values that are off). Read in torch 2.13: _dynamo/config.py, _inductor/config.py.
DUMPS = {
    "TORCHDYNAMO_REPRO_AFTER": ("dumps the real inputs of a graph that fails to compile", ("",)),
    "TORCH_COMPILE_REPLAY_RECORD": ("records the real inputs of a frame that fails to compile", ("", "0")),
    "TORCH_COMPILE_DEBUG_SAVE_REAL": ("saves the real inputs of each compiled graph", ("", "0")),
    "TORCHINDUCTOR_SAVE_ARGS": ("saves the arguments of each compiled graph", ("", "0")),
}

# tracker in report_to -> variable -> (what it does, what stands if it is not set, values that are off, in lower case).
# Read in transformers 5.23, integrations/integration_utils.py.
UPLOADS_CHECKPOINTS = "uploads checkpoints, before any callback of yours could look at them"
NO = ("", "0", "false", "none")
TRACKERS: dict[str, dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "wandb": {
        "WANDB_WATCH": ("uploads histograms of gradients and parameters", "false", (*NO, "off")),
        "WANDB_LOG_MODEL": (UPLOADS_CHECKPOINTS, "false", NO),
    },
    "clearml": {"CLEARML_LOG_MODEL": (UPLOADS_CHECKPOINTS, "true", NO)},  # the documentation says false; the code, true
    "comet_ml": {"COMET_LOG_ASSETS": ("uploads checkpoints and assets when training ends", "false", NO)},
    "mlflow": {"HF_MLFLOW_LOG_ARTIFACTS": (UPLOADS_CHECKPOINTS, "false", NO)},
    "dagshub": {"HF_DAGSHUB_LOG_ARTIFACTS": ("uploads the model when training ends", "false", NO)},
    "dvclive": {"HF_DVCLIVE_LOG_MODEL": (UPLOADS_CHECKPOINTS, "false", NO)},
    "swanlab": {"SWANLAB_LOG_MODEL": (UPLOADS_CHECKPOINTS, "none", NO)},
}


def computes_from_hidden_states(trainer: Trainer) -> bool:
    """Whether *trainer* is of a kind that Unsloth runs with hidden states in place of logits, by its own decision."""
    names = [cls.__name__ for cls in type(trainer).__mro__]
    return any(kind in name for kind in FROM_HIDDEN_STATES for name in names)


def unsloth_problems(
    environ: MutableMapping[str, str] = os.environ, *, from_hidden_states: bool = False
) -> Iterator[Problem]:
    """Unsloth's switches that make it compute what it otherwise leaves out.

    from_hidden_states: a trainer of that kind manages UNSLOTH_RETURN_HIDDEN_STATES itself.
    """
    effects = {"UNSLOTH_RETURN_LOGITS": "Unsloth builds and returns the logits of every training batch"}
    if not from_hidden_states:
        effects["UNSLOTH_RETURN_HIDDEN_STATES"] = "Unsloth returns hidden states in the place of logits"
    for name, effect in effects.items():
        if environ.get(name) == "1":
            yield Problem(
                what=f"{name}=1: {effect}",
                remedy=f"unset {name}; an evaluation with compute_metrics sets it by itself while it runs",
                mend=partial(environ.__setitem__, name, "0"),
            )


def dump_problems(environ: Mapping[str, str] = os.environ) -> Iterator[Problem]:
    """Debugging switches of torch.compile that write real activations to disk."""
    for name, (effect, off) in DUMPS.items():
        value = environ.get(name, "")
        if value not in off:
            # No mend: torch has read the variable when it was imported.
            yield Problem(what=f"{name}={value}: torch.compile {effect}", remedy=f"unset {name} and start again")


def tracker_problems(report_to: Iterable[str], environ: Mapping[str, str] = os.environ) -> Iterator[Problem]:
    """Uploads that the trackers in *report_to* make on their own."""
    for tracker in report_to:
        for name, (effect, default, off) in TRACKERS.get(tracker, {}).items():
            value = environ.get(name, default)
            if value.lower() not in off:
                # No mend: the trackers' callbacks come before ours and have read it.
                yield Problem(
                    what=f"{tracker} {effect} ({name} is {value!r}{'' if name in environ else ' unless set'})",
                    remedy=f"export {name}=false and start again, or leave {tracker!r} out of report_to",
                )
