"""The stand-in unpickler sees every import that the real one would make, and lets through only Trainer's own doings."""

from __future__ import annotations

import _compat_pickle
import contextlib
import io
import pickle
import pickletools
import struct
from collections import OrderedDict
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finewarden.artifacts import allowed_globals as allowed
from finewarden.artifacts.pickle_machine import Trace, trace

# What torch.save writes for {"hidden": tensor of 2×64}: protocol 2, a storage by persistent id.
TENSOR = (
    b"\x80\x02}q\x00X\x06\x00\x00\x00hiddenq\x01ctorch._utils\n_rebuild_tensor_v2\nq\x02((X\x07\x00\x00\x00storageq\x03"
    b"ctorch\nFloatStorage\nq\x04X\x01\x00\x00\x000q\x05X\x03\x00\x00\x00cpuq\x06K\x80tq\x07QK\x00K\x02K@\x86q\x08"
    b"K@K\x01\x86q\x09\x89ccollections\nOrderedDict\nq\x0a)Rq\x0btq\x0cRq\x0ds."
)
# What torch.save writes for an instance of TrainingArguments with an enum in it.
ARGUMENTS = (
    b"\x80\x02ctransformers.training_args\nTrainingArguments\nq\x00)\x81q\x01}q\x02(X\x0a\x00\x00\x00output_dirq\x03"
    b"X\x03\x00\x00\x00outq\x04X\x08\x00\x00\x00strategyq\x05ctransformers.trainer_utils\nIntervalStrategy\nq\x06"
    b"X\x02\x00\x00\x00noq\x07\x85q\x08Rq\x09ub."
)


def follow(data: bytes) -> Trace:
    """The trace of the first pickle of *data*."""
    return trace(io.BytesIO(data))


def text(value: str) -> bytes:
    """A short text constant, without memo."""
    return b"\x8c" + bytes([len(value)]) + value.encode()


# Each runs `os.system`, or something as bad, when it is loaded.
MALICIOUS = {
    "GLOBAL": b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.",
    "protocol 0": b"cos\nsystem\n(S'id'\ntR.",
    "protocol 0 INST": b"(S'id'\nios\nsystem\n.",
    "protocol 1 OBJ": b"(cos\nsystem\nX\x02\x00\x00\x00ido.",
    "eval": b"\x80\x02c__builtin__\neval\nX\x01\x00\x00\x001\x85R.",
    "importlib": b"\x80\x02cimportlib\nimport_module\nX\x02\x00\x00\x00os\x85R.",
    "collect_env": b"\x80\x02ctorch.utils.collect_env\nrun\nX\x02\x00\x00\x00id\x85R.",
    "runpy": b"\x80\x02crunpy\n_run_code\n)R.",
    "STACK_GLOBAL": b"\x80\x04" + text("os") + text("system") + b"\x93" + text("id") + b"\x85R.",
    # The operands come out of the memo, in another order than they were written; harmless texts are written last.
    "STACK_GLOBAL by memo": b"\x80\x04"
    + text("system")
    + b"\x94"
    + text("os")
    + b"\x94"
    + text("torch")
    + text("device")
    + b"0000h\x01h\x00\x93"
    + text("id")
    + b"\x85R.",
    "STACK_GLOBAL by DUP": b"\x80\x04" + text("code") + b"2\x93.",
    "STACK_GLOBAL with a dot": b"\x80\x04" + text("torch") + text("serialization.os.system") + b"\x93.",
    "STACK_GLOBAL of what a call gave": b"\x80\x04" + text("os") + b"c_codecs\nencode\n" + text("x") + b"\x85R\x93.",
    "STACK_GLOBAL of bytes": b"\x80\x04C\x02os" + text("system") + b"\x93.",
    "EXT1, not called": b"\x80\x02\x82\x01.",
    "EXT1": b"\x80\x02\x82\x01)R.",
    "EXT2": b"\x80\x02\x83\x01\x00)R.",
    "EXT4": b"\x80\x02\x84\x01\x00\x00\x00)R.",
    "getattr chain": b"\x80\x02c__builtin__\ngetattr\n"
    b"ctransformers.trainer_utils\nHubStrategy\nX\x07\x00\x00\x00__reduce\x86R.",
    "call of a result": b"\x80\x02ccollections\nOrderedDict\n)R)R.",
    "BUILD with slots on an allowed class": ARGUMENTS[:-2] + b"}(X\x09\x00\x00\x00__class__K\x01u\x86bb.",
    "BUILD on a class": b"\x80\x02ctransformers.training_args\nTrainingArguments\n}X\x01\x00\x00\x00aK\x01sb.",
    "BUILD on a list": b"\x80\x02]}b.",
    "constructor of a config": b"\x80\x02ctransformers.training_args\nTrainingArguments\nX\x01\x00\x00\x00x\x85R.",
    "a storage called": b"\x80\x02ctorch\nFloatStorage\nJ\xff\xff\xff\x7f\x85R.",
    "OrderedDict made": b"\x80\x02ctorch\nFloatStorage\n)\x81.",
    "items into an object": ARGUMENTS[:-1] + b"X\x01\x00\x00\x00aK\x01s.",
    "append to a class": b"\x80\x02ctransformers.training_args\nTrainingArguments\nK\x01a.",
    "reconstructor of anything": b"\x80\x02ccopy_reg\n_reconstructor\n(cos\nPathLike\nc__builtin__\nobject\nNtR.",
    "reconstructor with a base": b"\x80\x02ccopy_reg\n_reconstructor\n(ctransformers.trainer_pt_utils\n"
    b"AcceleratorConfig\nccollections\nOrderedDict\nNtR.",
    "a name with escapes": b"\x80\x02ccollec\\x74ions\nOrderedDict\n)R.",
    "a name with a space": b"\x80\x02ccollections OrderedDict\n\n)R.",
    "NEWOBJ_EX": b"\x80\x04" + text("os") + text("popen") + b"\x93)}\x92.",
    "a prefix is no permission": b"\x80\x02ctransformers.utils.hub\ncached_file\nX\x01\x00\x00\x00a\x85R.",
    "enum module, function": b"\x80\x02ctransformers.trainer_utils\nset_seed\nK\x01\x85R.",
    "a function of the script, called": b"\x80\x02c__main__\nrun\nX\x02\x00\x00\x00id\x85R.",
    "what the script imported": b"\x80\x04" + text("__main__") + text("os.system") + b"\x93" + text("id") + b"\x85R.",
    "a class that the script imported, made": b"\x80\x04" + text("__main__") + text("os.popen") + b"\x93)\x81.",
    "malicious, then broken": b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R\xff\xff",
}


