"""What an expression of a chat template may hold, and which operations on content no known template performs."""

from __future__ import annotations

from jinja2 import nodes

from finewarden.artifacts.template_marks import (
    ANYTHING,
    ASKING,
    CLOCK,
    CUTTING,
    FREE_CALLS,
    KEEPING_FILTERS,
    KEEPING_METHODS,
    LENGTH,
    NOTHING,
    OBJECT,
    PART_KEYS,
    TAKING_METHODS,
    TEXT,
    TYPE_TESTS,
    Value,
    are_marks,
    constant,
    joined,
)

__all__ = ["Values"]


class Values:
    """Evaluates expressions over the names seen so far and notes what is out of the ordinary in `found`."""

    def __init__(self) -> None:
        # Keys: "name" or "name.attribute" of a namespace, led by "macro/" for what is assigned inside a macro.
        self.names: dict[str, Value] = {"messages": OBJECT}
        self.macros: dict[str, list[str]] = {}
        self.found: set[tuple[int, str]] = set()
        self.macro = ""

    def bind(self, name: str, value: Value) -> None:
        """*name* may also be *value*, anywhere in its scope."""
        # A namespace belongs to the scope that made it.
        outside = "." in name and f"{self.macro}/{name.partition('.')[0]}" not in self.names
        key = f"{self.macro}/{name}" if self.macro and not outside else name
        self.names[key] = joined(self.names.get(key, NOTHING), value)

    def look_up(self, name: str) -> Value | None:
        """What *name* may be: in the macro at hand, else in the template; None for what the caller passes in."""
        inner = self.names.get(f"{self.macro}/{name}") if self.macro else None
        return inner if inner is not None else self.names.get(name)

    def note(self, node: nodes.Node, what: str) -> None:
        """Line and sentence of something that no known template does."""
        self.found.add((node.lineno, what))

    def value(self, node: nodes.Node) -> Value:
        """What *node* may be."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is not None:
            result: Value = method(node)
            return result
        # Lists, dicts, concatenation, and whatever else: as much as its parts are.
        children = joined(*(self.value(child) for child in node.iter_child_nodes()))
        return children if isinstance(node, nodes.List | nodes.Tuple) else Value(children.kinds, None)

    def _const(self, node: nodes.Const) -> Value:
        return constant(node.value)

    def _templatedata(self, node: nodes.TemplateData) -> Value:
        return constant(node.data)

    def _dict(self, node: nodes.Dict) -> Value:
        values = joined(*(self.value(pair.value) for pair in node.items))
        if any(self.value(pair.key).kinds for pair in node.items):
            self.note(node, "looks something up by what a message says")
        return Value(values.kinds, None)

    def _name(self, node: nodes.Name) -> Value:
        return self.look_up(node.name) or ANYTHING

    def _nsref(self, node: nodes.NSRef) -> Value:
        return self.look_up(f"{node.name}.{node.attr}") or ANYTHING

    def _not(self, node: nodes.Not) -> Value:
        self.value(node.node)
        return ANYTHING

    def _condexpr(self, node: nodes.CondExpr) -> Value:
        self.value(node.test)
        return joined(self.value(node.expr1), self.value(node.expr2) if node.expr2 else NOTHING)

    def _and(self, node: nodes.And) -> Value:
        return joined(self.value(node.left), self.value(node.right))

    _or = _and

    def _add(self, node: nodes.Add) -> Value:
        return Value(joined(self.value(node.left), self.value(node.right)).kinds, None)

    _sub = _add

    def _mul(self, node: nodes.BinExpr) -> Value:
        value = joined(self.value(node.left), self.value(node.right))
        if value.kinds & {"text", "length", "clock"}:
            self.note(node, "calculates with what a message says")
        return Value(value.kinds, None)

    _div = _floordiv = _pow = _mul

    def _mod(self, node: nodes.Mod) -> Value:
        left, right = self.value(node.left), self.value(node.right)
        if left.kinds & {"length", "clock"} or (right.kinds and left.literals is None):
            self.note(node, "calculates with what a message says")
        return Value(left.kinds | right.kinds, None)

    # -- reaching into things -----------------------------------------------------------------------------------------

    def _getattr(self, node: nodes.Getattr) -> Value:
        if node.attr.startswith("_"):
            self.note(node, f"reaches for {node.attr[:40]!r}, inside Python objects")
        if isinstance(node.node, nodes.Name):
            known = self.look_up(f"{node.node.name}.{node.attr}")
            if known is not None:
                return known
            if node.node.name == "loop":
                return OBJECT if node.attr in ("previtem", "nextitem") else ANYTHING
        return self._key(node, self.value(node.node), node.attr)

    def _getitem(self, node: nodes.Getitem) -> Value:
        base = self.value(node.node)
        if isinstance(node.arg, nodes.Slice):
            for part in (node.arg.start, node.arg.stop, node.arg.step):
                if part is not None and self.value(part).kinds & {"text", "clock"}:
                    self.note(node, "cuts by what a message says")
            return Value(base.kinds, None)
        if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
            return self._key(node, base, node.arg.value)
        if self.value(node.arg).kinds & {"text", "length", "clock"}:
            self.note(node, "looks something up by what a message says")
        return Value(base.kinds, None)

    def _key(self, node: nodes.Node, base: Value, key: str) -> Value:
        if key.startswith("__"):
            self.note(node, f"reaches for {key[:40]!r}, inside Python objects")
        if key == "content":
            return TEXT
        if "text" in base.kinds and key not in PART_KEYS:
            return TEXT
        return Value(base.kinds & {"clock"}, None)

    # -- asking -------------------------------------------------------------------------------------------------------

    def _compare(self, node: nodes.Compare) -> Value:
        left = self.value(node.expr)
        for operand in node.ops:
            right = self.value(operand.expr)
            self._asked(node, left, operand.op, right)
            left = right
        return ANYTHING

    def _test(self, node: nodes.Test) -> Value:
        subject = self.value(node.node)
        others = [self.value(arg) for arg in node.args or ()]
        if node.name not in TYPE_TESTS:
            for other in others:
                self._asked(node, subject, node.name, other)
        return ANYTHING

    def _asked(self, node: nodes.Node, left: Value, operator: str, right: Value) -> None:
        kinds = left.kinds | right.kinds
        if "clock" in kinds:
            self.note(node, "asks for the date or the time")
        if "length" in kinds:
            other = right if "length" in left.kinds else left
            if other.literals is None or not other.literals <= {"#0", "#1"}:
                self.note(node, "asks how long a message is")
        elif "text" in left.kinds and "text" in right.kinds:
            return
        elif "text" in kinds:
            other = right if "text" in left.kinds else left
            if not are_marks(other):
                self.note(node, "asks what a message says")
        elif "object" in kinds and operator not in ("in", "notin"):
            other = right if "object" in left.kinds else left
            if not (other.kinds or (other.literals is not None and other.literals <= {"#None"})):
                self.note(node, "asks what a message says")

    # -- filters and calls --------------------------------------------------------------------------------------------

    def _filter(self, node: nodes.Filter) -> Value:
        base = self.value(node.node) if node.node is not None else TEXT
        args = [self.value(arg) for arg in node.args or ()]
        keywords = {str(pair.key): self.value(pair.value) for pair in node.kwargs or ()}
        given = joined(*args, *keywords.values())
        if node.name in ("random", "attr"):
            self.note(node, f"uses the filter {node.name!r}, which no chat template needs")
        if node.name in ("length", "count", "wordcount"):
            return LENGTH if base.kinds & {"text", "length"} else ANYTHING
        if node.name in ("selectattr", "rejectattr", "map", "groupby", "sort", "select", "reject"):
            return self._chosen(node, base, args, keywords)
        if node.name in KEEPING_FILTERS:
            whole = "object" in base.kinds and node.name in ("string", "tojson", "join", "items", "dictsort", "format")
            return TEXT if whole else Value(base.kinds | given.kinds, None if node.args else base.literals)
        if node.name in CUTTING:
            return self._cut(node, base, args)
        if (base.kinds | given.kinds) & {"text", "object", "clock"}:
            self.note(node, f"puts what a message says through the filter {node.name[:40]!r}")
        return Value(base.kinds | given.kinds, None)

    def _chosen(self, node: nodes.Filter, base: Value, args: list[Value], keywords: dict[str, Value]) -> Value:
        """Filters that pick by an attribute: of messages by role, of parts by type; not by what they say."""
        if not base.kinds & {"text", "object"}:
            return Value(base.kinds, None)
        if node.name in ("select", "reject"):
            if not args or args[0].literals is None or not args[0].literals <= TYPE_TESTS:
                self.note(node, "picks by what a message says")
            return base
        if node.name in ("sort", "groupby"):
            self.note(node, "sorts by what a message says")
            return base
        attribute = keywords.get("attribute", args[0] if args else NOTHING)
        if attribute.literals is None:
            self.note(node, "picks by an attribute that is made up while it runs")
            return TEXT
        said = any(part not in PART_KEYS for key in attribute.literals for part in key.split("."))
        if node.name == "map":
            return TEXT if said else Value(base.kinds & {"clock"}, None)
        if said and not all(map(are_marks, args[2:])):
            self.note(node, "picks by what a message says")
        return base

    def _cut(self, node: nodes.Node, base: Value, args: list[Value]) -> Value:
        if (base.kinds and not all(map(are_marks, args[:2]))) or any(arg.kinds for arg in args):
            self.note(node, "cuts or replaces by what a message says")
        return Value(base.kinds, None)

    def _call(self, node: nodes.Call) -> Value:
        args = [self.value(arg) for arg in node.args]
        keywords = {pair.key: self.value(pair.value) for pair in node.kwargs}
        given = joined(*args, *keywords.values())
        callee = node.node
        if isinstance(callee, nodes.Name):
            if callee.name == "strftime_now":
                return CLOCK
            if callee.name in self.macros:
                return self._macro_call(callee.name, args, keywords)
            if callee.name not in FREE_CALLS and given.kinds & {"text", "object", "clock"}:
                self.note(node, f"hands what a message says to {callee.name[:40]!r}")
            return Value(given.kinds, None)
        if not isinstance(callee, nodes.Getattr):
            return joined(self.value(callee), given)
        base, method = self.value(callee.node), callee.attr
        if method.startswith("_"):
            self.note(node, f"reaches for {method[:40]!r}, inside Python objects")
        if method == "get":
            return self._get(node, base, args)
        if method in TAKING_METHODS:
            if isinstance(callee.node, nodes.Name):
                self.bind(callee.node.name, Value(given.kinds, None))
            return Value(base.kinds | given.kinds, None)
        if method in CUTTING:
            return self._cut(node, base, args)
        if method in ASKING:
            for arg in args:
                self._asked(node, base, method, arg)
            return ANYTHING
        if method in KEEPING_METHODS:
            return TEXT if "object" in base.kinds and method in ("items", "values") else Value(base.kinds, None)
        if (base.kinds | given.kinds) & {"text", "clock"}:
            self.note(node, f"uses the method {method[:40]!r} on what a message says")
        return Value(base.kinds | given.kinds, None)

    def _get(self, node: nodes.Call, base: Value, args: list[Value]) -> Value:
        if not args:
            return ANYTHING
        if args[0].literals is None:
            if args[0].kinds & {"text", "length", "clock"}:
                self.note(node, "looks something up by what a message says")
            return joined(base, *args[1:], TEXT if base.kinds else NOTHING)
        return joined(*(self._key(node, base, key) for key in args[0].literals), *args[1:])

    def _macro_call(self, name: str, args: list[Value], keywords: dict[str, Value]) -> Value:
        for argument, value in (*zip(self.macros[name], args, strict=False), *keywords.items()):
            key = f"{name}/{argument}"
            self.names[key] = joined(self.names.get(key, NOTHING), value)
        return Value(self.names.get(f"{name}()", NOTHING).kinds, None)
