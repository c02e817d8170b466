"""Whether a trainer can have engine "hooks": everything that can be known before the first micro-batch."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

from torch import Tensor
from transformers import Trainer
from transformers.loss.loss_utils import ForCausalLMLoss
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

from finewarden.callbacks.differential_privacy.engines.capture import names_of, owners, why_not
from finewarden.callbacks.trainer_of import model_of

__all__ = ["check_supported"]


def check_supported(trainer: Trainer, parameters: Sequence[Tensor]) -> list[str]:
    """Why *trainer* can't train *parameters* with engine "hooks": one sentence a reason, empty if it can.

    parameters: what is trained, of `trainer.model`.
    """
    return [*_loss(trainer), *_settings(trainer), *_modules(trainer, parameters)]


def _loss(trainer: Trainer) -> Iterator[str]:
    """The loss has to be a mean over the tokens of the micro-batch: that is what is taken apart."""
    kind = type(trainer)
    sft = _sft(kind)
    known = [Trainer] if sft is None else [Trainer, sft]
    for method in ("compute_loss", "training_step"):
        # On the instance a wrapper of training_step is expected: it is how micro-batches come here.
        own = vars(trainer).get("compute_loss") if method == "compute_loss" else None
        if own is not None or getattr(kind, method) not in [getattr(each, method) for each in known]:
            yield f"{kind.__name__} has its own {method}: whether its loss is a mean over tokens is not known"
    given = trainer.compute_loss_func
    # TRL before 1.16 sets its own for loss_type="dft".
    if given is not None and (sft is None or getattr(given, "__module__", None) != sft.__module__):
        yield "compute_loss_func is set: whether its loss is a mean over tokens is not known"
    if trainer.label_smoother is not None:
        yield "label_smoothing_factor is above 0: the smoothed loss is not weighted by each example's own tokens"
    if sft is not None and getattr(trainer.args, "loss_type", "nll") not in ("nll", "chunked_nll", "dft"):
        yield f"loss_type={trainer.args.loss_type!r} is not known to be a mean over tokens"  # type: ignore[attr-defined]
    model = _base(trainer.model)
    if type(model).__name__ not in MODEL_FOR_CAUSAL_LM_MAPPING_NAMES.values():
        yield f"{type(model).__name__} is not a causal language model of transformers"
    elif getattr(model, "loss_function", None) is not ForCausalLMLoss:
        yield f"the loss function of {type(model).__name__} is not transformers' ForCausalLMLoss"
    if getattr(trainer, "aux_loss_enabled", False) or getattr(model.config, "output_router_logits", False):
        yield "the load-balancing loss of a mixture of experts is one number for all examples of a micro-batch"


def _settings(trainer: Trainer) -> Iterator[str]:
    arguments: Any = trainer.args
    if "unsloth" in sys.modules:
        yield "Unsloth is imported, whose kernels read the adapters' weights past their modules"
    if arguments.world_size > 1:
        # What is proven depends on what was drawn, and trainers gather their metrics in each forward pass: a process
        # that proves would wait for others that do not. Seen as a hang with SFTTrainer.
        yield f"{arguments.world_size} processes: one of them may have to prove its engine while the others wait"
    if trainer.accelerator.mixed_precision == "fp16":
        yield "fp16 scales the gradients"
    if arguments.torch_compile:
        yield "torch_compile traces the forward pass, which is replaced during each micro-batch"
    if arguments.use_liger_kernel:
        yield "use_liger_kernel puts fused kernels in the place of modules"
    if getattr(arguments, "packing", False) or getattr(trainer, "padding_free", False):
        yield "packing and padding_free put several examples into one row"
    if arguments.n_gpu > 1:
        yield "DataParallel splits a micro-batch over devices"


def _modules(trainer: Trainer, parameters: Sequence[Tensor]) -> Iterator[str]:
    model = model_of(trainer)
    for name, config in getattr(model, "peft_config", {}).items():
        if config.is_prompt_learning:
            yield f"adapter {name!r} is prompt learning: its tokens are the same for all examples"
        if getattr(config, "use_dora", False):
            yield f"adapter {name!r} is DoRA: its magnitudes multiply a norm of the whole weight"
    wanted = {id(each) for each in parameters}
    found: set[int] = set()
    refused: dict[str, list[str]] = {}
    for path, module in owners(model, parameters):
        held = {f"{path}.{each}": id(p) for each, p in module._parameters.items() if id(p) in wanted}
        found |= set(held.values())
        if (reason := why_not(module)) is not None:
            refused.setdefault(reason, []).extend(held)
    for reason, names in refused.items():
        yield f"{_some(names)}: {reason}"
    if missing := [name for name, p in zip(names_of(model, parameters), parameters, strict=True) if id(p) not in found]:
        yield f"{_some(missing)}: owned by no module"
    head = _base(model).get_output_embeddings()
    if _sft(type(trainer)) is not None and head is not None and any(id(each) in wanted for each in head.parameters()):
        yield "the output embeddings are trained, whose weight SFTTrainer's fused head reads past the module"


def _base(model: Any) -> Any:
    return model.get_base_model() if hasattr(model, "peft_config") else model


def _sft(kind: type) -> type | None:
    """TRL's SFTTrainer, if *kind* is one; found without importing TRL."""
    for each in kind.__mro__:
        if each.__name__ == "SFTTrainer" and each.__module__.startswith("trl."):
            return each
    return None


def _some(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