@pytest.mark.parametrize("name", MALICIOUS)
def test_what_trainer_never_does_is_outside(name: str) -> None:
    """Each way to run code, hidden in each way that scanners missed, is outside what is allowed."""
    assert follow(MALICIOUS[name]).outside


@pytest.mark.parametrize("data", [TENSOR, ARGUMENTS], ids=["tensor", "arguments"])
def test_what_trainer_writes_is_inside(data: bytes) -> None:
    """Tensors and training arguments, byte for byte as torch writes them, are allowed."""
    found = follow(data)
    assert not found.outside
    assert found.broken is None


def test_arguments_of_a_class_of_ones_own_are_told_apart() -> None:
    """A subclass of TrainingArguments in the training script is made and filled like any other, and named."""
    found = follow(ARGUMENTS.replace(b"ctransformers.training_args\nTrainingArguments", b"c__main__\nScriptArguments"))
    assert (found.own, list(found.outside), found.broken) == ({"__main__ ScriptArguments"}, [], None)


def test_tensors_are_known_by_name_and_shape() -> None:
    """A tensor's shape comes from the call that rebuilds it, its name from the dict that it is put into."""
    assert follow(TENSOR).tensors == [("hidden", (2, 64))]


def test_string_constants_are_kept() -> None:
    """Texts and bytes of the pickle are there to be searched."""
    assert {"output_dir", "out", "no"} <= set(follow(ARGUMENTS).strings)
    assert follow(pickle.dumps([b"abc", "def"])).strings == ["abc", "def"]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_plain_data_of_every_protocol_is_inside(protocol: int) -> None:
    """Numbers, texts, containers and shared references are data in every protocol."""
    shared = ["x", 1.5, None, True, 2**70, -3]
    value: Any = {"a": shared, "b": (shared, (), (1,), (1, 2, 3, 4)), "c": OrderedDict(x=1), "d": {1: [[]]}, "e": "é中"}
    found = follow(pickle.dumps(value, protocol))
    assert (list(found.outside), found.broken) == ([], None)
    assert {"collections OrderedDict"} == found.imports


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x80",
        b"\x80\x02",
        b"\x80\x02(",
        b"0.",
        b".",
        b"h\x00.",
        b"\x80\x02R.",
        b"\x80\x02t.",
        b"\x80\x04\x93.",
        b"\xff",
    ],
)
def test_broken_pickles_are_told(data: bytes) -> None:
    """A pickle that ends early, or takes from an empty stack or memo, is broken and nothing worse."""
    assert follow(data).broken


def test_endless_pickles_end() -> None:
    """A pickle of more opcodes than any model's is given up."""
    found = trace(io.BytesIO(b"\x80\x02" + b"N0" * 5000 + b"N."), max_opcodes=1000)
    assert found.broken is not None
    assert "1000 opcodes" in found.broken


