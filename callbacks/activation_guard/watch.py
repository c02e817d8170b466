"""The check of each forward pass while training computes.

Hooks stand on the outermost model and on every `PreTrainedModel` within it: a check of the outermost alone misses who
calls the backbone itself. They are there only while `open()` is entered, see `finewarden.callbacks.trainer_of`.
`torch.compile` traces them without a graph break: in the clean case a hook sets a flag and looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from finewarden.callbacks.activation_guard.config_flags import FLAGS
from finewarden.callbacks.activation_guard.outputs import kept_by

__all__ = ["ForwardWatch", "watched_modules"]


def watched_modules(roots: Mapping[str, nn.Module]) -> dict[str, nn.Module]:
    """Each of *roots* (a Trainer holds a model, perhaps a reference and a teacher) and the PreTrainedModels within."""
    found: dict[int, tuple[str, nn.Module]] = {}
    for root_name, root in roots.items():
        for name, module in root.named_modules():
            if module is root or isinstance(module, PreTrainedModel):
                found.setdefault(id(module), (f"{root_name}.{name}".rstrip("."), module))
    return dict(found.values())


class ForwardWatch:
    """Looks at what each of *modules* returns while `open()` is entered, and calls *report* with what it finds.

    report(where, kept): *kept* names the field. It raises, or returns to let the run go on.
    suppress: ask for no activations in the first place, whatever the caller asks (`on_violation="neutralise"`).
    caches: whether a cache of keys and values is a finding in training.
    logits_are_logits: whether hidden states in `.logits` are one.
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        report: Callable[[str, str], None],
        *,
        suppress: bool,
        caches: bool,
        logits_are_logits: bool,
    ) -> None:
        self._modules = modules
        self._report = report
        self._suppress = suppress
        self._caches = caches
        self._logits_are_logits = logits_are_logits
        self.active = False  # whether the hooks stand
        self.seen = False  # a forward pass has been looked at

    @contextmanager
    def open(self) -> Iterator[None]:
        """Hooks stand while this is entered, and are gone after, whatever ends it. Not to be nested."""
        with ExitStack() as stack:
            for name, module in self._modules.items():
                if self._suppress:
                    stack.callback(module.register_forward_pre_hook(self._before(), with_kwargs=True).remove)
                stack.callback(module.register_forward_hook(self._after(name, module)).remove)
            stack.callback(setattr, self, "active", False)
            self.active = True
            yield

    def _before(self) -> Callable[..., Any]:
        def ask_for_nothing(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            asked = [name for name in FLAGS if kwargs.get(name)]
            if self._caches and _learns(module) and kwargs.get("use_cache"):
                asked.append("use_cache")
            if not asked:
                return None
            return args, {**kwargs, **dict.fromkeys(asked, False)}

        return ask_for_nothing

    def _after(self, name: str, module: nn.Module) -> Callable[..., None]:
        hidden_size = _telling_hidden_size(module) if self._logits_are_logits else None

        def look(module: nn.Module, _args: tuple[Any, ...], output: Any) -> None:
            self.seen = True
            kept = kept_by(output, caches=self._caches and _learns(module), hidden_size=hidden_size)
            if kept is not None:
                self._report(name, kept)

        return look


def _learns(module: nn.Module) -> bool:
    """GRPO and its kind generate, which needs a cache, with the model in training mode but without gradients."""
    return module.training and torch.is_grad_enabled()


def _telling_hidden_size(module: nn.Module) -> int | None:
    """The width of hidden states, where it tells them from logits: the module has a vocabulary of another size."""
    if not isinstance(module, PreTrainedModel):
        return None
    head = module.get_output_embeddings()  # type: ignore[no-untyped-call]
    vocabulary = getattr(head, "out_features", None)  # a quantised head packs its weight into another shape
    hidden_size = getattr(module.config.get_text_config(), "hidden_size", None)
    return hidden_size if isinstance(hidden_size, int) and vocabulary not in (None, hidden_size) else None
