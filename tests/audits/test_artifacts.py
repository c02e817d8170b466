"""The artifact audits on what real trainings leave: each rule fails on its own fault and passes on the clean twin."""

from __future__ import annotations

import inspect
import io
import json
import os
import pickle
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from finewarden.artifacts.contents import look_into
from finewarden.artifacts.folder import Folder
from finewarden.artifacts.identity import Identity
from finewarden.audits import test_artifacts as audits
from finewarden.gate.judge import Judge, NotMeasured
from finewarden.policy import Policy
from finewarden.verdicts import Result, State
from finewarden.waivers import Waivers
from tests.callbacks.runs import Runs

pytestmark = [
    pytest.mark.training,
    # TRL 1.16 still speaks of gradient_checkpointing, which transformers 5.23 calls activation_checkpointing.
    pytest.mark.filterwarnings(r"ignore:`(is_)?gradient_checkpointing:FutureWarning"),
]

NAMES = ("readable", "pickles", "secrets", "local_paths", "leftovers", "stray_tensors")
TOKEN = "hf_" + "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5"


@pytest.fixture(scope="module")
def trained(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A LoRA run with a token, evaluation and TensorBoard, one of all weights; and both as releases."""
    home = tmp_path_factory.mktemp("home") / "alice"
    base = tiny.save_base_model(home / "base")
    for name, lora in (("lora", True), ("full", False)):
        runs = Runs(base=base, out=home / name)
        trainer = runs.train(
            "sft",
            lora=lora,
            model=str(base),
            max_steps=2,
            save_strategy="steps",
            save_steps=1,
            eval_strategy="steps",
            eval_steps=1,
            load_best_model_at_end=True,
            hub_token=TOKEN if lora else None,
            report_to=["tensorboard"],
        )
        trainer.save_model()
        trainer.save_metrics("eval", trainer.evaluate())
        trainer.save_state()
        trainer.create_model_card(model_name=name)
        clean = Path(shutil.copytree(home / name, home / f"{name}-release"))
        for path in clean.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name in ("training_args.bin", "trainer_state.json") or path.name.endswith("_results.json"):
                path.unlink()
    adapter = home / "lora-release" / "adapter_config.json"
    settings = json.loads(adapter.read_text()) | {"base_model_name_or_path": "acme/base-1b"}
    adapter.write_text(json.dumps(settings))
    return {name: home / name for name in ("lora", "full", "lora-release", "full-release")}


@pytest.fixture
def copy(trained: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """A copy of one of the folders, for this test alone."""
    return lambda name: Path(shutil.copytree(trained[name], tmp_path / name))


def judged(name: str, folder: Path, policy: Policy | None = None) -> Result:
    """The verdict of one audit, as the gate reaches it, audited by nobody in particular."""
    judge = Judge(f"artifacts.{name}", name, policy=policy or Policy(), waivers=Waivers.empty())
    release = Folder.open(folder)
    given: dict[str, Any] = {"release": release, "judge": judge, "contents": look_into(release, Identity(None, None))}
    function: Callable[..., None] = getattr(audits, f"test_{name}")
    try:
        function(**{key: given[key] for key in inspect.signature(function).parameters})
    except NotMeasured as error:
        return judge.conclude(error)
    return judge.conclude()


def rules(result: Result) -> list[str]:
    """The rules that fail."""
    return [found.rule for found in result.findings]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["lora-release", "full-release"])
def test_a_clean_release_passes(trained: dict[str, Path], kind: str, name: str) -> None:
    """What a run leaves, without its leftovers, passes every audit without a warning."""
    result = judged(name, trained[kind])
    assert (result.state, result.findings, result.warnings) == (State.PASS, [], [])


def test_a_bare_run_gets_few_and_true_findings(trained: dict[str, Path]) -> None:
    """An ordinary run fails on its token and on the base named by a path, and warns once of leftovers."""
    found = {kind: {name: rules(judged(name, trained[kind])) for name in NAMES} for kind in ("lora", "full")}
    none: dict[str, list[str]] = {name: [] for name in NAMES}
    assert found["lora"] == none | {"secrets": ["live-secret"], "local_paths": ["local-path"]}
    assert found["full"] == none
    for kind in ("lora", "full"):
        warnings = [warning.rule for name in NAMES for warning in judged(name, trained[kind]).warnings]
        assert warnings == ["leftovers"]


def test_no_finding_prints_a_token_or_a_path(trained: dict[str, Path]) -> None:
    """Neither the token nor the folder of the one who trained stands in any finding or warning."""
    for name in NAMES:
        result = judged(name, trained["lora"])
        for found in (*result.findings, *result.warnings):
            assert TOKEN not in found.what + found.where + found.mend
            assert str(trained["lora"].parent) not in found.what + found.where + found.mend


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_the_token_of_training_args_is_one_finding_and_never_waived(trained: dict[str, Path]) -> None:
    """Trainer pickles hub_token into every training_args.bin: one token, one finding, all places counted."""
    (found,) = judged("secrets", trained["lora"]).findings
    assert not found.waivable
    assert found.where.endswith("training_args.bin:training_args/data.pkl")
    assert "2 more places" in found.what


@pytest.mark.parametrize("rel", ["README.md", "chat_template.jinja", "notes/deep/x.txt"])
def test_a_token_in_a_file_fails(copy: Callable[[str], Path], rel: str) -> None:
    """A token in any file of the release fails."""
    folder = copy("full-release")
    path = folder / rel
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{path.read_text() if path.exists() else ''}\ntoken: {TOKEN}\n")
    assert rules(judged("secrets", folder)) == ["live-secret"]


def test_a_token_in_the_metadata_of_weights_fails(copy: Callable[[str], Path]) -> None:
    """A token that a script wrote into the weights' metadata fails."""
    from safetensors.torch import load_file, save_file

    folder = copy("full-release")
    save_file(load_file(folder / "model.safetensors"), folder / "model.safetensors", {"format": "pt", "note": TOKEN})
    assert rules(judged("secrets", folder)) == ["live-secret"]


# -- pickles -----------------------------------------------------------------------------------------------------------


class Evil:
    """Runs a command when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.system, ("touch owned",)


class Lazy:
    """Evaluates an expression when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, ("__import__('os').getcwd()",)


@pytest.mark.parametrize("evil", [Evil(), Lazy(), {"state": [Evil()]}])
@pytest.mark.parametrize("rel", ["training_args.bin", "model.safetensors", "extra/data.txt"])
def test_code_in_a_pickle_fails_wherever_it_lies(copy: Callable[[str], Path], evil: Any, rel: str) -> None:
    """What torch.save and pickle.dump make of an object that runs code fails under any name, and can't be waived."""
    import torch

    folder = copy("lora")
    (folder / "extra").mkdir()
    torch.save(evil, folder / rel)
    (found,) = judged("pickles", folder).findings
    assert (found.rule, found.waivable) == ("unsafe-pickle", False)
    (folder / rel).write_bytes(pickle.dumps(evil))
    assert rules(judged("pickles", folder)) == ["unsafe-pickle"]


def test_a_pickle_that_cannot_be_followed_fails(copy: Callable[[str], Path]) -> None:
    """A training_args.bin that breaks off is not called clean."""
    folder = copy("full")
    (folder / "training_args.bin").write_bytes(b"\x80\x02(K\x01")
    assert rules(judged("pickles", folder)) == ["broken-pickle"]


def test_what_was_not_searched_is_a_warning(copy: Callable[[str], Path]) -> None:
    """A file in a format that can't be looked into is said, once for all of them."""
    folder = copy("full-release")
    for name in ("a.zst", "b.zst"):
        (folder / name).write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
    result = judged("readable", folder)
    assert (rules(result), [warning.rule for warning in result.warnings]) == ([], ["not-searched"])


def test_what_torch_saves_of_tensors_is_a_warning(copy: Callable[[str], Path]) -> None:
    """Weights as a pickle load safely today: one warning with the better format, no failure; old formats too."""
    import torch

    folder = copy("full-release")
    state = {"a": torch.ones(2), "b": torch.nn.Parameter(torch.ones(3)), "c": torch.ones(2, dtype=torch.bfloat16)}
    torch.save(state, folder / "pytorch_model.bin")
    torch.save(state, folder / "legacy.pt", _use_new_zipfile_serialization=False)
    result = judged("pickles", folder)
    assert (rules(result), [warning.rule for warning in result.warnings]) == ([], ["pickled"])


def test_every_trainers_arguments_are_trainers_own(tmp_path: Path) -> None:
    """The arguments of every trainer of TRL, pickled by torch with what a run puts into them, are allowed."""
    import torch
    import trl
    from transformers import Seq2SeqTrainingArguments, TrainingArguments

    classes = [getattr(trl, name) for name in dir(trl) if name.endswith("Config")]
    kinds = [TrainingArguments, Seq2SeqTrainingArguments]
    kinds += [cls for cls in classes if isinstance(cls, type) and issubclass(cls, TrainingArguments)]
    assert len(kinds) > 6
    folder = tmp_path / "out"
    folder.mkdir()
    for kind in kinds:
        arguments = kind(output_dir=str(tmp_path / "x"), report_to=[], use_cpu=True, optim="adamw_torch", debug="")
        torch.save(arguments, folder / f"{kind.__name__}.bin")
    assert judged("pickles", folder).findings == []


def test_arguments_of_a_script_are_a_warning(copy: Callable[[str], Path]) -> None:
    """A script's own subclass of TrainingArguments is ordinary: one warning that nobody else can load it."""
    folder = copy("full")
    arguments = (folder / "training_args.bin").read_bytes()
    with zipfile.ZipFile(io.BytesIO(arguments)) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("data.pkl"))
        renamed = archive.read(name).replace(b"trl.trainer.sft_config\nSFTConfig", b"__main__\nScriptArguments")
    (folder / "training_args.bin").write_bytes(_zip({name: renamed}))
    result = judged("pickles", folder)
    assert (rules(result), [warning.rule for warning in result.warnings]) == ([], ["own-class"])