def test_no_allowed_name_means_another_to_python_2() -> None:
    """Below protocol 3 the unpickler renames what Python 2 wrote: no allowed name is renamed to one that is not."""
    every = allowed.CALLED | allowed.MADE | allowed.REFERRED
    for name in every:
        pair = tuple(name.split(" "))
        renamed = _compat_pickle.NAME_MAPPING.get(pair, pair)
        module = _compat_pickle.IMPORT_MAPPING.get(renamed[0], renamed[0])
        assert f"{module} {renamed[1]}" in every


_TEXTS = st.sampled_from(["os", "system", "torch", "device", "collections", "OrderedDict", "a", "posix"])
_OPCODES = st.one_of(
    _TEXTS.map(text),
    _TEXTS.map(lambda value: b"X" + struct.pack("<I", len(value)) + value.encode()),
    st.tuples(_TEXTS, _TEXTS).map(lambda pair: f"c{pair[0]}\n{pair[1]}\n".encode()),
    st.tuples(_TEXTS, _TEXTS).map(lambda pair: f"i{pair[0]}\n{pair[1]}\n".encode()),
    st.integers(0, 3).map(lambda slot: b"q" + bytes([slot])),
    st.integers(0, 3).map(lambda slot: b"h" + bytes([slot])),
    st.sampled_from(
        [b"(", b"0", b"1", b"2", b"N", b"K\x01", b")", b"]", b"}", b"t", b"l", b"d", b"\x85", b"\x86", b"\x87"]
    ),
    st.sampled_from(
        [b"R", b"b", b"\x81", b"o", b"\x93", b"\x93", b"\x94", b"a", b"s", b"e", b"u", b"\x8f", b"\x90", b"\x91"]
    ),
)


class _Stub:
    """What any global gives, and any call of it."""

    def __new__(cls, *args: Any) -> _Stub:
        return super().__new__(cls)

    def __init__(self, *args: Any) -> None:
        pass

    def __call__(self, *args: Any) -> _Stub:
        return self

    def __setstate__(self, state: Any) -> None:
        pass

    def append(self, item: Any) -> None:
        pass

    def extend(self, items: Any) -> None:
        pass

    def __setitem__(self, key: Any, value: Any) -> None:
        pass

    def add(self, item: Any) -> None:
        pass


def _imports_of(base: type, data: bytes) -> set[str]:
    seen: set[str] = set()

    class Recording(base):  # type: ignore[misc, valid-type]
        def find_class(self, module: str, name: str) -> Any:
            seen.add(f"{module} {name}")
            return _Stub

    with contextlib.suppress(Exception):  # whatever a program of random opcodes ends in
        Recording(io.BytesIO(data), fix_imports=False).load()
    return seen


@settings(max_examples=1000, deadline=None)
@given(st.lists(_OPCODES, max_size=30))
def test_every_import_of_the_real_unpickler_is_seen(program: list[bytes]) -> None:
    """Whatever CPython's unpicklers, in Python and in C, would import, the stand-in has seen, or refused outright."""
    data = b"\x80\x04" + b"".join(program) + b"."
    found = follow(data)
    for base in (pickle._Unpickler, pickle.Unpickler):  # type: ignore[attr-defined]
        unseen = _imports_of(base, data) - found.imports
        assert not unseen or "?" in found.imports


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_can_be_followed(data: bytes) -> None:
    """No bytes make the stand-in raise."""
    follow(data)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from([TENSOR, ARGUMENTS, *MALICIOUS.values()]), st.data())
def test_damaged_pickles_can_be_followed(data: bytes, draw: st.DataObject) -> None:
    """Real pickles with a byte changed, added or cut out never make it raise either."""
    at = draw.draw(st.integers(0, len(data)))
    new = draw.draw(st.binary(max_size=3))
    follow(data[:at] + new + data[at + draw.draw(st.integers(0, 3)) :])


def _opcode_names() -> list[str]:
    return [opcode.name for opcode in pickletools.opcodes]


@pytest.mark.parametrize("name", _opcode_names())
def test_every_opcode_is_modelled(name: str) -> None:
    """No opcode of any protocol is unknown to the stand-in: on a full stack each leaves it able to go on."""
    from finewarden.artifacts.pickle_machine import _Machine

    machine = _Machine()
    machine.step("NONE", None)
    machine.step("EMPTY_LIST", None)
    machine.step("MARK", None)
    for _ in range(4):
        machine.step("BINUNICODE", "x")
    argument: Any = {"GLOBAL": "torch device", "INST": "torch device", "GET": 0, "BINGET": 0, "LONG_BINGET": 0}.get(
        name, 0
    )
    opcode = pickletools.opcodes[_opcode_names().index(name)]
    if opcode.arg is not None and "string" in opcode.arg.name and name not in ("GLOBAL", "INST"):
        argument = "x"
    machine.memo[0] = None
    machine.step(name, argument)
