"""A roster tried or put in force: every line in a savepoint, so that each tells all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.orm import Session

from service.domain.configuration.rosters.grid import RosterLine
from service.errors import AppError, FieldError, Invalid, invalid
from service.i18n import N_, translate

RosterAct = Literal["added", "changed", "same", "wrong"]
Put = Callable[[RosterLine], tuple[RosterAct, Mapping[str, tuple[str, str]]]]
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_SHAPES: Mapping[str, str] = {
    "code": N_("Mã chỉ gồm chữ thường không dấu, số, dấu chấm, gạch."),
    "phone": N_("Cần số điện thoại, ví dụ 0234 3822 888."),
    "email": N_("Cần địa chỉ email, ví dụ ten@hue.gov.vn."),
}
_NO_VALUE = re.compile(r"=|#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!)$")
"""A formula that nobody has worked out, or one that came to nothing."""

_SENTENCES: Mapping[str, str] = {
    "string_too_long": N_("Dài quá {max_length} ký tự."),
    "string_too_short": N_("Thiếu mục này."),
}


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """Mistake of a line: its column, the cell of the sheet (`C7`, or empty), and the words."""

    column: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class RosterResult:
    """Result of a line: what became of it, what differs (before and after by column), or why not."""

    line: RosterLine
    act: RosterAct
    changes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    problems: tuple[RosterProblem, ...] = ()


class RosterRefused(Invalid):
    """Refusal of a roster with wrong lines: nothing of it was put in force."""

    def __init__(self, results: Sequence[RosterResult]) -> None:
        super().__init__(N_("Tệp còn dòng sai nên chưa lưu gì. Hãy sửa rồi nạp lại."))
        self.results = results


class CellReader:
    """Reader of the cells of one line that goes on after a mistake, so that all are told at once."""

    def __init__(self) -> None:
        self._errors: list[FieldError] = []

    @property
    def wrong(self) -> frozenset[str]:
        """The columns in which a mistake was found."""
        return frozenset(str(each.loc[0]) for each in self._errors if each.loc)

    def read(self, made: Callable[[], T], otherwise: T) -> T:
        """Return what a cell says; `otherwise` where it is refused, which is kept."""
        try:
            return made()
        except Invalid as refusal:
            self.add(refusal.errors)
            return otherwise

    def model(self, model: type[M], given: Mapping[str, object]) -> M | None:
        """Return what the cells make, None where they make nothing."""
        try:
            return model.model_validate(given)
        except ValidationError as wrong:
            self.add([_in_words(each) for each in wrong.errors(include_url=False)])
            return None

    def add(self, errors: Sequence[FieldError], *, but: Collection[str] = ()) -> None:
        """Keep mistakes of columns where none was found before; `but` leaves out what follows from others."""
        left_out = self.wrong | set(but)
        self._errors += [each for each in errors if not each.loc or str(each.loc[0]) not in left_out]

    def check(self) -> None:
        """Raise Invalid with every mistake."""
        if self._errors:
            raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=self._errors)


def try_lines(session: Session, lines: Sequence[RosterLine], put: Put, key: str) -> list[RosterResult]:
    """Return what putting the lines in force would do; `key` is the column that names an entry. Changes
    nothing.
    """
    whole = session.begin_nested()
    try:
        return _all(session, lines, put, key)
    finally:
        whole.rollback()


def put_lines(session: Session, lines: Sequence[RosterLine], put: Put, key: str) -> list[RosterResult]:
    """Put all lines in force. Raises RosterRefused where one is wrong; then nothing is."""
    with session.begin_nested():
        results = _all(session, lines, put, key)
        if any(each.act == "wrong" for each in results):
            raise RosterRefused(results)
    return results


def _all(session: Session, lines: Sequence[RosterLine], put: Put, key: str) -> list[RosterResult]:
    first: dict[str, int] = {}
    results = []
    for line in lines:
        found = _one(session, line, put)
        name = line.cells.get(key, "").casefold()
        if name and first.setdefault(name, line.number) != line.number:
            twice = translate(N_("Trùng với dòng {n}."), n=first[name])
            told = (RosterProblem(key, line.place(key), twice), *found.problems)
            found = RosterResult(line, "wrong", problems=told)
        results.append(found)
    return results


def only_unit(column: str, text: str, codes: Collection[str]) -> str:
    """Return the one code of the units that a name may mean. Raises Invalid for none, and for several."""
    if len(codes) == 1:
        return next(iter(codes))
    told = (
        N_("Có nhiều đơn vị tên “{name}”. Hãy ghi mã của đơn vị.")
        if codes
        else N_("Không có đơn vị “{name}”. Hãy ghi mã của đơn vị.")
    )
    raise invalid([column], told, name=text)


def _one(session: Session, line: RosterLine, put: Put) -> RosterResult:
    if slips := [key for key, text in line.cells.items() if _NO_VALUE.match(text)]:
        words = translate(N_("Ô này là công thức chưa có kết quả. Hãy dán giá trị thay cho công thức."))
        return RosterResult(
            line, "wrong", problems=tuple(RosterProblem(key, line.place(key), words) for key in slips)
        )
    try:
        with session.begin_nested():
            act, changes = put(line)
            session.flush()
    except AppError as refusal:
        told = tuple(
            sorted(
                (_told(line, each) for each in refusal.errors), key=lambda each: (len(each.cell), each.cell)
            )
        )
        plain = RosterProblem("", "", translate(refusal.detail, **refusal.params))
        return RosterResult(line, "wrong", problems=told or (plain,))
    return RosterResult(line, act, changes)


def _told(line: RosterLine, error: FieldError) -> RosterProblem:
    column = ".".join(str(part) for part in error.loc[:2])
    column = {"name.vi": "name", "name.en": "name_en", "short_name.vi": "short_name"}.get(
        column, str(error.loc[0]) if error.loc else ""
    )
    return RosterProblem(column, line.place(column), translate(error.msg, **(error.params or {})))


def _in_words(error: ErrorDetails) -> FieldError:
    """Return a mistake that the model found, in a sentence of ours."""
    loc, kind = tuple(error["loc"]), error["type"]
    said = str(error["msg"]).removeprefix("Value error, ")
    if kind == "value_error":
        return FieldError(loc, said)
    if kind == "string_pattern_mismatch" and loc and loc[0] in _SHAPES:
        return FieldError(loc, _SHAPES[str(loc[0])])
    return FieldError(loc, _SENTENCES.get(kind, N_("Không đúng dạng.")), error.get("ctx"))