def test_a_snapshot_of_the_hub_cache_is_told_in_one_finding(copy: Callable[[str], Path], tmp_path: Path) -> None:
    """A folder of links into a cache is refused with what to do, not as an empty one."""
    folder = copy("full-release")
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    for path in folder.iterdir():
        (snapshot / path.name).symlink_to(path)
    (found,) = judged("readable", snapshot).findings
    assert (found.rule, "cp -rL" in found.mend) == ("link-out", True)


def test_no_allowed_class_has_a_say_in_its_unpickling() -> None:
    """What may be made and filled does so by Python's own means: no __setstate__, __new__ or slot of its own runs."""
    import importlib

    from finewarden.artifacts.allowed_globals import MADE

    checked = 0
    for name in sorted(MADE):
        module, _, attribute = name.partition(" ")
        try:
            cls = getattr(importlib.import_module(module), attribute)
        except (ImportError, AttributeError):  # of another version, or not installed
            continue
        checked += 1
        own = [base for base in cls.__mro__ if base is not object]
        assert not any("__new__" in vars(base) or "__setattr__" in vars(base) for base in own), name
        assert not any("__setstate__" in vars(base) for base in own), name
    assert checked > 15


# -- local paths -------------------------------------------------------------------------------------------------------


def test_a_path_in_a_published_file_is_one_finding_a_file(copy: Callable[[str], Path]) -> None:
    """Paths in the text of two files are two findings, however many paths they hold."""
    folder = copy("full-release")
    (folder / "README.md").write_text("# x\n\n/home/alice/a and /home/alice/b\n")
    config = json.loads((folder / "config.json").read_text()) | {"_name_or_path": "../base"}
    (folder / "config.json").write_text(json.dumps(config))
    result = judged("local_paths", folder)
    assert sorted(found.where.partition(":")[0] for found in result.findings) == ["README.md", "config.json"]


