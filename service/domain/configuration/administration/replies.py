"""Reply templates as administrators change them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config import Code
from service.domain.city.templates import unknown_placeholders
from service.domain.configuration.administration.changes import (
    EditStamp,
    check_code,
    holds_already,
    lock_configuration,
    record_if_changed,
    same_version,
    version_of,
    write_columns,
)
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import Category, ReplyTemplate

KIND = "template"
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]


class Wording(CityFileModel):
    """The words by language; Vietnamese is always there."""

    vi: Words
    en: Words | None = None

    def spec(self) -> dict[str, str]:
        """Return the columns of the change as the table keeps them."""
        return {"vi": self.vi, "en": self.en or self.vi}


class TemplateChange(CityFileModel):
    """A template as it is to be; without `categories` it suits every case."""

    code: Code
    kind: Literal["reply", "question", "resolution", "rejection"]
    name: NameByLanguage
    text: Wording
    categories: Annotated[list[str], Field(max_length=200)] = []
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    active: bool = True
    version: str | None = None


def all_replies(session: Session) -> list[ReplyTemplate]:
    """Return all templates in their order."""
    return list(session.scalars(select(ReplyTemplate).order_by(ReplyTemplate.position, ReplyTemplate.id)))


def find_reply(session: Session, code: str) -> ReplyTemplate:
    """Return the template of that code. Raises NotFound."""
    row = session.scalar(select(ReplyTemplate).where(ReplyTemplate.code == code))
    if row is None:
        raise NotFound(N_("Không có mẫu trả lời “{code}”."), code=code)
    return row


def put_reply(session: Session, stamp: EditStamp, code: str | None, change: TemplateChange) -> ReplyTemplate:
    """Make or change a template; without `code` it is a new one. Raises Invalid, NotFound, Conflict."""
    lock_configuration(session)
    row = find_reply(session, code) if code is not None else None
    there = session.scalar(select(ReplyTemplate).where(ReplyTemplate.code == change.code))
    _check(session, change)
    columns = {
        "kind": change.kind,
        "name": change.name.spec(),
        "text": change.text.spec(),
        "categories": change.categories,
        "position": change.position,
        "active": change.active,
    }
    if there is not None and code in (None, change.code) and holds_already(there, columns):
        return there
    check_code(change.code, row.code if row else None, taken=row is None and there is not None)
    before = reply_facts(row) if row else None
    same_version(change.version, version_of(before) if before else None)
    row = write_columns(session, row or ReplyTemplate(code=change.code), columns)
    record_if_changed(session, stamp, (KIND, row.code), before, reply_facts(row))
    return row


def reply_version(row: ReplyTemplate) -> str:
    """Return what a form or programme must have read to change it."""
    return version_of(reply_facts(row))


def reply_facts(row: ReplyTemplate) -> dict[str, object]:
    """Return what is said of a template."""
    return {
        "kind": row.kind,
        "name": row.name,
        "text": row.text,
        "categories": list(row.categories),
        "position": row.position,
        "active": row.active,
    }


def _check(session: Session, change: TemplateChange) -> None:
    for language, text in change.text.spec().items():
        if wrong := unknown_placeholders(text):
            raise invalid(["text", language], N_("Không có chỗ điền “{name}”."), name=wrong[0])
    known = set(session.scalars(select(Category.code)))
    for code in change.categories:
        if code not in known:
            raise invalid(["categories"], N_("Không có loại phản ánh “{code}”."), code=code)
