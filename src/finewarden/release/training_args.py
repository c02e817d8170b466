"""Keeping the Hub token and this machine's paths out of every `training_args.bin`.

Trainer writes that file with `torch.save(self.args)`, which pickles the arguments as they are: `hub_token` in clear,
although `TrainingArguments.to_dict()` masks it, and folders that name a person. The file is written with each
checkpoint and by `save_model`, before or after any callback runs, so what is pickled is changed, not the file.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from finewarden.redaction import redact
from finewarden.release.private_values import last_part

__all__ = ["redact_pickled", "redacted_state"]

_MARK = "_finewarden_redacted"
_HOOK = "_finewarden_hook"
# torch.save pickles with protocol 2; copy, multiprocessing and Ray use later ones and must get the real values.
_TORCH_SAVE_PROTOCOL = 2
# `eos_token` and `pad_token` are no secrets; a bare `token` is what `from_pretrained` takes.
_SECRET_NAME = re.compile(
    r"(?:(?:.*_)?(?:hub|hf|access|auth|api|bearer)_?)?token|(?:.*_)?(?:password|passwd|secret|api_?key|secret_key)",
    re.IGNORECASE,
)


def redact_pickled(args: Any) -> None:
    """From now on `torch.save` writes *args*, and copies of it, without tokens and local paths.

    The object itself keeps its values, and so do other objects of its class. The hook stays for the life of the
    process, because `trainer.save_model()` after training writes the file once more.
    """
    kind: Any = type(args)
    if _HOOK not in kind.__dict__:
        original = kind.__reduce_ex__

        def reduce_redacted(self: Any, protocol: int) -> Any:
            reduced = original(self, protocol)
            if protocol != _TORCH_SAVE_PROTOCOL or not self.__dict__.get(_MARK) or not isinstance(reduced, tuple):
                return reduced
            state = reduced[2] if len(reduced) > 2 else None
            return (*reduced[:2], redacted_state(state), *reduced[3:]) if isinstance(state, dict) else reduced

        kind.__reduce_ex__ = reduce_redacted
        setattr(kind, _HOOK, True)
    args.__dict__[_MARK] = True


def redacted_state(state: dict[str, Any]) -> dict[str, Any]:
    """*state* with None for tokens, the last part for absolute paths, and secrets in other text masked.

    A loaded `hub_token=None` means "as logged in"; a placeholder would be sent to the Hub as a token.
    """
    return {key: _redacted(key, value) for key, value in state.items() if key != _MARK}


def _redacted(key: Any, value: Any) -> Any:
    if isinstance(value, str):
        if isinstance(key, str) and _SECRET_NAME.fullmatch(key):
            return None
        if type(value) is not str:  # an Enum of strings
            return value
        absolute = PurePosixPath(value).is_absolute() or PureWindowsPath(value).is_absolute()
        return last_part(value) if absolute else redact(value)
    if type(value) is dict:
        return {name: _redacted(name, item) for name, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_redacted(key, item) for item in value)
    if isinstance(value, PurePosixPath | PureWindowsPath):
        return type(value)(value.name) if value.is_absolute() else value
    return value
