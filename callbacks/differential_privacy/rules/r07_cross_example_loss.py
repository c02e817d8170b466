"""One example's loss depends on other examples of the batch, so that its gradient can't be bounded alone.

BatchNorm and InstanceNorm with running statistics; KTO, whose KL term pairs each prompt with another example's
completion; GRPO's losses that divide by the tokens of the whole update (`dapo`, the default, `cispo`, `vespo`) and
`scale_rewards="batch"`; DPO's `aot` losses, which sort over the batch; contrastive losses with in-batch negatives; a
mixture of experts' balancing loss over more than one example.

Cost: not bounded: removing one example changes the gradients of all others before they are clipped.
"""

from __future__ import annotations

from collections.abc import Iterator

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm, _NormBase

from finewarden.callbacks.differential_privacy.rules.rule import Rule
from finewarden.callbacks.differential_privacy.rules.run import Run
from finewarden.callbacks.differential_privacy.weights_moved import persistent_buffers
from finewarden.callbacks.refusal import Problem

__all__ = ["RULE"]

BY_UPDATE = ("dapo", "cispo", "vespo")  # divided by the tokens of the update (trl/trainer/grpo_trainer.py)
CONTRASTIVE = ("contrastive", "multiplenegatives", "infonce", "inbatch")


def check(run: Run) -> Iterator[Problem]:
    """Layers and losses that mix examples."""
    for name, module in run.model.named_modules():
        if isinstance(module, _BatchNorm) or (isinstance(module, _NormBase) and module.track_running_stats):
            yield Problem(
                what=f"{name} is {type(module).__name__}: it mixes the examples of a batch, and keeps their statistics",
                remedy="replace it by GroupNorm or LayerNorm",
            )
            break
    yield from _of_memory(run)
    if run.is_a("KTO") and getattr(run.trainer, "calculate_KL", True):
        yield Problem(
            what="KTO's KL term takes completions of other examples: the gradient of one is not its own",
            remedy="train with DPOTrainer, or KTOConfig(loss_type='apo_zero_unpaired'), which has no KL term",
        )
    yield from _of_reinforcement(run)
    yield from _of_several(run)


def _of_memory(run: Run) -> Iterator[Problem]:
    for name, module in run.model.named_modules():
        if isinstance(module, nn.Embedding) and module.max_norm is not None:
            yield Problem(
                what=f"{name} has max_norm: it writes the weights of each token that passes, around clip and noise",
                remedy="make the embedding without max_norm",
            )
        if isinstance(module, nn.Embedding) and module.sparse and module.weight.requires_grad:
            yield Problem(
                what=f"{name} has sparse gradients, which say by themselves which tokens were there",
                remedy="make the embedding with sparse=False",
            )
    config = getattr(run.model, "config", None)
    for held in ("rope_parameters", "rope_scaling"):
        rope = getattr(config, held, None)
        if isinstance(rope, dict) and "dynamic" in (rope.get("rope_type"), rope.get("type")):
            yield Problem(
                what="dynamic RoPE scaling keeps the longest length seen: a long example changes the others' gradients",
                remedy="choose another rope_type, e.g. 'linear' or 'yarn'",
            )
            return


def after(run: Run) -> Iterator[Problem]:
    """Statistics of the data that were kept beside the weights: they pass by every clip and all noise."""
    now = persistent_buffers(run.model)
    changed = sorted(name for name in run.began.buffers if now.get(name) != run.began.buffers[name])
    if changed:
        yield Problem(
            what=f"{len(changed)} buffers that are saved with the model changed in training, e.g. {changed[0]}: what "
            "they hold of the data is neither clipped nor noised",
            remedy="turn off what keeps running statistics (quantisation observers, moving averages of activations)",
        )


def _of_reinforcement(run: Run) -> Iterator[Problem]:
    loss = getattr(run.args, "loss_type", None)
    if run.is_a("GRPO") and (loss in BY_UPDATE or (loss == "bnpo" and run.micro_batch > 1)):
        yield Problem(
            what=f"loss_type={loss!r} divides by the tokens of several examples",
            remedy="choose loss_type='dr_grpo', which divides by a constant",
        )
    if getattr(run.args, "scale_rewards", None) == "batch":
        yield Problem(
            what="scale_rewards='batch' divides rewards by their spread over the batch",
            remedy="set scale_rewards='none' or 'group'",
        )


def _of_several(run: Run) -> Iterator[Problem]:
    if run.micro_batch == 1:
        return
    losses = getattr(run.args, "loss_type", None)
    if run.is_a("DPO") and any("aot" in each for each in ([losses] if isinstance(losses, str) else losses or [])):
        yield Problem(
            what=f"loss_type={losses!r} sorts the pairs of a batch against each other",
            remedy="choose another loss, e.g. loss_type='sigmoid'",
        )
    for loss in (getattr(run.trainer, "loss", None), run.trainer.compute_loss_func):
        name = type(loss).__name__ if isinstance(loss, nn.Module) else getattr(loss, "__name__", "")
        if any(each in name.lower().replace("_", "") for each in CONTRASTIVE):
            yield Problem(
                what=f"{name} takes the other examples of the batch for negatives",
                remedy="choose a loss of each example alone, e.g. with negatives that are part of the example",
            )
    config = getattr(run.model, "config", None)
    if getattr(config, "output_router_logits", False) and getattr(config, "router_aux_loss_coef", 0.0):
        yield Problem(
            what="the mixture of experts' balancing loss is computed over all examples of a micro-batch",
            remedy="set router_aux_loss_coef to 0 in the model's configuration, or per_device_train_batch_size=1",
        )


RULE = Rule(
    number=7,
    name="cross-example-loss",
    action="refuse",
    text=__doc__,
    example="KTOTrainer(model, args=KTOConfig(...))",
    source="trl/trainer: kto_trainer.py (calculate_kl), grpo_trainer.py (normalizer), dpo_trainer.py (aot)",
    before=check,
    after=after,
)
