"""The form of a page: its token checked, its files closed when the answer is made, its fields as texts.

How the body is read is in `service.web.forms`; every page reads what was filled in through this module.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from math import isfinite
from typing import Annotated, Any, TypeVar
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from service.domain.kernel.written_days import read_day, read_moment
from service.domain.reports.drafts import YEARS
from service.errors import NotFound, invalid
from service.i18n import N_
from service.web import proof_of_work
from service.web.dependencies import ResourcesDep
from service.web.failures import invalid_input
from service.web.forms import close_form, read_form
from service.web.validation import field_errors
from service.web.viewer import CSRF_FIELD, check_csrf


class Fields(dict[str, str]):
    """The texts of a form by field; one that did not come is empty, so that any form can be drawn again."""

    def __missing__(self, name: str) -> str:
        return ""


def sent_json(text: str) -> Any:
    """Return what a field's JSON says. Raises ValueError for none, and for one that is nested too deep."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


class SentForm(FormData):
    """A form as it was sent. Its texts come without space around them, whichever browser sent them."""

    def text(self, name: str) -> str:
        """Return one field; empty where it is missing or a file."""
        return self.as_sent(name).strip().replace("\r\n", "\n")

    def as_sent(self, name: str) -> str:
        """Return one field to the last space, as passwords are."""
        value = self.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """Return every value of a field that may be there several times."""
        return [value for value in self.getlist(name) if isinstance(value, str) and value]

    def files(self, name: str) -> list[UploadFile]:
        """Return the files that were chosen in a field."""
        return [file for file in self.getlist(name) if isinstance(file, UploadFile) and file.filename]

    async def file(self, name: str, most: int, missing: str) -> tuple[str, bytes]:
        """Return name and content of the file chosen in a field, of a larger one the first byte beyond `most`
        too. Raises Invalid, saying `missing`, where none was chosen.
        """
        if not (files := self.files(name)):
            raise invalid([name], missing)
        return files[0].filename or "", await files[0].read(most + 1)

    def fields(self) -> Fields:
        """Return every single text, without what belongs to every form: token and proof of work."""
        names = (name for name, value in self.items() if isinstance(value, str))
        return Fields({name: self.text(name) for name in names if name not in _OF_EVERY_FORM})

    def number(self, name: str) -> int | None:
        """Return a whole number from 0 on; None where there is none."""
        return found if isinstance(found := whole_or_text(self.text(name)), int) else None

    def whole(self, name: str) -> int:
        """Return a whole number from 0 on. Raises Invalid."""
        if (number := self.number(name)) is None:
            raise invalid([name], N_("Cần một số nguyên."))
        return number

    def moment(self, name: str, zone: ZoneInfo) -> datetime:
        """Return a day and time as people or browsers write it, in `zone`. Raises Invalid."""
        try:
            at = read_moment(self.text(name), zone)
        except ValueError:
            raise invalid([name], N_("Cần ngày và giờ, ví dụ 05/11/2026 08:30.")) from None
        if at.year not in YEARS:
            raise invalid([name], N_("Thời điểm này quá xa."))
        return at

    def day(self, name: str) -> date:
        """Return a day as people or browsers write it. Raises Invalid."""
        try:
            return read_day(self.text(name))
        except ValueError:
            raise invalid([name], N_("Cần một ngày, ví dụ 05/11/2026.")) from None

    def day_or_none(self, name: str) -> date | None:
        """Return a day as people or browsers write it, None for an empty field. Raises Invalid."""
        return self.day(name) if self.text(name) else None

    def whole_or_text(self, name: str) -> int | str | None:
        """Return a whole number from 0 on; what is none as it was typed, for the model to refuse; None for an
        empty field.
        """
        number = self.number(name)
        return number if number is not None else self.text(name) or None

    def named(self, name: str) -> dict[str, object]:
        """Return a name in two languages, from the fields `<name>_vi` and `<name>_en`."""
        return {"vi": self.text(f"{name}_vi"), "en": self.text(f"{name}_en") or None}


_OF_EVERY_FORM = (CSRF_FIELD, proof_of_work.FIELD)


async def get_form(request: Request, resources: ResourcesDep) -> AsyncIterator[SentForm]:
    """Return what was filled in. Raises Forbidden unless it carries this browser's token."""
    try:
        await check_csrf(request, resources)
        yield SentForm((await read_form(request)).multi_items())
    finally:
        close_form(request.scope)


FormDep = Annotated[SentForm, Depends(get_form, scope="function")]


def id_or_none(text: str) -> UUID | None:
    """Return the id in an address or a field, None for anything else."""
    try:
        return UUID(text)
    except ValueError:
        return None


def read_id(text: str, missing: str) -> UUID:
    """Return the id in an address or a field. Raises NotFound, saying `missing`, for anything else."""
    if (found := id_or_none(text)) is None:
        raise NotFound(missing)
    return found


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Tell at a field that nothing is known by the code typed there: a form that names something wrongly is
    no page that does not exist. Raises Invalid for NotFound.
    """
    try:
        yield
    except NotFound as error:
        raise invalid([name], error.detail, **error.params) from None


def words_id(form_id: object, text: str) -> UUID | None:
    """Return the id of these words sent by the form of that id, so that sending it twice is saying it once.
    Other words in the same form, after going back to it, are other words. None for a form without an id.
    """
    try:
        return uuid5(UUID(str(form_id)), text)
    except ValueError:
        return None


M = TypeVar("M", bound=BaseModel)


def read(model: type[M], given: Mapping[str, object]) -> M:
    """Return what was filled in as `model`. Raises Invalid.

    Numbers are read here: with a validator before fields (`drafts.Strict`) pydantic forgets that all is text.
    """
    numbers = {name for name, field in model.model_fields.items() if field.annotation in (int, int | None)}
    sent = {
        name: whole_or_text(value) if name in numbers and isinstance(value, str) else value
        for name, value in given.items()
    }
    try:
        return model.model_validate(sent)
    except ValidationError as error:
        raise invalid_input(field_errors(error.errors(include_url=False))) from None


def number_or_text(text: str) -> float | int | str:
    """Return the number that was typed, with a comma or a point; else the text, and the model says what is
    wrong with it.
    """
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return text
    if not isfinite(value):
        return text
    return int(value) if value.is_integer() else value


def whole_or_text(text: str) -> int | str:
    """Return the whole number from 0 on that was typed; else the text, and the model says what is wrong with
    it.
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else text
