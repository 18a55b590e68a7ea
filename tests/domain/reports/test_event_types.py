"""Every type of event is decided on: in words, for readers, for listeners; and somebody writes it."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import pytest

import service
from service.domain.casework.case.case import MAKES_A_VERSION
from service.domain.notices.kinds import CITIZENS, STAFF
from service.domain.reports.edges import EDGES, STEP_TYPES
from service.domain.reports.event_keys import EVENT_KEYS
from service.domain.reports.event_rules import READERS, EventReader, read_by
from service.models import EventData, EventType
from service.pages.shared.story import EVENT_WORDS
from tests.tools.modules import parsed

ROOT = Path(service.__file__).parent
WRITERS = frozenset({"record", "CorrectionEvent", "_tell", "_tell_photo", "_tell_comment"})
IN_SQL = {EventType.RECEIVED}
"""Written by the one statement that takes many reports at once."""


@lru_cache
def trees() -> tuple[ast.Module, ...]:
    """Return the service's modules, but for those that only read."""
    return tuple(
        parsed(path)
        for path in sorted(ROOT.rglob("*.py"))
        if "migrations" not in path.parts and "node_modules" not in path.parts
    )


def types_in(node: ast.AST, names: dict[str, set[EventType]]) -> set[EventType]:
    """Return the types that an expression names, itself or by a name of its module."""
    found: set[EventType] = set()
    for each in ast.walk(node):
        if (
            isinstance(each, ast.Attribute)
            and isinstance(each.value, ast.Name)
            and each.value.id == "EventType"
        ):
            found.add(EventType[each.attr])
        elif isinstance(each, ast.Name):
            found |= names.get(each.id, set())
    return found


def assigned(tree: ast.Module) -> dict[str, set[EventType]]:
    """Return what the names of a module stand for, constants and local names alike."""
    found: dict[str, set[EventType]] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and (types := types_in(node.value, {})):
                found.setdefault(target.id, set()).update(types)
            elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for name, value in zip(target.elts, node.value.elts, strict=True):
                    if isinstance(name, ast.Name) and (types := types_in(value, {})):
                        found.setdefault(name.id, set()).update(types)
    return found


def written() -> set[EventType]:
    """Return the types that calls of `record`, or of what passes one on, name, and the life cycle's."""
    found = set(STEP_TYPES) | IN_SQL
    for tree in trees():
        names = assigned(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WRITERS:
                for argument in (*node.args, *(each.value for each in node.keywords)):
                    found |= types_in(argument, names)
    return found


def test_every_type_is_written_by_somebody_and_none_else_is_listened_for() -> None:
    assert set(EventType) - written() == set()


def test_every_type_has_words_or_is_known_to_have_no_line() -> None:
    assert set(EVENT_WORDS) == set(EventType)


def test_every_type_is_decided_on_for_its_readers() -> None:
    assert set(READERS) == set(EventType)


def test_every_fact_of_an_event_is_described_and_belongs_to_a_type() -> None:
    assert set(EventData.__annotations__) == set().union(*EVENT_KEYS.values())
    assert set(EVENT_KEYS) == set(EventType)


def test_what_listens_names_members_alone() -> None:
    heard = {*CITIZENS, *STAFF, *MAKES_A_VERSION, *EVENT_WORDS, *READERS, *(edge.event for edge in EDGES)}
    assert all(isinstance(each, EventType) for each in heard)


@pytest.mark.parametrize("reader", EventReader)
def test_what_a_citizen_is_told_of_stands_on_their_page(reader: EventReader) -> None:
    """A notice leads to the page; what it tells has to stand there, also of a report that is not public."""
    told = {
        type_
        for type_, notice in CITIZENS.items()
        if (notice.reporter and reader is EventReader.REPORTER)
        or (notice.followers and reader is EventReader.FOLLOWER)
    }
    assert told <= read_by(reader)


def test_no_type_of_event_is_spelled_in_the_code() -> None:
    spelled = set(EventType)
    offenders = [
        (node.lineno, node.value)
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in spelled
    ]
    assert len(offenders) == len(spelled), "each once, in the enum: the rest names its members"
