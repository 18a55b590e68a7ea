"""Facts are spelled once: statuses, roles and channels are enums, and their sets stand beside them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import service
from service.commands.user import ROLES
from service.domain.configuration.cityfile.schema.city import Channel as SwitchedChannel
from service.domain.reports.edges import EDGES, REOPENABLE, WITHDRAWABLE
from service.domain.reports.entry import Channel as EnteredChannel
from service.i18n.wording import RECEPTION_WORDS, ROLE_WORDS, STATUSES
from service.models import (
    BOUND_ROLES,
    CASE_HOLDERS,
    CLOCK_STANDS,
    DONE,
    ENDED_ELSEWHERE,
    ENDED_UNDONE,
    FINISHED,
    HELD,
    OPEN,
    UNFINISHED,
    EventType,
    ReceptionChannel,
    Role,
    Status,
)
from service.models.reports.channels import AT_THE_DESK, WITHOUT_A_SWITCH
from tests.tools.modules import parsed

ROOT = Path(service.__file__).parent
WORD = "|".join(Status)


def test_every_status_is_open_to_be_verified_or_finished() -> None:
    assert OPEN | {Status.RESOLVED} | FINISHED == set(Status)
    assert len(OPEN) + 1 + len(FINISHED) == len(Status)
    assert set(Status) - FINISHED == UNFINISHED
    assert CLOCK_STANDS < HELD < OPEN
    assert {Status.RESOLVED, Status.CLOSED} == DONE
    assert ENDED_ELSEWHERE | ENDED_UNDONE < FINISHED


def test_the_life_cycle_knows_every_status() -> None:
    sources, targets = {edge.source for edge in EDGES}, {edge.target for edge in EDGES}
    assert targets == set(Status) - {Status.RECEIVED}
    assert sources == set(Status) - {Status.WITHDRAWN}
    assert {Status.RECEIVED, Status.TRIAGE, Status.ASSIGNED} == WITHDRAWABLE
    assert {Status.CLOSED, Status.REJECTED} == REOPENABLE


def test_every_status_role_and_channel_has_words() -> None:
    assert set(STATUSES) == set(Status)
    assert set(ROLE_WORDS) == set(Role)
    assert set(RECEPTION_WORDS) == set(ReceptionChannel)


def test_parts_of_the_enums_that_bodies_take_are_what_is_said_beside_them() -> None:
    assert set(get_args(SwitchedChannel)) == set(ReceptionChannel) - set(WITHOUT_A_SWITCH)
    assert get_args(EnteredChannel) == AT_THE_DESK
    assert set(BOUND_ROLES) | set(CASE_HOLDERS) < set(Role)
    assert ", ".join(Role) == ROLES


LOOKED_AT = re.compile(r"\.(?:status|role)\b|SELECT")
"""Without one of these a module compares nothing called a status or a role, and lists none in SQL."""


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Return those of the service's and the workers' modules that may spell one, with their names."""
    return tuple(
        (path.relative_to(ROOT.parent).as_posix(), parsed(path))
        for room in (ROOT, ROOT.parent / "workers")
        for path in sorted(room.rglob("*.py"))
        if "migrations" not in path.parts and "node_modules" not in path.parts
        if LOOKED_AT.search(path.read_text(encoding="utf-8"))
    )


def compared(node: ast.Compare) -> Iterator[ast.expr]:
    """Yield what is compared with something called a status or a role."""
    sides = [node.left, *node.comparators]
    if any(isinstance(each, ast.Attribute) and each.attr in ("status", "role") for each in sides):
        yield from sides


def spelled(tree: ast.Module) -> Iterator[str]:
    """Yield statuses and roles that are compared as text, or listed in a statement of SQL."""
    values = {*Status, *Role}
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for side in compared(node):
                yield from (
                    f"{each.lineno}: {each.value}"
                    for each in ast.walk(side)
                    if isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value in values
                )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "SELECT" in node.value:
            yield from (
                f"{node.lineno}: {found}"
                for found in re.findall(rf"status (?:=|<>|IN \() ?'(?:{WORD})'", node.value)
            )


def test_no_module_spells_a_status_or_a_role() -> None:
    """The member of the enum is named."""
    assert [f"{name}:{place}" for name, tree in modules() for place in spelled(tree)] == []


def test_no_module_spells_a_type_of_event() -> None:
    types = set(EventType)
    spelled_out = [
        f"{path.relative_to(ROOT.parent)}:{node.lineno}: {node.value}"
        for room in (ROOT, ROOT.parent / "workers")
        for path in sorted(room.rglob("*.py"))
        if not {"migrations", "node_modules"} & set(path.parts) and path.name != "event_type.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in types
    ]
    assert spelled_out == []


def test_no_template_and_no_island_spells_a_status() -> None:
    template = re.compile(
        rf"(?:\.status|\bstatus|role) (?:==|!=|in|not in) [^%]*?[\"'](?:{WORD}|{'|'.join(Role)})[\"']"
    )
    island = re.compile(
        rf"[\"'](?:{WORD})[\"'](?:, ?[\"'](?:{WORD})[\"'])+|[\"'][a-z_,]*(?:triage|in_progress)[a-z_,]*[\"']"
    )
    offenders = [
        f"{path.relative_to(ROOT)}:{number}"
        for folder, ending, pattern in (("templates", "*.html", template), ("islands", "*.ts", island))
        for path in sorted((ROOT / folder).rglob(ending))
        if "node_modules" not in path.parts and ".test." not in path.name
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert offenders == []