def test_a_path_in_the_metadata_of_the_card_is_left_to_its_audit(copy: Callable[[str], Path]) -> None:
    """release.front_matter judges the card's metadata; the same path is not told twice."""
    folder = copy("full-release")
    (folder / "README.md").write_text("---\nbase_model: /home/alice/base\n---\n# x\n")
    assert rules(judged("local_paths", folder)) == []
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# x\n/home/alice/base\n")
    assert rules(judged("local_paths", folder)) == ["local-path"]


def test_a_path_that_documentation_advises_is_nobodys(copy: Callable[[str], Path]) -> None:
    """`/data/models/x` in a card is advice to a reader; in a configuration, or in a home, it is the trainer's."""
    folder = copy("full-release")
    (folder / "README.md").write_text("# x\n\n    vllm serve /data/models/x --port 8000\n")
    assert rules(judged("local_paths", folder)) == []
    (folder / "README.md").write_text("# x\n\n    vllm serve /home/alice/x\n")
    assert rules(judged("local_paths", folder)) == ["local-path"]
    (folder / "README.md").write_text("# x\n")
    config = json.loads((folder / "config.json").read_text()) | {"_name_or_path": "/data/models/x"}
    (folder / "config.json").write_text(json.dumps(config))
    assert rules(judged("local_paths", folder)) == ["local-path"]


