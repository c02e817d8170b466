"""Where a chat template's output hangs on what a message says, or on the clock.

A template that answers differently when a prompt holds some word is a backdoor that no scanner of weights sees
(arXiv:2602.04653). An assignment anywhere counts everywhere, so that nothing is missed by order; what known templates
do with content is allowed, by exact literal (see `template_marks`).
"""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import nodes

from finewarden.artifacts.template_marks import ANYTHING, NOTHING, TEXT, Value, joined
from finewarden.artifacts.template_values import Values

__all__ = ["Condition", "find_conditions"]

_MAX_PASSES = 12


@dataclass(frozen=True, slots=True)
class Condition:
    """A line, and what the template does there that no known one does."""

    line: int
    what: str


def find_conditions(tree: nodes.Template) -> list[Condition]:
    """Each such place, in order of line; the walk is repeated until no name may hold anything new."""
    flow = _Flow()
    for _ in range(_MAX_PASSES):
        before = dict(flow.values.names)
        flow.body(tree.body)
        if flow.values.names == before:
            break
    else:
        flow.values.note(tree, "is too tangled to follow")
    return [Condition(line, what) for line, what in sorted(flow.values.found)]


class _Flow:
    def __init__(self) -> None:
        self.values = Values()
        self.sinks: list[str] = []  # names of the captured blocks that output goes to
        self.returned: list[str] = []  # and of the macro

    def body(self, statements: list[nodes.Node]) -> None:
        """Walk *statements* once."""
        for statement in statements:
            method = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if method is not None:
                method(statement)
            elif isinstance(statement, nodes.Expr):
                self.values.value(statement)
            else:
                self.body(list(statement.iter_child_nodes()))

    def _output(self, node: nodes.Output) -> None:
        for item in node.nodes:
            value = Value(self.values.value(item).kinds, None)
            for sink in self.sinks:
                self.values.bind(sink, value)
            for macro in self.returned[-1:]:
                self.values.names[macro] = joined(self.values.names.get(macro, NOTHING), value)

    def _if(self, node: nodes.If) -> None:
        self.values.value(node.test)
        self.body(node.body)
        self.body(node.elif_)  # type: ignore[arg-type]
        self.body(node.else_)

    def _for(self, node: nodes.For) -> None:
        each = self.values.value(node.iter)
        self._bind(node.target, Value(each.kinds, None if each.kinds else each.literals))
        if node.test is not None:
            self.values.value(node.test)
        self.body(node.body)
        self.body(node.else_)

    def _assign(self, node: nodes.Assign) -> None:
        target, call = node.target, node.node
        made = isinstance(call, nodes.Call) and isinstance(call.node, nodes.Name) and call.node.name == "namespace"
        if made and isinstance(target, nodes.Name) and isinstance(call, nodes.Call):
            for pair in call.kwargs:
                self.values.bind(f"{target.name}.{pair.key}", self.values.value(pair.value))
            self.values.bind(target.name, ANYTHING)
        else:
            self._bind(target, self.values.value(call))

    def _assignblock(self, node: nodes.AssignBlock) -> None:
        self.sinks.append(_name_of(node.target))
        self.body(node.body)
        self.sinks.pop()
        self.values.bind(_name_of(node.target), ANYTHING)

    def _macro(self, node: nodes.Macro) -> None:
        names = [arg.name for arg in node.args]
        self.values.macros[node.name] = names
        sinks, outer = self.sinks, self.values.macro
        self.values.macro = node.name
        for name in names:  # known here even before the first call is seen
            self.values.bind(name, NOTHING)
        for name, default in zip(reversed(names), reversed(node.defaults), strict=False):
            self.values.bind(name, self.values.value(default))
        self.sinks = []
        self.returned.append(f"{node.name}()")
        self.body(node.body)
        self.returned.pop()
        self.sinks, self.values.macro = sinks, outer

    def _callblock(self, node: nodes.CallBlock) -> None:
        self.values.value(node.call)
        for arg in node.args:
            self.values.bind(arg.name, TEXT)
        self.body(node.body)

    def _filterblock(self, node: nodes.FilterBlock) -> None:
        self.values.value(node.filter)
        self.body(node.body)

    def _with(self, node: nodes.With) -> None:
        for target, value in zip(node.targets, node.values, strict=True):
            self._bind(target, self.values.value(value))
        self.body(node.body)

    def _include(self, node: nodes.Node) -> None:
        self.values.note(node, "loads another template")

    _import = _fromimport = _extends = _include

    def _bind(self, target: nodes.Node, value: Value) -> None:
        if isinstance(target, nodes.Tuple):
            for item in target.items:
                self._bind(item, Value(value.kinds, None))
        else:
            self.values.bind(_name_of(target), value)


def _name_of(target: nodes.Node) -> str:
    if isinstance(target, nodes.NSRef):
        return f"{target.name}.{target.attr}"
    return target.name if isinstance(target, nodes.Name) else ""
