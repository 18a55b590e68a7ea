"""Reading the plain report form into the same submission that the API takes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from starlette.datastructures import FormData

from service.domain.city.places import NamedPlace
from service.domain.city.questions import questions_of
from service.domain.city.reference import Reference
from service.domain.reports.drafts import Submission
from service.errors import invalid
from service.i18n import N_
from service.web.failures import invalid_input
from service.web.validation import field_errors

PHOTOS, ANSWER = "photos", "answer."


def texts_of(form: FormData) -> dict[str, str]:
    """Return what the form says, without its files."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def ward_asked(form: FormData) -> str:
    """The ward chosen in place of a position; empty when the form brings a position."""
    return "" if _text(form, "lon") else _text(form, "ward")


def read_submission(reference: Reference, form: FormData, place: NamedPlace | None) -> Submission:
    """The form as a submission. Raises Invalid with the places that are wrong."""
    if place is None and not _text(form, "lon"):
        raise invalid(["ward"], N_("Hãy chọn phường, xã nơi bạn thấy sự việc."))
    try:
        return Submission.model_validate(
            {
                "id": _id(form),
                "category": _text(form, "category") or "-",
                "description": _text(form, "description"),
                "location": _location(form, place),
                "address": _text(form, "address"),
                "attributes": _answers(reference, form),
                "contact": _contact(form),
                "anonymous": bool(_text(form, "anonymous")),
            }
        )
    except ValidationError as error:
        raise invalid_input(field_errors(error.errors(include_url=False))) from None


def _id(form: FormData) -> UUID | None:
    try:
        return UUID(_text(form, "id"))
    except ValueError:
        return None


def _location(form: FormData, place: NamedPlace | None) -> dict[str, Any]:
    if place:
        return {"lon": place.lon, "lat": place.lat, "accuracy_m": round(place.radius_m)}
    return {name: value for name in ("lon", "lat", "accuracy_m") if (value := _text(form, name))}


def _contact(form: FormData) -> dict[str, str] | None:
    given = {name: value for name in ("name", "phone", "email") if (value := _text(form, name))}
    return given or None


def _answers(reference: Reference, form: FormData) -> dict[str, Any]:
    """Answers by question; a time typed without a zone is the city's."""
    category = reference.category_by_code.get(_text(form, "category"))
    answers: dict[str, Any] = {}
    for question in questions_of(reference, category) if category else ():
        name = ANSWER + question["code"]
        values = [each for each in form.getlist(name) if isinstance(each, str) and each.strip()]
        if question["datatype"] == "multivaluelist":
            answers[question["code"]] = values
        elif values and question["datatype"] == "datetime":
            answers[question["code"]] = _in_zone(values[0], reference.timezone)
        elif values:
            answers[question["code"]] = values[0]
    return answers


def _in_zone(text: str, timezone: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(timezone))).isoformat()


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""
