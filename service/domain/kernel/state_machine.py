"""A life as a table: which state may follow which, who takes each step, what it requires. Reports, works
and plans are tables of this one kind; what a step does to the thing itself is theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from service.errors import Conflict, Forbidden, invalid
from service.i18n import MarkedText

State = TypeVar("State", bound=StrEnum)
Fact = TypeVar("Fact", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Edge(Generic[State, Fact]):
    """Step that may be asked for: from `source` to `target`, the event it writes, the parts that may take it
    and what has to come with it. Where it `stays`, `target` is only what the step is called.
    """

    source: State
    target: State
    event: Fact
    who: frozenset[str]
    needs: frozenset[str] = frozenset()
    stays: bool = False


@dataclass(frozen=True)
class Lifecycle(Generic[State, Fact]):
    """All steps of one kind of thing. `unknown` and `not_yours` are the sentences that refuse a step, with
    `{status}` and `{to}`; `missing` the sentence about each thing that a step needs, by the field to name.
    """

    edges: tuple[Edge[State, Fact], ...]
    first: State
    finished: frozenset[State]
    names: Mapping[State, str]
    unknown: str
    not_yours: str
    missing: Mapping[str, str]

    @cached_property
    def _by_states(self) -> Mapping[tuple[State, State], Edge[State, Fact]]:
        return {(edge.source, edge.target): edge for edge in self.edges}

    def leads_to(self, status: State, mine: Collection[str] | None = None) -> list[State]:
        """Return what may follow `status`; with `mine`, what somebody with these parts may take."""
        return [
            edge.target
            for edge in self.edges
            if edge.source == status and (mine is None or edge.who.intersection(mine))
        ]

    def find(self, status: State, to: State, mine: Collection[str]) -> Edge[State, Fact]:
        """Return the step. Raises Conflict where the life has none (`extra["allowed"]` lists what it has),
        Forbidden where these parts may not take it.
        """
        edge = self._by_states.get((status, to))
        if edge is None:
            raise Conflict(
                self.unknown,
                extra={"allowed": self.leads_to(status), "status_now": status},
                status=self._named(status),
                to=self._named(to),
            )
        if not edge.who.intersection(mine):
            raise Forbidden(
                self.not_yours, extra={"allowed": self.leads_to(status, mine)}, to=self._named(to)
            )
        return edge

    def require(self, edge: Edge[State, Fact], given: Collection[str]) -> None:
        """Raise Invalid for the first thing that the step needs and that is not among `given`."""
        for need, sentence in self.missing.items():
            if need in edge.needs and need not in given:
                raise invalid([need], sentence)

    def _named(self, status: State) -> MarkedText:
        """Return the state as people know it; codes are in `allowed` and `status_now`."""
        return MarkedText(self.names.get(status, status))
