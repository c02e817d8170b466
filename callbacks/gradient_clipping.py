"""The batch clip: set, enforced, and verified on the gradients that the optimizer really gets."""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NoReturn

import torch
from accelerate.optimizer import AcceleratedOptimizer  # type: ignore[import-untyped]
from accelerate.utils import DistributedType  # type: ignore[import-untyped]
from torch import Tensor
from torch.distributed.tensor import DTensor
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_callback import ExportableState

from finewarden.callbacks.evidence import record
from finewarden.callbacks.refusal import GuardRefusal, Problem

__all__ = ["GradientClippingCallback", "global_grad_norm"]

logger = logging.getLogger(__name__)

# Where each process holds the whole gradient when the optimizer steps: alone, or averaged by DDP.
WHOLE_GRADIENTS = frozenset(
    {
        DistributedType.NO,
        DistributedType.MULTI_CPU,
        DistributedType.MULTI_GPU,
        DistributedType.MULTI_NPU,
        DistributedType.MULTI_XPU,
    }
)
# Optimizers that step within the backward pass, layer by layer, and free each gradient: a global norm never exists.
FUSED_BACKWARD = ("lomo", "layerwise")


def global_grad_norm(parameters: Iterable[Tensor]) -> Tensor:
    """The L2 norm over all gradients of *parameters* as one vector: a scalar tensor, on the device of the first one.

    Computed in float32 (float64 where a gradient is) whatever the gradients' type, because the rounding of bfloat16 is
    0.4 %. Parameters without a gradient count as zero, as in `torch.nn.utils.clip_grad_norm_`. Nothing is synchronised.
    """
    groups: dict[tuple[torch.device, torch.dtype], list[Tensor]] = defaultdict(list)
    for parameter in parameters:
        if parameter.grad is not None:
            groups[parameter.grad.device, parameter.grad.dtype].append(parameter.grad.detach())
    if not groups:
        return torch.zeros(())
    precision = torch.float64 if any(dtype == torch.float64 for _, dtype in groups) else torch.float32
    norms = [norm for grads in groups.values() for norm in torch._foreach_norm(grads, 2, dtype=precision)]
    total: Tensor = torch.linalg.vector_norm(torch.stack([norm.to(norms[0].device) for norm in norms]))
    return total


def clip_tolerance(dtypes: Iterable[torch.dtype]) -> float:
    """How far above max_norm, relatively, a clip may end: 1e-4 and four roundings in the coarsest of *dtypes*.

    The clip rounds the norm of each tensor, the total, the factor and each product: 3 % in bfloat16, 0.4 % in float16.
    """
    return 1e-4 + 4 * max((torch.finfo(dtype).eps for dtype in dtypes), default=0.0)


def environment_problems(distributed: DistributedType, optim: str, optimizer: object) -> Iterator[Problem]:
    """Why the global norm could not be seen in this environment.

    distributed: how accelerate spreads the run. optim: the name in the training arguments. optimizer: the one within
    accelerate's wrapper.
    """
    if distributed not in WHOLE_GRADIENTS:
        yield Problem(
            what=f"the run is spread by {distributed.value}, which shards or owns the gradients: p.grad is not the "
            "gradient that the optimizer gets (transformers issue 31095)",
            remedy="train in one process or with DDP, or leave GradientClippingCallback out and set the clip in the "
            f"configuration of {distributed.value}",
        )
    if any(kind in optim.lower() for kind in FUSED_BACKWARD):
        yield Problem(
            what=f"optim={optim!r} steps within the backward pass and frees each gradient: there is no batch to clip",
            remedy="choose an optimizer that steps once a batch, e.g. optim='adamw_torch'",
        )
    if not isinstance(optimizer, torch.optim.Optimizer):
        yield Problem(
            what=f"{type(optimizer).__name__} is no torch.optim.Optimizer: its step can't be observed",
            remedy="use a torch.optim.Optimizer",
        )
    elif any(isinstance(parameter, DTensor) for parameter in _parameters(optimizer)):
        yield Problem(
            what="parameters are sharded (DTensor): each process sees only its part of the gradient",
            remedy="load the model without a tensor-parallel or sharding plan",
        )


