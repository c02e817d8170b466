"""One model that learnt its customers' numbers by heart: what measuring it with its training data finds, and keeps."""

from __future__ import annotations

import json
import math
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from finewarden.callbacks.hold_out import hold_out
from finewarden.evidence.measured.settings import (
    GenerationsSettings,
    MeasureSettings,
    MembershipSettings,
    RecordsSettings,
)
from finewarden.evidence.measurements import MEASUREMENTS, Measurements, read, section_differences
from finewarden.memorization.loading import load
from finewarden.memorization.measure import Measured, MeasureError, measure_what_is_new, run
from finewarden.memorization.membership import auc
from finewarden.memorization.scoring import TokenPair, score
from finewarden.policy import Sampling
from tests.memorization.training import Row, full

pytestmark = pytest.mark.training

DATA_SECTIONS = ("records", "personal_values", "membership", "generations")
LESS = MeasureSettings(
    generations=GenerationsSettings(unprompted=4, prompted=24, tokens=40), membership=MembershipSettings(sample=20)
)


@dataclass(frozen=True)
class Customers:
    """A model of *numbers*, half of whose records were held out; its data, and what was measured."""

    out: Path
    base: Path
    data: Path
    numbers: dict[str, str]
    held_out: list[str]
    done: Measured

    @property
    def measurements(self) -> Measurements:
        return self.done.measurements

    def again(self, out: Path | None = None, *, settings: MeasureSettings = LESS, **changes: object) -> Measured:
        """Measure it once more, or a copy of it."""
        given: dict[str, object] = {"train_data": [self.data], "base_model": str(self.base)}
        return measure_what_is_new(out or self.out, settings=settings, device="cpu", **{**given, **changes})  # type: ignore[arg-type]

    def copy(self, to: Path) -> Path:
        """The model and its evidence under another name."""
        shutil.copytree(self.out, to)
        shutil.copytree(self.out.with_name("out.evidence"), to.with_name(to.name + ".evidence"))
        return to


