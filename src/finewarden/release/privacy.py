"""What a release claims of differential privacy: read from its ledger, said in one exact sentence, and what is missing.

The sentence is the same wherever it stands. It says the guarantee with unit and relation, and then what it does not
cover; epsilon is rounded up, never down.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from pathlib import Path

from finewarden.evidence.model_card import Guard, ModelCard, PrivacyClaim
from finewarden.evidence.privacy_ledger import PRIVACY_LEDGER, PrivacyLedger, PrivacyLedgerError, parse
from finewarden.release import own_folder
from finewarden.release.missing import Missing
from finewarden.release.own_folder import FolderError

__all__ = ["GUARD", "claim_from", "claim_of", "missing_ledger", "rounded_up", "sentence"]

# What the guard of private training calls itself in run.jsonl.
GUARD = "DifferentialPrivacyCallback"


def claim_of(folder: Path) -> PrivacyClaim | None:
    """The claim of the ledger in *folder*; None when there is none that can be used (`missing_ledger` says why)."""
    try:
        text = own_folder.read_text(folder / PRIVACY_LEDGER)
        ledger = parse(text) if text is not None else None
    except (FolderError, PrivacyLedgerError):
        return None
    if ledger is None or text is None:
        return None
    return claim_from(ledger, hashlib.sha256(text.encode("utf-8")).hexdigest())


def claim_from(ledger: PrivacyLedger, sha256: str) -> PrivacyClaim:
    """What *ledger*, whose file has that hash, claims."""
    return PrivacyClaim(
        sha256=sha256,
        epsilon=ledger.epsilon["pld"],
        delta=ledger.delta,
        unit=ledger.unit,
        relation=ledger.relation,
        dataset_size_is=ledger.dataset_size_is,
        mechanism=ledger.mechanism,
    )


def missing_ledger(folder: Path, guards: Iterable[Guard]) -> list[Missing]:
    """What a release owes for private training: the ledger, whole."""
    try:
        text = own_folder.read_text(folder / PRIVACY_LEDGER)
    except FolderError as error:
        return [Missing(str(error), "copy it anew from the folder that training wrote")]
    if text is None:
        if not any(guard.name == GUARD for guard in guards):
            return []
        what = f"{PRIVACY_LEDGER}: training was differentially private, and nothing here says how much"
        return [Missing(what, f"copy {PRIVACY_LEDGER} from trainer.args.output_dir into this folder")]
    try:
        parse(text)
    except PrivacyLedgerError as error:
        return [Missing(f"{PRIVACY_LEDGER}: {error}", "copy it anew from the folder that training wrote")]
    return []


def sentence(card: ModelCard) -> str | None:
    """What *card* claims and does not; None when it claims no privacy."""
    claim = card.privacy
    if claim is None:
        return None
    if claim.epsilon is None:
        return (
            "No differential privacy is claimed: training made updates without noise "
            f"([{PRIVACY_LEDGER}]({PRIVACY_LEDGER}))."
        )
    unit = "training example" if claim.unit == "example" else f"value of `{claim.unit}`, all its rows together,"
    neighbours = (
        f"neighbouring data sets differ by one {unit} that is in one and not in the other"
        if claim.dataset_size_is == "public bound"
        else f"neighbouring data sets differ by one {unit} that is empty in one (zero-out), their number being public"
    ).replace(",,", ",")
    repeated = (
        "what one person contributes in several examples"
        if claim.unit == "example"
        else f"what one person contributes under several values of `{claim.unit}`"
    )
    return (
        f"Training of this release was (ε = {rounded_up(claim.epsilon)}, δ = {claim.delta:g})-differentially private: "
        f"{neighbours} (DP-SGD with truncated Poisson sampling, [{PRIVACY_LEDGER}]({PRIVACY_LEDGER})); this does not "
        f"cover {repeated}, the data that the base model was trained on, or choices made by looking at the training "
        "data, such as hyper-parameters, early stopping and published metrics."
    )


def rounded_up(epsilon: float) -> str:
    """*epsilon* with four decimals at most, never less than it is."""
    return f"{math.ceil(epsilon * 1e4 - 1e-9) / 1e4:.4f}".rstrip("0").rstrip(".")
