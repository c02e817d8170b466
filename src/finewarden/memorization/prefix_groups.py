"""Which contexts begin alike, and which of them are worth reading together. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

__all__ = ["Group", "prefix_groups"]


@dataclass(frozen=True, slots=True)
class Group:
    """*members* (positions in the caller's list) whose contexts share their first *prefix* tokens."""

    members: tuple[int, ...]
    prefix: int


@dataclass(slots=True)
class _Node:
    """Contexts that share *prefix* tokens: the *groups* made of them so far, and those that are *alone*."""

    prefix: int
    alone: list[int] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def add(self, inner: _Node) -> None:
        """Take what an inner node, settled, has."""
        self.alone += inner.alone
        self.groups += inner.groups

    def settle(self, cost: int) -> None:
        """Make one group of all that save more in it than where they are, when that saves more than it costs."""
        joining = [group for group in self.groups if len(group.members) * self.prefix > _gain(group, cost)]
        members = self.alone + [i for group in joining for i in group.members]
        made = Group(tuple(members), self.prefix)
        if _gain(made, cost) > sum(_gain(group, cost) for group in joining):
            self.groups = [made, *(group for group in self.groups if group not in joining)]
            self.alone = []


def prefix_groups(contexts: Sequence[tuple[int, ...]], *, cost: int) -> list[Group]:
    """Split *contexts* so that many tokens are saved when each group's prefix is read once.

    A group of n contexts that share P tokens saves (n − 1)·P and costs *cost*, the tokens that one more pass is worth;
    one that saves nothing is not made. Its prefix ends before the last token of each context, since that one predicts
    what is asked for. Common prefixes form a tree; from its leaves inwards, each node puts into one group what stands
    alone under it and the groups that gain by joining. Contexts in no group come together as the last group, of prefix
    0. Every position occurs once.
    """
    order = sorted(range(len(contexts)), key=lambda i: contexts[i][:-1])
    stack = [_Node(0)]
    for at, i in enumerate(order):
        last = at + 1 == len(order)
        shared = 0 if last else _common(contexts[i][:-1], contexts[order[at + 1]][:-1])
        if stack[-1].prefix < shared:
            stack.append(_Node(shared))
        stack[-1].alone.append(i)
        while stack[-1].prefix > shared:
            inner = stack.pop()
            inner.settle(cost)
            if stack[-1].prefix < shared:
                stack.append(_Node(shared))
            stack[-1].add(inner)
    rest = stack[0].alone
    return [*stack[0].groups, *([Group(tuple(rest), 0)] if rest else [])]


def _gain(group: Group, cost: int) -> int:
    return (len(group.members) - 1) * group.prefix - cost


def _common(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    """Length of the longest common prefix, by halving: comparing slices is fast where comparing items is not."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[low:middle] == b[low:middle] else (low, middle - 1)
    return low
