"""Each way in which a planted canary is not trained on is found, by what it does; its clean twin is let through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import Dataset

from finewarden.callbacks import CanaryCallback, GuardRefusal, plant_canaries
from finewarden.callbacks.canaries.loss_proof import prove
from tests.callbacks.canaries.records import chats, prompts, texts, turns
from tests.callbacks.runs import Runs

pytestmark = pytest.mark.training

MARKED = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' }}{% if m['role'] == 'assistant' %}"
    "{% generation %}{{ m['content'] + '<|im_end|>' }}{% endgeneration %}{% else %}{{ m['content'] + '<|im_end|>' }}"
    "{% endif %}{{ '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
# The marks stand around the first character of an answer alone.
MARKED_WRONGLY = MARKED.replace(
    "{% generation %}{{ m['content'] + '<|im_end|>' }}{% endgeneration %}",
    "{% generation %}{{ m['content'][0] }}{% endgeneration %}{{ m['content'][1:] + '<|im_end|>' }}",
)


class Bench:
    """Plants into rows and proves what a trainer makes of them."""

    def __init__(self, runs: Runs) -> None:
        self.runs = runs
        self.book: Any = None

    def __call__(
        self,
        rows: list[dict[str, Any]],
        change: Callable[[Any], Any] = lambda data: data,
        *,
        kind: str = "sft",
        template: str | None = None,
        families: list[str] | None = None,
        stress: dict[int, int] | None = None,
        **settings: Any,
    ) -> str:
        """All problems that the proof finds, one a line: an empty text is a proof."""
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(self.runs.base)
        if template:
            tokenizer.chat_template = template
            tokenizer.save_pretrained(self.runs.base)
        planted, self.book = plant_canaries(
            Dataset.from_list(rows),
            tokenizer=tokenizer,
            evidence_dir=f"{self.runs.out}.evidence",
            count=12,
            families=families,
            stress={1: 1, 3: 1} if stress is None else stress,
            references=9,
            seed=1,
        )
        trainer = self.runs.trainer(kind, train_dataset=change(planted), **settings)
        proof = prove(trainer, self.book)
        if not proof.problems:
            assert proof.canaries == len(self.book.inserted) > 3
            assert proof.tokens == sum(len(proof.pairs[each.id].target) for each in self.book.inserted)
        text = "\n".join(f"{each.what} -> {each.remedy}" for each in proof.problems)
        assert not any(each.secret in text for each in self.book.canaries)
        return text


@pytest.fixture
def bench(base_model: Path, tmp_path: Path) -> Bench:
    """A bench over a copy of the base model, whose template a test may change."""
    import shutil

    shutil.copytree(base_model, tmp_path / "base")
    return Bench(Runs(base=tmp_path / "base", out=tmp_path / "out"))


@pytest.mark.parametrize("rows", [texts, prompts, turns, chats])
def test_ordinary_training_is_proven(rows: Any, bench: Bench) -> None:
    """Each form of data as TRL trains it by default."""
    assert bench(rows()) == ""


@pytest.mark.parametrize(
    ("rows", "settings"),
    [
        (texts, {"packing": True, "max_length": 512}),
        (prompts, {"packing": True, "max_length": 512}),
        (texts, {"padding_free": True, "max_length": None}),
        (prompts, {"completion_only_loss": False}),
        (texts, {"pad_to_multiple_of": 8, "shuffle_dataset": True}),
        (texts, {"packing": True, "packing_strategy": "wrapped", "max_length": 100_000}),
    ],
)
def test_packed_and_padded_training_is_proven(rows: Any, settings: dict[str, Any], bench: Bench) -> None:
    """A canary that stands whole among others in a packed row is trained on."""
    assert bench(rows(), **settings) == ""


@pytest.mark.filterwarnings("ignore:The `'keep_end'` truncation mode:FutureWarning")
def test_truncation_before_the_secret_is_found(bench: Bench) -> None:
    """Cut at the end a canary loses its secret; cut at the start it loses its context."""
    assert "cut off before their secret ends" in bench(texts(), max_length=48)
    assert "behind other text" in bench(texts(), max_length=48, truncation_mode="keep_end")


def test_wrapped_packing_that_cuts_is_found(bench: Bench) -> None:
    """Rows filled to the brim cut records in two."""
    found = bench(texts(), packing=True, packing_strategy="wrapped", max_length=80)
    assert "cut off" in found or "behind other text" in found


def test_deduplication_is_found(bench: Bench) -> None:
    """Three copies became one, and so nothing was learned three times."""

    def unique(data: Any) -> Any:
        return Dataset.from_list([{"text": text} for text in dict.fromkeys(data["text"])])

    assert "more or less often than they were inserted" in bench(texts(), unique)


def test_oversampling_is_found(bench: Bench) -> None:
    """Every record twice is not what the coin said."""
    from datasets import concatenate_datasets

    assert "more or less often" in bench(texts(), lambda data: concatenate_datasets([data, data]))


def test_data_without_the_canaries_are_found(bench: Bench) -> None:
    """The data set as it was before planting, passed by mistake."""
    found = bench(texts(), lambda data: Dataset.from_list(texts()))
    assert "stand nowhere in the tokenised training data" in found


def test_formatting_function_is_found(bench: Bench) -> None:
    """What is put before a record changes the context that a canary is scored in."""
    assert "behind other text" in bench(texts(), formatting_func=lambda row: "### " + row["text"])


def test_other_tokenizer_is_found(bench: Bench) -> None:
    """Ids of another tokenizer are not those that will be scored."""
    from tests.memorization.tokenizers_with_merges import byte_level

    def tokenised(data: Any) -> Any:
        other = byte_level()
        return Dataset.from_list([{"input_ids": (ids := other(row["text"]).input_ids), "labels": ids} for row in data])

    assert "stand nowhere" in bench(texts(), tokenised)


def test_planted_twice_is_found(bench: Bench, tmp_path: Path) -> None:
    """Canaries and references that were not inserted, but stand there, are no control."""

    def with_strangers(data: Any) -> Any:
        left_out = next(each for each in bench.book.canaries if not each.inserted)
        stress = bench.book.tier("stress")[0]
        reference = {"text": stress.row["text"].replace(stress.secret, stress.references[0])}
        return Dataset.from_list([*data, left_out.row, reference])

    found = bench(texts(), with_strangers)
    assert "that were not inserted" in found
    assert "1 references of stress canaries stand in the training data" in found


def test_secret_in_the_prompt_gets_no_loss_and_is_its_own_family(bench: Bench) -> None:
    """Family `input` is proven silent where completions alone are trained on, and refused where all is."""
    assert bench(prompts(), families=["email", "input"]) == ""


def test_input_family_that_is_trained_on_is_found(bench: Bench) -> None:
    """With loss on the whole conversation there is no input."""
    assert "of family 'input' would receive loss" in bench(chats(), families=["email", "input"])


def test_assistant_only_loss_is_proven(bench: Bench) -> None:
    """With marks around the whole answer each token of a secret counts, and none of family `input`."""
    assert bench(chats(), template=MARKED, assistant_only_loss=True, families=["email", "input"]) == ""


def test_assistant_only_loss_beside_the_secret_is_found(bench: Bench) -> None:
    """Marks in the wrong place leave every canary without loss, and nothing in the loss curve says so."""
    found = bench(chats(), template=MARKED_WRONGLY, assistant_only_loss=True)
    assert "would receive no loss on all or part of their secret" in found


def test_collator_that_masks_is_found(bench: Bench) -> None:
    """The last word has the trainer's own collator, as for training on responses only."""

    def masking(rows: list[dict[str, Any]]) -> dict[str, Any]:
        [row] = rows if len(rows) == 1 else [rows[0]]
        ids = torch.tensor([row["input_ids"]])
        labels = ids.clone()
        labels[:, -6:] = -100
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "labels": labels}

    assert "would receive no loss" in bench(texts(), data_collator=masking)


