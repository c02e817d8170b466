"""Differential privacy as a callback: DP-SGD on `Trainer`, TRL's trainers and Unsloth.

What becomes of Trainer's loop under `DifferentialPrivacyCallback`::

    Trainer.__init__
        on_init_end                        callback: stands first in the list; get_train_dataloader is a PrivateLoader
    train()
        get_train_dataloader()             private_loader: slots an update, updates an epoch, batch arguments (Shape)
        on_train_begin                     rules (33), starting_point, noise calibrated, budget planned; or all problems
                                             at once; training_step is ours, max_grad_norm = 0
        for each epoch:
            for each update:               slots: one truncated Poisson draw, shared by all processes
                for each micro-batch:      loader: the mark (units, empty, discard) is in the batch
                    training_step()        microstep: an empty slot is skipped; else the trainer's own training_step,
                                             with one micro-batch as a whole update and no count of tokens; then the
                                             engine takes each unit's gradient, clipping adds it, p.grad = None
                on_pre_optimizer_step      private_run: rules again; step in run.jsonl (fsync); sum + noise -> p.grad
                optimizer.step()           callback: once, and only on a noised gradient
                on_step_end                spending: end here, and save, if the next step is not affordable
                on_save                    ledger: into the checkpoint; what resuming needs is in trainer_state.json
        on_train_end                       rules again; privacy_ledger.json into the output folder

A raw gradient never outlives `training_step`: no other callback, and no norm that Trainer logs, is made of one.
"""

from __future__ import annotations

from finewarden.callbacks.differential_privacy.callback import DifferentialPrivacyCallback

__all__ = ["DifferentialPrivacyCallback"]