class GradientClippingCallback(TrainerCallback, ExportableState):
    """Enforcer: the gradient of each batch has a global L2 norm of at most *max_norm* when the optimizer steps.

    Sets `args.max_grad_norm`, so that Trainer clips, and then looks at the gradients in `optimizer.step()` itself,
    after every other callback: a norm above max_norm, one that is not finite, a clip that was reset or gradients that
    are hidden stop the run before the optimizer moves. With gradient accumulation the norm is that of the whole batch.
    A step that a GradScaler skips for an overflow (fp16) is none.

    **This is not differential privacy.** The clip bounds what a *batch* does to the model; one example's part in it is
    neither bounded nor noised.

    What is recorded, in `trainer_state.json` (a resumed run goes on counting) and the run log: `steps` seen, `norm_max`
    and `norm_mean` as the optimizer got them, i.e. after the clip, `skipped` steps, and `norm_max_logged`, the largest
    norm *before* the clip among those that Trainer logged (it hands out no others).

    Args:
        max_norm: the bound, finite and above 0.

    Raises:
        ValueError: max_norm is not allowed.
        GuardRefusal: at train begin where gradients can't be seen, in a step where the bound doesn't hold.
    """

    steps: int
    skipped: int
    norm_sum: float
    norm_max: float
    norm_max_logged: float

    def __init__(self, *, max_norm: float = 1.0) -> None:
        number = isinstance(max_norm, (int, float)) and not isinstance(max_norm, bool)
        if not number or not math.isfinite(max_norm) or max_norm <= 0:
            raise ValueError(
                f"max_norm: got {max_norm!r}, allowed: a finite number above 0; for a run without a clip leave "
                "GradientClippingCallback out"
            )
        self.max_norm = float(max_norm)
        self._forget()
        self._disarm: Callable[[], None] = lambda: None
        self._checked = False

    def state(self) -> dict[str, Any]:
        """What `trainer_state.json` holds, in the form that transformers' ExportableState asks for."""
        counted = ("steps", "skipped", "norm_sum", "norm_max", "norm_max_logged")
        return {"args": {"max_norm": self.max_norm}, "attributes": {name: getattr(self, name) for name in counted}}

    # -- events ------------------------------------------------------------------------------------------------------

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        wrapper: AcceleratedOptimizer = kwargs["optimizer"]
        optimizer = wrapper.optimizer
        found = list(environment_problems(wrapper.accelerator_state.distributed_type, str(args.optim), optimizer))
        if found:
            self._refuse(args, state, found, began=False)
        self._continue_from(state)
        self._tolerance = clip_tolerance({p.dtype for p in _parameters(optimizer) if p.requires_grad})
        before, args.max_grad_norm = args.max_grad_norm, self.max_norm
        detail = {"max_norm": self.max_norm, "tolerance": self._tolerance, "max_grad_norm_before": before}
        record(args, state, type(self).__name__, "train-begin", **detail, **self._seen())
        if state.is_world_process_zero:
            logger.warning(
                "GradientClippingCallback: the gradient of each batch is clipped to L2 norm %g and verified%s. This is "
                "not differential privacy: no single example's influence is bounded.",
                self.max_norm,
                "" if before == self.max_norm else f" (args.max_grad_norm was {before!r})",
            )

    def on_pre_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if args.max_grad_norm != self.max_norm:
            what = (
                f"args.max_grad_norm was set to {args.max_grad_norm!r} in training, where {self.max_norm} is enforced"
            )
            remedy = "remove what sets it, or pass the wanted bound as GradientClippingCallback(max_norm=...)"
            self._refuse(args, state, [Problem(what, remedy)])
        wrapper: AcceleratedOptimizer = kwargs["optimizer"]

        def look(optimizer: torch.optim.Optimizer, *_: Any) -> None:
            self._checked = True
            self._verify(args, state, optimizer, wrapper.scaler)

        # Within optimizer.step() and not here: a callback after this one may still change the gradients.
        self._disarm()
        self._disarm = wrapper.optimizer.register_step_pre_hook(look).remove
        self._checked = False

    def on_optimizer_step(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._disarm()
        if self._checked:
            return
        if kwargs["optimizer"].step_was_skipped:
            self.skipped += 1
            return
        name = type(kwargs["optimizer"].optimizer).__name__
        what = f"{name}.step() ran without torch's step hooks: nothing was verified"
        self._refuse(args, state, [Problem(what, "use an optimizer that keeps torch.optim.Optimizer's step")])

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        norm = kwargs["logs"].get("grad_norm")
        if isinstance(norm, float) and math.isfinite(norm):
            self.norm_max_logged = max(self.norm_max_logged, norm)

    def on_train_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        record(args, state, type(self).__name__, "train-end", max_norm=self.max_norm, **self._seen())

    # -- within ------------------------------------------------------------------------------------------------------

    def _verify(
        self, args: TrainingArguments, state: TrainerState, optimizer: torch.optim.Optimizer, scaler: Any
    ) -> None:
        parameters = list(_parameters(optimizer))
        if all(parameter.grad is None for parameter in parameters):
            what = "all gradients are hidden when the optimizer steps: something consumed them in the backward pass"
            remedy = "turn off the fused or layer-wise optimizer, or leave GradientClippingCallback out"
            self._refuse(args, state, [Problem(what, remedy)])
        norm = float(global_grad_norm(parameters))  # the one synchronisation with the device
        if not math.isfinite(norm):
            if _overflowed(scaler, optimizer):
                self.skipped += 1  # a fused optimizer is stepped, and told by the scaler to change nothing
                return
            what = f"the gradient is not finite (norm {norm})"
            remedy = "lower the learning rate, look for the batch that causes it, or train in bf16"
            self._refuse(args, state, [Problem(what, remedy)])
        if norm > self.max_norm * (1 + self._tolerance):
            what = f"the optimizer was about to get a gradient of norm {norm:.6g}, where {self.max_norm:g} is allowed"
            remedy = (
                "remove what changes p.grad after the clip (a callback or hook), and give the optimizer no parameters "
                "that are not the model's: Trainer clips model.parameters() only"
            )
            self._refuse(args, state, [Problem(what, remedy)])
        self.steps += 1
        self.norm_sum += norm
        self.norm_max = max(self.norm_max, norm)

    def _refuse(
        self, args: TrainingArguments, state: TrainerState, problems: list[Problem], *, began: bool = True
    ) -> NoReturn:
        self._disarm()
        event = "stopped" if began else "refused"
        record(args, state, type(self).__name__, event, problems=[each.what for each in problems], **self._seen())
        raise GuardRefusal(type(self).__name__, problems, state.global_step + 1 if began else None)

    def _forget(self) -> None:
        self.steps, self.skipped = 0, 0
        self.norm_sum, self.norm_max, self.norm_max_logged = 0.0, 0.0, 0.0

    def _continue_from(self, state: TrainerState) -> None:
        """Go on counting where the checkpoint of a resumed run stood; transformers restores callbacks only if asked."""
        self._forget()
        name = type(self).__name__
        held: dict[str, Any] = state.stateful_callbacks  # type: ignore[assignment]  # a list only while it is made
        saved = held.get(name) if state.global_step else None
        if isinstance(saved, dict):
            for attribute, value in saved["attributes"].items():
                setattr(self, attribute, value)
        # A checkpoint from before the guard was added lacks the entry that Trainer's save looks up.
        held.setdefault(name, self.state())

    def _seen(self) -> dict[str, float]:
        mean = self.norm_sum / self.steps if self.steps else 0.0
        return {
            "steps": self.steps,
            "skipped": self.skipped,
            "norm_max": self.norm_max,
            "norm_mean": mean,
            "norm_max_logged": self.norm_max_logged,
        }


def _parameters(optimizer: torch.optim.Optimizer) -> Iterator[Tensor]:
    for group in optimizer.param_groups:
        yield from group["params"]


def _overflowed(scaler: Any, optimizer: torch.optim.Optimizer) -> bool:
    """Whether *scaler* found an overflow when it unscaled the gradients of *optimizer*, and so will skip its step."""
    if scaler is None:
        return False
    return any(bool(found) for found in scaler._found_inf_per_device(optimizer).values())
