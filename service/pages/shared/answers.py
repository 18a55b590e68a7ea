"""Answers to a category's questions out of a form that works without scripts."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.city.questions import questions_of
from service.domain.city.reference import Reference
from service.pages.shared.forms import SentForm

ANSWER = "answer."


def read_answers(reference: Reference, form: SentForm) -> dict[str, object]:
    """Return the answers by question of the form's category; a time typed without a zone is the city's."""
    category = reference.category_by_code.get(form.text("category"))
    answers: dict[str, object] = {}
    for question in questions_of(reference, category) if category else ():
        name = ANSWER + question["code"]
        values = [each for each in form.texts(name) if each.strip()]
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
