"""Nothing listens for an event that nobody writes, and what is written is known to whoever tells it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import service
from service.domain.casework.case.case import MAKES_A_VERSION
from service.domain.notices.kinds import CITIZENS, STAFF
from service.domain.reports.contractors import AMONG_COLLEAGUES
from service.domain.reports.lifecycle import EDGES
from service.pages.shared.story import _EVENTS

ROOT = Path(service.__file__).parent
TYPE = re.compile(r"(report|comment|photo|desk)\.[a-z_]+")

WRITERS = frozenset({"record", "_tell"})

IN_SQL = {
    "report.received",
    "report.erased",
    *(f"{what}.{done}" for what in ("report", "photo", "comment") for done in ("hidden", "shown")),
}
"""Written by statements of their own, or under a name that is put together, not by `record` alone."""

SILENT = {
    "comment.added",  # told as the words themselves
    "photo.ready",  # told as the photo
    "photo.added",
    "photo.failed",
    "photo.original_read",
    "photo.rendered",
    "desk.flagged",  # shown on the desk
    "desk.settled",
    "report.followed",
    "report.noted",  # the note itself is shown
    "report.hidden",
    "report.shown",
}
"""Events without a line of their own in the story of a case, and why."""


@lru_cache
def _trees() -> tuple[ast.Module, ...]:
    return tuple(ast.parse(path.read_text()) for path in sorted(ROOT.rglob("*.py")))


def _constants() -> dict[str, str]:
    """Names of modules that stand for a type of event."""
    found = {}
    for tree in _trees():
        for node in tree.body:
            if not isinstance(node, ast.Assign):
                continue
            for target in node.targets:
                pairs = (
                    zip(target.elts, node.value.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple)
                    else [(target, node.value)]
                )
                for name, value in pairs:
                    if isinstance(name, ast.Name) and (said := _text(value)) and TYPE.fullmatch(said):
                        found[name.id] = said
    return found


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _said_in(nodes: list[ast.expr], constants: dict[str, str]) -> Iterator[str]:
    for each in nodes:
        for node in ast.walk(each):
            if isinstance(node, ast.expr) and (text := _text(node)) and TYPE.fullmatch(text):
                yield text
            if isinstance(node, ast.Name) and node.id in constants:
                yield constants[node.id]


def written() -> set[str]:
    """Types that calls of `record` name, or of a helper that passes one on, and the life cycle's."""
    constants = _constants()
    found = {edge.event for edge in EDGES}
    for tree in _trees():
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        writing = [each for each in calls if isinstance(each.func, ast.Name) and each.func.id in WRITERS]
        arguments = [node for each in writing for node in (*each.args, *(k.value for k in each.keywords))]
        found |= set(_said_in(arguments, constants))
        names = {node.id for node in arguments if isinstance(node, ast.Name)}
        for node in ast.walk(tree):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if isinstance(node, ast.Assign) and {t.id for t in targets if isinstance(t, ast.Name)} & names:
                found |= set(_said_in([node.value], constants))
    return found


def test_nothing_listens_for_what_nobody_writes() -> None:
    heard = {*CITIZENS, *STAFF, *MAKES_A_VERSION, *AMONG_COLLEAGUES, *_EVENTS}
    assert heard - written() - IN_SQL == set()


def test_whatever_is_written_is_told_in_words_or_known_to_be_silent() -> None:
    assert written() - set(_EVENTS) - SILENT == set()
