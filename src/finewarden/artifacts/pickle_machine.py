"""Works through a pickle the way the unpickler would, with stand-ins instead of objects: nothing is ever loaded.

Stack, marks and memo are modelled whole, because a scan of opcode arguments alone is evaded by operands that come out
of the memo. What can't be told for certain (a name made at load time, an extension code) counts as not allowed.
Semantics: CPython's Lib/pickle.py, `_Unpickler`; opcodes by `pickletools.genops`.
"""

from __future__ import annotations

import io
import pickletools
import re
import warnings
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from finewarden.artifacts import allowed_globals as allowed
from finewarden.artifacts.names import printable

__all__ = ["MAX_OPCODES", "Trace", "trace"]

MAX_OPCODES = 1_000_000


class _Global(NamedTuple):
    name: str


class _Made(NamedTuple):
    """What a call or `__new__` of the global *of* gave; *tensor* is its place in `Trace.tensors` when it is one."""

    of: str
    tensor: int | None = None


class _Kind(NamedTuple):
    kind: str


_LIST, _DICT, _SET, _OTHER = _Kind("list"), _Kind("dict"), _Kind("set"), _Kind("other")
_RECONSTRUCTORS = frozenset({"copy_reg _reconstructor", "copyreg _reconstructor"})
_KNOWN = allowed.CALLED | allowed.MADE | allowed.REFERRED | _RECONSTRUCTORS
# A class of the script that trained, as subclasses of TrainingArguments often are. A dotted name would walk from there.
_OWN = re.compile(r"__main__ [A-Za-z_]\w*\Z", re.ASCII)
_EMPTY = {"EMPTY_LIST": _LIST, "EMPTY_DICT": _DICT, "EMPTY_SET": _SET}
_MARKED = {"LIST": _LIST, "DICT": _DICT, "FROZENSET": _OTHER}
_PERSISTENT = frozenset({"PERSID", "BINPERSID"})


@dataclass
class Trace:
    """What one pickle would do: names it imports, what of that is not allowed, string constants, tensors by shape.

    `own`: classes of the script that trained, made and filled and nothing else. `broken` says why the pickle can't be
    followed to its STOP; what stands before that would still have been executed. `endless`: it has too many opcodes.
    """

    imports: set[str] = field(default_factory=set)
    outside: dict[str, None] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    strings: list[str] = field(default_factory=list)
    tensors: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    calls: int = 0
    persistent: bool = False
    broken: str | None = None
    endless: bool = False


class _BrokenError(ValueError):
    pass


def trace(stream: io.BytesIO, *, max_opcodes: int = MAX_OPCODES) -> Trace:
    """Follow the pickle at *stream*'s position, which is left after its STOP. Never raises."""
    machine = _Machine()
    try:
        # pickletools undoes escapes and warns of odd ones, which in a hostile file is no news.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for count, (opcode, arg, at) in enumerate(pickletools.genops(stream)):
                if count >= max_opcodes:
                    machine.trace.endless = True
                    raise _BrokenError(f"has more than {max_opcodes} opcodes")  # noqa: TRY301 - every way to break ends in the one handler below
                made_up = opcode.name in ("GLOBAL", "INST") and not _spelled_out(stream, at, arg)
                machine.step(opcode.name, None if made_up else arg)
    except _BrokenError as error:
        machine.trace.broken = str(error)
    except (ValueError, IndexError, KeyError, TypeError, OverflowError, AttributeError, RecursionError) as error:
        # pickletools raises ValueError; an underflow or an unknown memo slot is one of the others.
        machine.trace.broken = f"is malformed ({type(error).__name__})"
    return machine.trace


def _spelled_out(stream: io.BytesIO, at: int | None, name: Any) -> bool:
    """Whether the file names module and global as *name* does: pickletools undoes escapes, the unpickler does not."""
    with stream.getbuffer() as data:
        return at is not None and bytes(data[at + 1 : stream.tell()]) == (name.replace(" ", "\n", 1) + "\n").encode()


