"""A roster tried or put in force: every line in a savepoint, so that each tells what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pydantic import ValidationError
from sqlalchemy.orm import Session

from service.domain.configuration.rosters.grid import RosterLine
from service.errors import AppError, Invalid
from service.i18n import N_, translate

RosterAct = Literal["added", "changed", "same", "wrong"]
Put = Callable[[RosterLine], tuple[RosterAct, Mapping[str, tuple[str, str]]]]


@dataclass(frozen=True, slots=True)
class RosterResult:
    """Result of a line: what became of it, what differs (before and after by column), or why not."""

    line: RosterLine
    act: RosterAct
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


class RosterRefused(Invalid):
    """Refusal of a roster with wrong lines: nothing of it was put in force."""

    def __init__(self, results: Sequence[RosterResult]) -> None:
        super().__init__(N_("Tệp còn dòng sai nên chưa lưu gì. Hãy sửa rồi nạp lại."))
        self.results = results


def try_lines(session: Session, lines: Sequence[RosterLine], put: Put) -> list[RosterResult]:
    """Return what putting the lines in force would do. Changes nothing."""
    whole = session.begin_nested()
    try:
        return [_one(session, line, put) for line in lines]
    finally:
        whole.rollback()


def put_lines(session: Session, lines: Sequence[RosterLine], put: Put) -> list[RosterResult]:
    """Put all lines in force. Raises RosterRefused where one is wrong; then nothing is."""
    with session.begin_nested():
        results = [_one(session, line, put) for line in lines]
        if any(each.act == "wrong" for each in results):
            raise RosterRefused(results)
    return results


def _one(session: Session, line: RosterLine, put: Put) -> RosterResult:
    try:
        with session.begin_nested():
            act, changes = put(line)
            session.flush()
    except AppError as refusal:
        messages = [translate(each.msg, **(each.params or {})) for each in refusal.errors]
        return RosterResult(
            line, "wrong", problems=tuple(messages or [translate(refusal.detail, **refusal.params)])
        )
    except ValidationError as wrong:
        messages = [_plain(str(each["msg"])) for each in wrong.errors(include_url=False)]
        return RosterResult(line, "wrong", problems=tuple(messages))
    return RosterResult(line, act, changes)


def _plain(message: str) -> str:
    """Our own sentence of a validator, else that the line has a wrong value."""
    said = message.removeprefix("Value error, ")
    return translate(said) if said != message else translate(N_("Có ô chưa đúng: {why}."), why=message)