# -- leftovers ---------------------------------------------------------------------------------------------------------


def test_leftovers_fail_a_public_release(trained: dict[str, Path]) -> None:
    """For the public a push that takes checkpoints, logs and arguments along is a failure."""
    assert rules(judged("leftovers", trained["lora"], Policy(audience="public"))) == ["leftovers"]
    assert rules(judged("leftovers", trained["lora"], Policy(audience="customers"))) == []


def test_metrics_alone_fail_nobody(copy: Callable[[str], Path]) -> None:
    """Numbers of the evaluation are a warning even for the public."""
    folder = copy("full-release")
    (folder / "eval_results.json").write_text("{}")
    result = judged("leftovers", folder, Policy(audience="public"))
    assert (rules(result), [warning.rule for warning in result.warnings]) == ([], ["leftovers"])


def test_private_settings_fail(copy: Callable[[str], Path]) -> None:
    """A .env in the folder is no leftover of training but somebody's settings."""
    folder = copy("full-release")
    (folder / ".env").write_text("REGION=eu\n")
    assert rules(judged("leftovers", folder)) == ["private-settings"]


# -- stray tensors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["pt", "safetensors", "npy", "npz"])
def test_hidden_states_of_the_model_fail(copy: Callable[[str], Path], kind: str) -> None:
    """The trained model's own hidden states and logits, saved as scripts save them, fail in every format."""
    import numpy as np
    import torch
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM

    folder = copy("full-release")
    model = AutoModelForCausalLM.from_pretrained(folder)
    with torch.no_grad():
        out = model(input_ids=torch.arange(12)[None], output_hidden_states=True)
    hidden, logits = out.hidden_states[-1], out.logits
    path = folder / f"dump.{kind}"
    if kind == "pt":
        torch.save({"h": hidden, "l": logits}, path)
    elif kind == "safetensors":
        save_file({"h": hidden.contiguous(), "l": logits.contiguous()}, path)
    elif kind == "npy":
        np.save(path, hidden.numpy())
    else:
        np.savez(path, h=hidden.numpy(), l=logits.numpy())
    assert set(rules(judged("stray_tensors", folder))) == {"stray-tensor"}


def test_without_sizes_strays_are_not_measured(copy: Callable[[str], Path]) -> None:
    """Where no file tells the model's sizes, nothing is called clean."""
    folder = copy("full-release")
    (folder / "config.json").write_text("{}")
    assert judged("stray_tensors", folder).state is State.NOT_MEASURED


# -- readable: the hostile folder --------------------------------------------------------------------------------------


