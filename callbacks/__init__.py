"""Guards that stand inside training: drop-in callbacks for `Trainer`, TRL's trainers, PEFT and Unsloth.

    from finewarden.callbacks import ActivationGuardCallback, GradientClippingCallback

    SFTTrainer(..., callbacks=[ActivationGuardCallback(), GradientClippingCallback(max_norm=1.0)])

Two kinds. *Observers* look and write down, and never change training. *Enforcers* change what they must, say once at
train begin what they enforce, and refuse or stop a run that can't be made sound: with every problem at once, each with
its remedy (`GuardRefusal`). The order of callbacks does not matter.

    ==========================  =========  ===========================================================================
    callback                    kind       what holds when the run ends well
    ==========================  =========  ===========================================================================
    GradientClippingCallback    enforcer   each batch's gradient had norm <= max_norm when the optimizer moved (not DP)
    ActivationGuardCallback     enforcer   nothing that remembers the data was computed, kept or written in passing;
                                observer   with on_violation="warn"
    DifferentialPrivacyCallback enforcer   training was DP-SGD, and cost at most the epsilon that was given
    DPGuard                     enforcer   another library's private trainer broke none of the 33 rules that it lets
                                           be seen; observer with strict=False
    ReleaseCardCallback         observer   what was trained from what is on record, and no token or path in the files
    DataAdmissionCallback       enforcer   what was trained on was admitted row by row, before it was tokenised
    CanaryCallback              observer   every planted canary stood in the tokenised data and would receive loss; or
                                           training did not begin
    ==========================  =========  ===========================================================================

The training loop of `transformers.Trainer`, and where each guard stands in it::

    Trainer.__init__
        on_init_end                           # ActivationGuard: note the model's own use_cache
        config.use_cache = args.use_cache
    train()
        model, optimizer, scheduler are prepared
        on_train_begin                        # DataAdmission: did all data come out of admit? or refuse.
                                              # Canary: is what was planted what will be trained on? or refuse.
                                              # ActivationGuard: all rules, or refuse. GradientClipping: can gradients
                                              #   be seen? then args.max_grad_norm = max_norm
        [evaluate]                            # ActivationGuard: hooks on, as in an epoch
        for each epoch:                       # ActivationGuard: hooks on, use_cache off ---------------------+
            for each batch:                                                                                #  |
                on_step_begin                 # ActivationGuard: configuration flags still off?               |
                for each micro-batch:                                                                      #  |
                    model(**inputs)           # ActivationGuard: what does each PreTrainedModel return?       |
                    loss.backward()                                                                        #  |
                    on_substep_end            # (not after the last micro-batch)                              |
                clip_grad_norm_(args.max_grad_norm)                                                        #  |
                on_pre_optimizer_step         # ActivationGuard: was it looked at? new hooks?                 |
                                              # GradientClipping: clip not reset? arm                         |
                optimizer.step()              # GradientClipping: the norm, before anything moves             |
                on_optimizer_step             # GradientClipping: was it looked at?                           |
                zero_grad(); on_step_end      # Canary: can inserted canaries be told from others? (every=)   |
                [log] [evaluate] [save, upload, then on_save]   # ActivationGuard: flags in the checkpoint    |
        # ActivationGuard: hooks off, use_cache back; also on an exception and on Ctrl-C --------------------+
        on_train_end                          # both: what was seen goes to <output_dir>.evidence/run.jsonl
    save_model()                              # config.json holds the model's own use_cache, and no output flags

Before there is a trainer: `hold_out` keeps groups of records from training, so that an audit can compare, and
`plant_canaries` puts records with random secrets among the data. Both come back with the same data when called again.
`admit`, last of all, lets pass what a scan admitted (`finewarden admit`), and the planted canaries.

DifferentialPrivacyCallback changes what this loop draws and adds up: its own figure is in `differential_privacy/`.

A callback is told of an upload only after it is made (`on_save`), and before the final model card is written
(`on_push_begin`): what must hold there needs `attach(trainer)` or `finalize(model_dir)`.
"""

from __future__ import annotations

from finewarden.callbacks.activation_guard import ActivationGuardCallback
from finewarden.callbacks.attach import attach
from finewarden.callbacks.canaries import CanaryCallback, plant_canaries
from finewarden.callbacks.data_admission import AdmissionError, DataAdmissionCallback, admit
from finewarden.callbacks.differential_privacy import DifferentialPrivacyCallback
from finewarden.callbacks.differential_privacy.guard import DPGuard
from finewarden.callbacks.gradient_clipping import GradientClippingCallback, global_grad_norm
from finewarden.callbacks.hold_out import hold_out
from finewarden.callbacks.refusal import GuardRefusal, Problem
from finewarden.callbacks.release_card import ReleaseCardCallback
from finewarden.release.finalize import finalize

__all__ = [
    "ActivationGuardCallback",
    "AdmissionError",
    "CanaryCallback",
    "DPGuard",
    "DataAdmissionCallback",
    "DifferentialPrivacyCallback",
    "GradientClippingCallback",
    "GuardRefusal",
    "Problem",
    "ReleaseCardCallback",
    "admit",
    "attach",
    "finalize",
    "global_grad_norm",
    "hold_out",
    "plant_canaries",
]