class _Machine:
    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[list[Any]] = []
        self.memo: dict[int, Any] = {}
        self.trace = Trace()

    def step(self, op: str, arg: Any) -> None:
        """Execute one opcode; raises IndexError or KeyError where the unpickler would fail too."""
        stack = self.stack
        if isinstance(arg, str | bytes) and op not in ("GLOBAL", "INST", "PERSID"):
            text = arg if isinstance(arg, str) else arg.decode("latin-1")
            self.trace.strings.append(text)
            stack.append(text if isinstance(arg, str) else _OTHER)
        elif op in ("BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1", "LONG4"):
            stack.append(arg)
        elif op in ("PUT", "BINPUT", "LONG_BINPUT"):
            self.memo[arg] = stack[-1]
        elif op == "MEMOIZE":
            self.memo[len(self.memo)] = stack[-1]
        elif op in ("GET", "BINGET", "LONG_BINGET"):
            stack.append(self.memo[int(arg)])
        elif op == "MARK":
            self.marks.append(stack)
            self.stack = []
        elif op in _EMPTY:
            stack.append(_EMPTY[op])
        elif op == "NONE":
            stack.append(None)
        elif op == "EMPTY_TUPLE":
            stack.append(())
        elif op in ("TUPLE1", "TUPLE2", "TUPLE3"):
            count = int(op[-1])
            stack[-count:] = [tuple(self._top(count))]
        elif op == "TUPLE":
            self._push_marked(tuple)
        elif op in _MARKED:
            self._push_marked(lambda _: _MARKED[op])
        elif op in ("PROTO", "FRAME", "STOP"):
            if op == "STOP":
                stack[-1]  # an empty stack has nothing to return
        elif op in ("APPEND", "APPENDS", "SETITEM", "SETITEMS", "ADDITEMS"):
            self._fill(op)
        elif op == "POP":
            if stack:
                stack.pop()
            else:
                self._pop_mark()
        elif op == "POP_MARK":
            self._pop_mark()
        elif op == "DUP":
            stack.append(stack[-1])
        elif op in _PERSISTENT:
            if op == "BINPERSID":
                stack.pop()
            self.trace.persistent = True
            stack.append(_OTHER)
        else:
            self._act(op, arg)

    def _act(self, op: str, arg: Any) -> None:
        """The opcodes that import, call, or change an object."""
        stack = self.stack
        if op == "GLOBAL":
            stack.append(self._import(arg))
        elif op == "STACK_GLOBAL":
            module, name = self._top(2)
            del stack[-2:]
            known = isinstance(module, str) and isinstance(name, str)
            stack.append(self._import(f"{module} {name}" if known else None))
        elif op == "INST":
            callee = self._import(arg)  # imported before a missing mark is noticed
            args = tuple(self._pop_mark())
            self.stack.append(self._call(callee, args))
        elif op == "OBJ":
            callee, *rest = self._pop_mark()
            self.stack.append(self._call(callee, tuple(rest)))
        elif op == "REDUCE":
            callee, args = self._top(2)
            stack[-2:] = [self._call(callee, args)]
        elif op in ("NEWOBJ", "NEWOBJ_EX"):
            count = 2 if op == "NEWOBJ" else 3
            cls = self._top(count)[0]
            stack[-count:] = [self._make(cls)]
        elif op == "BUILD":
            target, state = self._top(2)
            stack.pop()
            self._build(target, state)
        elif op in ("EXT1", "EXT2", "EXT4"):
            self._forbid("names an extension code, which only the loading process can resolve")
            stack.append(_OTHER)
        elif op == "READONLY_BUFFER":
            stack[-1] = _OTHER
        else:  # numbers, booleans, NEXT_BUFFER
            stack.append(_OTHER)

    def _top(self, count: int) -> list[Any]:
        if len(self.stack) < count:
            raise IndexError(count)
        return self.stack[-count:]

    def _pop_mark(self) -> list[Any]:
        items = self.stack
        self.stack = self.marks.pop()
        return items

    def _push_marked(self, make: Any) -> None:
        items = self._pop_mark()
        self.stack.append(make(items))

    def _forbid(self, what: str) -> None:
        self.trace.outside[what] = None

    def _import(self, name: str | None) -> _Global | _Kind:
        self.trace.imports.add(name or "?")
        if name is None:
            self._forbid("names a global that is made up while it is loaded")
            return _OTHER
        if _OWN.match(name):
            self.trace.own.add(name)
        elif name not in _KNOWN:
            self._forbid(f"imports {printable(name.replace(' ', '.'))}")
        return _Global(name)

    def _call(self, callee: Any, args: Any) -> _Made | _Kind:
        self.trace.calls += 1
        if not isinstance(callee, _Global):
            self._forbid("calls what an earlier call returned")
            return _OTHER
        name = callee.name
        if name in _RECONSTRUCTORS:
            # copyreg._reconstructor(cls, object, None) is NEWOBJ in other words; Unsloth writes it.
            return self._make(args[0]) if _plain_reconstruction(args) else self._refused(name)
        return _Made(name, self._tensor(name, args)) if name in allowed.CALLED else self._refused(name)

    def _tensor(self, name: str, args: Any) -> int | None:
        """The tensor that calling *name* gives, noted; None when it gives none."""
        if not isinstance(args, tuple) or not args:
            return None
        if name == "torch._utils _rebuild_parameter" and isinstance(args[0], _Made):
            return args[0].tensor
        shape = args[2] if name in allowed.TENSOR_REBUILDERS and len(args) > 2 else None
        if not isinstance(shape, tuple) or not all(isinstance(length, int) for length in shape):
            return None
        self.trace.tensors.append(("", shape))
        return len(self.trace.tensors) - 1

    def _note_names(self, pairs: list[Any]) -> None:
        """A tensor that becomes the value of a text key is called by it."""
        for key, value in zip(pairs[::2], pairs[1::2], strict=False):
            if isinstance(value, _Made) and value.tensor is not None and isinstance(key, str):
                self.trace.tensors[value.tensor] = (key, self.trace.tensors[value.tensor][1])

    def _make(self, cls: Any) -> _Made | _Kind:
        self.trace.calls += 1
        if isinstance(cls, _Global) and (cls.name in allowed.MADE or cls.name in self.trace.own):
            return _Made(cls.name)
        return self._refused(cls.name if isinstance(cls, _Global) else "?")

    def _refused(self, name: str) -> _Kind:
        if name in _KNOWN or name in self.trace.own:
            self._forbid(f"calls {name.replace(' ', '.')} in a way that Trainer never does")
        elif name == "?":
            self._forbid("calls what an earlier call returned")
        return _OTHER  # a name that is not known was refused when it was imported

    def _build(self, target: Any, state: Any) -> None:
        self.trace.calls += 1
        of = target.of if isinstance(target, _Made) else None
        if of in allowed.RESTORED or ((of in allowed.FILLED or of in self.trace.own) and state in (_DICT, None)):
            return
        shown = target.name if isinstance(target, _Global) else of
        self._forbid(
            f"changes {shown.replace(' ', '.') if shown else 'an object'} by a state that Trainer never writes"
        )

    def _fill(self, op: str) -> None:
        if op in ("APPEND", "SETITEM"):
            count = 1 if op == "APPEND" else 2
            items = self._top(count + 1)[1:]
            del self.stack[-count:]
        else:
            items = self._pop_mark()
        if op.startswith("SET"):
            self._note_names(items)
        target = self.stack[-1]
        ordered = isinstance(target, _Made) and target.of == "collections OrderedDict"
        fits = {"A": target == _LIST, "S": target == _DICT or ordered}[op[0]] if op != "ADDITEMS" else target == _SET
        if not fits:
            self._forbid("fills something that is no plain list, dict or set")


def _plain_reconstruction(args: Any) -> bool:
    return (
        isinstance(args, tuple)
        and len(args) == 3
        and args[1] in (_Global("__builtin__ object"), _Global("builtins object"))
        and args[2] is None
    )
