"""Every life is a whole one: it can be lived from its first status to an end, by people who exist."""

from __future__ import annotations

from typing import Any

import pytest

from service.domain.kernel.state_machine import Lifecycle
from service.domain.plans.life import PLAN_LIFE
from service.domain.reports.edges import LIFE
from service.domain.works.lifecycles import DIRECTOR, EXECUTOR, KEEPER, LEAD, LIVES, SUPPORT
from service.models import EventType, PlanState, Status, WorkEventType, WorkStatus

ALL: dict[str, Lifecycle[Any, Any]] = {"report": LIFE, "plan": PLAN_LIFE}
ALL |= {str(kind): life for kind, life in LIVES.items()}
PARTS = {"system", "reporter", "follower", "triage", "inspector", "drafter", "administrator"}
PARTS |= {LEAD, SUPPORT, EXECUTOR, KEEPER, DIRECTOR}


def reached(life: Lifecycle[Any, Any], start: str) -> set[str]:
    """Return every state that can be reached from one, itself included."""
    found, edge_of = {start}, [e for e in life.edges if not e.stays]
    while more := {e.target for e in edge_of if e.source in found} - found:
        found |= more
    return found


@pytest.mark.parametrize("name", ALL)
def test_every_state_is_reached_and_leads_to_an_end(name: str) -> None:
    life = ALL[name]
    states = {e.source for e in life.edges} | {e.target for e in life.edges if not e.stays}
    assert reached(life, life.first) == states
    assert life.finished <= states
    for state in states - life.finished:
        assert reached(life, state) & life.finished, state


@pytest.mark.parametrize("name", ALL)
def test_every_state_and_need_has_words_and_every_step_somebody_who_takes_it(name: str) -> None:
    life = ALL[name]
    for edge in life.edges:
        assert life.names[edge.source]
        assert life.names[edge.target]
        assert edge.needs <= life.missing.keys()
        assert edge.who
        assert edge.who <= PARTS
    pairs = [(e.source, e.target) for e in life.edges]
    assert len(pairs) == len(set(pairs)), "a step is named by where it leads from and to"


def test_the_lives_are_made_of_the_words_of_their_tables() -> None:
    kinds: dict[str, tuple[Any, Any]] = {"report": (Status, EventType), "plan": (PlanState, WorkEventType)}
    for name, life in ALL.items():
        states, events = kinds.get(name, (WorkStatus, WorkEventType))
        assert all(isinstance(e.source, states) and isinstance(e.event, events) for e in life.edges)