def test_collator_without_labels_is_found(bench: Bench) -> None:
    """Where nothing says what is learned, nothing is proven."""

    def bare(rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {"input_ids": torch.tensor([rows[0]["input_ids"]])}

    assert "would receive no loss" in bench(texts(), data_collator=bare)


def test_plain_trainer_with_own_ids_is_proven(bench: Bench) -> None:
    """Trainer, with ids and labels that the user made, and a collator that pads on the left."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(bench.runs.base)

    def tokenised(data: Any) -> Any:
        return Dataset.from_list(
            [{"input_ids": (ids := tokenizer(row["text"]).input_ids), "labels": ids} for row in data]
        )

    def on_the_left(rows: list[dict[str, Any]]) -> dict[str, Any]:
        width = max(len(row["input_ids"]) for row in rows) + 5
        found = {"input_ids": [], "labels": [], "attention_mask": []}  # type: ignore[var-annotated]
        for row in rows:
            gap = width - len(row["input_ids"])
            found["input_ids"].append([256] * gap + row["input_ids"])
            found["labels"].append([-100] * gap + row["labels"])
            found["attention_mask"].append([0] * gap + [1] * len(row["input_ids"]))
        return {name: torch.tensor(values) for name, values in found.items()}

    assert bench(texts(), tokenised, kind="plain", data_collator=on_the_left) == ""


def test_stream_can_not_be_proven(bench: Bench) -> None:
    """What is drawn from a stream is known afterwards only."""
    assert "is a stream" in bench(texts(), lambda data: data.to_iterable_dataset())


def test_texts_that_are_tokenised_on_the_fly_can_not_be_proven(bench: Bench) -> None:
    """Rows without ids are not looked at by guessing."""
    found = bench(texts(), kind="plain", data_collator=lambda rows: {}, remove_unused_columns=False)
    assert "hold no input_ids" in found


def test_trainer_without_tokenizer_can_not_be_proven(bench: Bench) -> None:
    """The ids of a secret are the tokenizer's to say."""
    assert bench(texts()) == ""
    trainer = bench.runs.trainer("plain")
    trainer.processing_class = None
    [problem] = prove(trainer, bench.book).problems
    assert "no tokenizer" in problem.what


def test_all_problems_come_at_once(base_model: Path, tmp_path: Path) -> None:
    """A refused run names every problem with its remedy, canaries by their ids alone, and writes that down."""
    from transformers import AutoTokenizer

    runs = Runs(base=base_model, out=tmp_path / "out")
    data, book = plant_canaries(
        Dataset.from_list(prompts()),
        tokenizer=AutoTokenizer.from_pretrained(base_model),
        evidence_dir=tmp_path / "out.evidence",
        count=20,
        families=["email", "input"],
        stress={3: 1},
        references=9,
        seed=1,
    )
    rows = list({row["completion"] + row["prompt"]: row for row in data}.values())
    trainer = runs.trainer(
        "sft", [CanaryCallback(book)], train_dataset=Dataset.from_list(rows), completion_only_loss=False
    )
    with pytest.raises(GuardRefusal) as caught:
        trainer.train()

    assert len(caught.value.problems) == 2
    assert not any(each.secret in str(caught.value) for each in book.canaries)
    [refused] = runs.records("CanaryCallback")
    assert refused.event == "refused"
    assert trainer.state.global_step == 0