def _zip(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def _truncate(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


def _sparse(folder: Path) -> None:
    with (folder / "weights.dat").open("wb") as file:
        file.truncate(10 * 2**30)


def _lie(folder: Path) -> None:
    data = bytearray((folder / "model.safetensors").read_bytes())
    data[8:] = bytes(data[8:]).replace(b'"F32"', b'"F16"', 1)
    (folder / "model.safetensors").write_bytes(bytes(data))


def _empty(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


HOSTILE: dict[str, Callable[[Path], object]] = {
    "link out of the folder": lambda folder: (folder / "vocab.txt").symlink_to("/etc/passwd"),
    "link to nothing": lambda folder: (folder / "merges.txt").symlink_to("nothing"),
    "pipe": lambda folder: os.mkfifo(folder / "pipe"),
    "sparse file": _sparse,
    "line break in a name": lambda folder: (folder / "a\nb").write_text("x"),
    "reordered name": lambda folder: (folder / "model\u202etxt.exe").write_text("x"),
    "truncated header": lambda folder: _truncate(folder / "model.safetensors", 100),
    "lying header": _lie,
    "deep JSON": lambda folder: (folder / "generation_config.json").write_text("[" * 50_000),
    "duplicate key": lambda folder: (folder / "config.json").write_text('{"a": 1, "a": 2}'),
    "archive bomb": lambda folder: (folder / "x.bin").write_bytes(_zip({"a/data.pkl": bytes(100 * 2**20)})),
    "damaged archive": lambda folder: (folder / "x.bin").write_bytes(b"PK\x03\x04" + bytes(100)),
    "deep folders": lambda folder: (folder / "/".join("d" * 40)).mkdir(parents=True),
    "missing weights": lambda folder: (folder / "model.safetensors").unlink(),
    "empty folder": _empty,
}


@pytest.mark.skipif(os.name != "posix", reason="pipes and links as POSIX has them")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_folder_fails_as_unreadable(copy: Callable[[str], Path], name: str) -> None:
    """Each kind of hostility is one finding that names the place."""
    folder = copy("full-release")
    HOSTILE[name](folder)
    result = judged("readable", folder)
    assert len(result.findings) == 1
    assert result.findings[0].where.isprintable()


@pytest.mark.skipif(os.name != "posix", reason="pipes and links as POSIX has them")
def test_every_hostility_has_a_reason_and_a_mend_of_its_own(trained: dict[str, Path], tmp_path: Path) -> None:
    """Fifteen broken folders give fifteen different reasons, each with what to do."""
    seen = {}
    for number, (name, break_it) in enumerate(HOSTILE.items()):
        folder = Path(shutil.copytree(trained["full-release"], tmp_path / f"{number}"))
        break_it(folder)
        (found,) = judged("readable", folder).findings
        assert found.mend
        seen[found.what] = name
    assert len(seen) == len(HOSTILE)


CODE = "open({marker!r}, 'w').close()\n"


def test_nothing_of_the_folder_runs_and_nothing_is_written(
    copy: Callable[[str], Path], pytester: pytest.Pytester
) -> None:
    """A whole audit of a folder full of traps runs none of them, fails, and leaves the folder as it was."""
    import torch

    folder = copy("lora")
    marker = pytester.path / "ran"
    for name in ("conftest.py", "sitecustomize.py", "usercustomize.py", "test_x.py", "modeling_x.py", "__init__.py"):
        (folder / name).write_text(CODE.format(marker=str(marker)))
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-shipped-audits\n")
    config = json.loads((folder / "adapter_config.json").read_text()) | {"auto_map": {"AutoModel": "modeling_x.M"}}
    (folder / "adapter_config.json").write_text(json.dumps(config))

    class Touch:
        def __reduce__(self) -> tuple[Any, ...]:
            return os.system, (f"touch {marker}",)

    torch.save(Touch(), folder / "training_args.bin")
    before = {path: path.lstat() for path in sorted(folder.rglob("*"))}
    result = pytester.runpytest_subprocess(f"--model-dir={folder}", "--audit-report=report.json")
    after = {path: path.lstat() for path in sorted(folder.rglob("*"))}
    assert result.ret == 1
    assert not marker.exists()
    assert [(p, s.st_mtime_ns, s.st_size) for p, s in before.items()] == [
        (p, s.st_mtime_ns, s.st_size) for p, s in after.items()
    ]
    audited = json.loads((pytester.path / "report.json").read_text())["audits"]
    failed = {audit["audit"] for audit in audited if audit["state"] == "fail"}
    assert {"artifacts.pickles", "artifacts.secrets", "artifacts.remote_code"} <= failed