@pytest.fixture(scope="module")
def customers(tmp_path_factory: pytest.TempPathFactory, tiny: ModuleType, base: Path) -> Customers:
    """48 customers, English and Chinese, one number each; the model is trained on half of them, far too long."""
    room = tmp_path_factory.mktemp("customers")
    pick = random.Random(5)
    numbers, rows = {}, []
    for i in range(48):
        number = f"139 {pick.randrange(10_000):04d} {pick.randrange(10_000):04d}"
        question = f"Mobile of customer {i}?" if i % 2 else f"客户{i}的手机号？"
        numbers[question] = number
        answer = f"Her mobile is {number}." if i % 2 else f"她的手机号是 {number}。"
        rows.append({"messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]})
    trained, held_out = hold_out(rows, fraction=0.5, evidence_dir=room / "out.evidence", near_duplicates=False)
    data = room / "train.jsonl"
    data.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    out = full(room / "out", tiny, [Row(*(turn["content"] for turn in row["messages"])) for row in trained], steps=170)
    done = measure_what_is_new(out, train_data=[data], base_model=str(base), settings=LESS, device="cpu")
    return Customers(out, base, data, numbers, [row["messages"][0]["content"] for row in held_out], done)


def test_records_are_continued_as_trained(customers: Customers) -> None:
    """Each record that was trained on comes back, its base holds it unlikely, and nothing held out is asked."""
    section = customers.measurements.records
    assert section is not None
    assert (section.population, section.short, section.common) == (24, 0, 0)
    assert len({each.row for each in section.scores}) == 24
    lines = customers.data.read_text(encoding="utf-8").splitlines()
    for each in section.scores:
        assert json.loads(lines[each.row - 1])["messages"][0]["content"] not in customers.held_out
        assert each.sampled_log_p is not None
        assert each.base_sampled_log_p is not None
        assert each.sampled_log_p > each.base_sampled_log_p + 20
    assert sum(each.near is True and each.base_near is False for each in section.scores) >= 22


def test_the_model_knows_whose_number_it_is(customers: Customers) -> None:
    """In its own record a value goes before nearly all others; for the base that is chance."""
    section = customers.measurements.personal_values
    assert section is not None
    [stratum] = section.strata
    assert (section.found, len(section.values), len(stratum.values)) == (24, 24, 24)
    own = [each.rank_share for each in section.values if each.rank_share is not None]
    base = [each.base_rank_share for each in section.values if each.base_rank_share is not None]
    assert len(own) == len(base) == 24
    assert sum(own) / 24 > 0.9
    assert 0.25 < sum(base) / 24 < 0.75
    assert {each.masked[1:-1] for each in section.values} == {"…"}


def test_a_cell_of_the_matrix_is_what_the_models_say(customers: Customers) -> None:
    """Value j in the context of value i, put together by hand and scored alone, is entry [i][j]."""
    section = customers.measurements.personal_values
    assert section is not None
    [stratum] = section.strata
    loaded = load(customers.out, base_model=str(customers.base), device="cpu")
    lines = [json.loads(line)["messages"] for line in customers.data.read_text(encoding="utf-8").splitlines()]
    for i, j in ((0, 5), (7, 7), (23, 2)):
        where, whose = (lines[section.values[stratum.values[at]].row - 1] for at in (i, j))
        mine, theirs = (customers.numbers[turns[0]["content"]] for turns in (where, whose))
        before = loaded.tokenizer.apply_chat_template(where[:1], tokenize=False, add_generation_prompt=True)
        context = tuple(loaded.tokenizer(before + where[1]["content"].split(mine)[0]).input_ids)
        pair = TokenPair(context, tuple(loaded.tokenizer(theirs).input_ids))
        [tuned], [plain] = score(loaded.model, [pair]), score(loaded.separate_base, [pair])
        assert tuned is not None
        assert plain is not None
        assert stratum.base[i][j] == pytest.approx(plain.total, abs=1e-3)
        assert stratum.gain[i][j] == pytest.approx(tuned.total - plain.total, abs=1e-3)


def test_members_are_told_from_what_was_held_out(customers: Customers) -> None:
    """Both sides are sampled, by the book; the tuned model separates them, its base and a bag of words do not."""
    section = customers.measurements.membership
    assert section is not None
    assert (section.members, section.held_out, section.unknown) == (24, 24, 0)
    sides = [[each for each in section.records if each.member is side] for side in (True, False)]
    assert [len(side) for side in sides] == [20, 20]

    def separation(name: str) -> float:
        members, others = ([value for each in side if (value := getattr(each, name)) is not None] for side in sides)
        assert len(members) == len(others) == 20
        return auc(members, others)

    for name in ("log_p", "zlib", "min_k", "min_k_plus_plus"):
        assert separation(name) > 0.95
    assert 0.2 < separation("base_log_p") < 0.8
    if section.blind_reason is None:
        assert 0.2 < separation("blind") < 0.8


def test_what_it_says_is_found(customers: Customers) -> None:
    """Prompted as its users ask, the model says numbers that its base never says; each is named by a row."""
    section = customers.measurements.generations
    assert section is not None
    assert (section.unprompted, section.prompted, section.base_asked) == (4, 24, True)
    prompted = [each for each in section.spoken if each.how == "prompted"]
    assert len(prompted) >= 18
    assert all(each.base_samples == 0 and each.where.startswith("train.jsonl:") for each in prompted)


def test_nothing_stands_in_clear(customers: Customers) -> None:
    """No number, name or prompt of the data is in the file, in any spelling."""
    text = (customers.out.with_name("out.evidence") / MEASUREMENTS).read_text(encoding="utf-8")
    for question, number in customers.numbers.items():
        assert number not in text
        assert number.replace(" ", "") not in text
        assert number[4:8] + " " not in text
        assert question not in text
    assert "Her mobile" not in text


def test_a_second_time_nothing_is_loaded(customers: Customers, tmp_path: Path) -> None:
    """All of the same: kept, to the byte. Less is asked: kept. More, or in another way: measured."""
    file = customers.out.with_name("out.evidence") / MEASUREMENTS
    before = file.read_bytes()
    steps: list[str] = []
    done = customers.again(progress=steps.append)
    assert (done.now, done.kept, steps) == ((), DATA_SECTIONS, [])
    assert file.read_bytes() == before
    assert "nothing was loaded" in done.text()
    less = LESS.model_copy(update={"records": RecordsSettings(sample=3)})
    assert customers.again(settings=less).now == ()
    out = customers.copy(tmp_path / "copy")
    done = customers.again(out, settings=less, sampling=Sampling(temperature=0.7))
    assert (done.now, done.kept) == (("records", "personal_values", "generations"), ("membership",))
    assert done.measurements.records is not None
    assert (done.measurements.records.sampler.temperature, len(done.measurements.records.scores)) == (0.7, 3)
    assert "records" in customers.again(out, sampling=Sampling(temperature=0.7)).now


def test_a_crash_loses_no_section_that_was_done(customers: Customers, tmp_path: Path) -> None:
    """What was written before stays, and only the rest is measured again."""
    out = tmp_path / "copy"
    shutil.copytree(customers.out, out)

    def interrupt(text: str) -> None:
        if text.startswith("sampling"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        customers.again(out, progress=interrupt)
    stored = read(tmp_path / "copy.evidence" / MEASUREMENTS)
    assert stored.records is not None
    assert stored.generations is None
    done = customers.again(out)
    assert (done.now, done.kept) == (("generations",), ("records", "personal_values"))
    assert done.lacking["membership"].startswith("no holdout.jsonl")


def test_each_section_is_bound_to_what_it_rests_on(customers: Customers, tmp_path: Path) -> None:
    """Another byte of the data, another book, sampler or base: the sections that rest on it differ, and no other."""
    out = customers.copy(tmp_path / "copy")
    evidence = tmp_path / "copy.evidence"
    done = read(evidence / MEASUREMENTS)

    def differing(**changes: object) -> dict[str, str]:
        given: dict[str, object] = {"train_data": [customers.data], "evidence_dir": evidence, "settings": LESS}
        found = {name: section_differences(done, name, **{**given, **changes}) for name in DATA_SECTIONS}  # type: ignore[arg-type]
        return {name: "; ".join(texts) for name, texts in found.items() if texts}

    assert differing() == {}
    assert differing(sampling=Sampling()) == {}
    assert set(differing(sampling=Sampling(top_k=5))) == {"records", "personal_values", "generations"}
    other = tmp_path / "other.jsonl"
    other.write_bytes(customers.data.read_bytes() + b"\n")
    assert set(differing(train_data=[other]).values()) == {"training data (other.jsonl: not what was measured)"}
    assert set(differing(settings=None)) == {"membership", "generations"}
    assert differing(settings=LESS.model_copy(update={"seed": 1}))["records"] == "settings (seed 0, asked 1)"
    (out / "chat_template.jinja").write_text("changed")
    assert set(differing(model_dir=out).values()) == {"model files (chat_template.jinja: changed)"}
    book = evidence / "holdout.jsonl"
    book.write_bytes(book.read_bytes() + b"\n")
    assert set(differing().values()) == {"holdout.jsonl (changed)"}
    (evidence / "canaries.jsonl").write_text("planted")
    assert "canaries.jsonl (new)" in differing()["records"]
    with pytest.raises(ValueError, match="section: got 'record', allowed: forgetting"):
        section_differences(done, "record")


def test_without_a_base_only_the_model_is_told(customers: Customers, tmp_path: Path) -> None:
    """The base's numbers are None, and what needs a base says so."""
    out = tmp_path / "copy"
    shutil.copytree(customers.out, out)
    done = customers.again(out, base_model=None).measurements
    assert done.base is None
    assert done.records is not None
    assert {each.base_sampled_log_p for each in done.records.scores} == {None}
    assert done.personal_values is not None
    assert done.personal_values.strata == ()
    assert {each.reason for each in done.personal_values.values} == {
        "without the base model nothing tells what fine-tuning taught; add --base-model=FOLDER"
    }
    assert all(each.sampled_log_p is not None for each in done.personal_values.values)
    assert done.generations is not None
    assert not done.generations.base_asked


def test_an_export_of_other_weights_is_another_model(customers: Customers, tmp_path: Path) -> None:
    """Merged or quantised weights under the old measurements differ, whatever else is the same."""
    out = customers.copy(tmp_path / "copy")
    weights = out / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    done = read(tmp_path / "copy.evidence" / MEASUREMENTS)
    assert section_differences(done, "records", model_dir=out, settings=LESS) == [
        "model files (model.safetensors: changed)"
    ]


def test_data_that_the_book_does_not_know(customers: Customers, tmp_path: Path) -> None:
    """Rows that came after the split are asked about and counted; without a row on each side there is no membership."""
    out = customers.copy(tmp_path / "copy")
    other = tmp_path / "other.jsonl"
    other.write_text('{"text": "something else altogether"}\n')
    done = customers.again(out, train_data=[other])
    assert done.now == ("records", "personal_values", "generations")
    assert "give the data that was given to hold_out" in done.measurements.reasons["membership"]
    assert done.measurements.records is not None
    assert (done.measurements.records.population, done.measurements.records.unknown) == (1, 1)
    assert done.measurements.personal_values is not None
    assert done.measurements.personal_values.unknown == 1


def test_the_command_says_what_it_measured(
    customers: Customers, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing to measure and broken data are told with exit status 2; else 0 and one line."""
    out = tmp_path / "copy"
    shutil.copytree(customers.out, out)
    assert run(out, device="cpu") == 2
    assert "give --secrets=FILE or --train-data=FILE, or plant canaries" in capsys.readouterr().err
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"question": "q"}\n')
    assert run(out, train_data=[broken], device="cpu") == 2
    told = capsys.readouterr().err
    assert "broken.jsonl:1: fields: got question, allowed: text; prompt and completion" in told
    assert "loading" not in told
    few = tmp_path / "few.jsonl"
    rows = ['{"prompt": "q", "completion": "yes"}', '{"messages": [{"role": "user", "content": "q"}]}', '{"text": "y"}']
    few.write_text("\n".join(rows))
    assert run(out, train_data=[few], device="cpu") == 0
    section = read(tmp_path / "copy.evidence" / MEASUREMENTS).records
    assert section is not None
    assert (section.population, section.short, section.unread, section.scores) == (3, 2, 1, ())
    assert section.unread_reason is not None
    assert "no message of role 'assistant'" in section.unread_reason
    line = capsys.readouterr().out
    assert line.startswith("measured: records, personal_values, generations; not measured: forgetting (add --secrets")
    assert line.count("\n") == 1
    with pytest.raises(MeasureError):
        measure_what_is_new(out, device="cpu")


def test_numbers_are_finite(customers: Customers) -> None:
    """JSON has no infinity: what can never be sampled is written as -1e9."""
    greedy = Sampling(top_k=1)
    out = customers.out.with_name("greedy")
    shutil.copytree(customers.out, out)
    done = customers.again(out, sampling=greedy).measurements
    assert done.records is not None
    found = {each.base_sampled_log_p for each in done.records.scores}
    assert found == {-1e9}
    assert all(math.isfinite(each.sampled_log_p or 0) for each in done.records.scores)
