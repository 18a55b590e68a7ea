"""The questions of a category: which apply, and whether answers (a report's attributes) fit them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from service.domain.city.reference import CategoryView, Reference
from service.domain.kernel.texts import tidy
from service.errors import FieldError
from service.i18n import N_, pick
from service.models import QuestionSpec

MAX_ANSWER = 1000
_YEARS = range(1900, 3000)
"""A day at either end of the calendar has no time in other zones, and no page could show it."""

Answer = str | float | int | bool | list[str]


class AnswerFault(Exception):
    """An answer that does not fit its question; the message is a msgid."""


def questions_of(reference: Reference, category: CategoryView) -> list[QuestionSpec]:
    """Return a category's own questions and those of the categories above it, outermost first, by `order`."""
    views = (reference.category_by_code[code] for code in category.path)
    return [q for view in views for q in sorted(view.questions, key=lambda q: q.get("order", 0))]


def check_attributes(
    reference: Reference, category: CategoryView, sent: Mapping[str, object]
) -> tuple[dict[str, Answer], list[FieldError]]:
    """Return the answers as they are stored, and what is wrong with them."""
    questions = {question["code"]: question for question in questions_of(reference, category)}
    answers: dict[str, Answer] = {}
    errors = [
        FieldError(("attributes", code), N_("Loại phản ánh này không có câu hỏi “{code}”."), {"code": code})
        for code in sent
        if code not in questions
    ]
    for code, question in questions.items():
        value = sent.get(code)
        if value is None or value == "" or value == []:
            if question.get("required"):
                errors.append(FieldError(("attributes", code), N_("Câu hỏi này cần được trả lời.")))
            continue
        try:
            answers[code] = _READERS[question["datatype"]](question, value)
        except AnswerFault as unfit:
            errors.append(FieldError(("attributes", code), str(unfit)))
    return answers, errors


def answer_words(
    reference: Reference, attributes: Mapping[str, object], category: str
) -> list[tuple[str, str]]:
    """Return questions of a category with the answers that were given, as people read them."""
    view = reference.category_by_code[category]
    return [
        (pick(question["label"]), _said(question, answers, ZoneInfo(reference.timezone)))
        for question in questions_of(reference, view)
        if (answers := attributes.get(question["code"])) not in (None, "", [])
    ]


def _said(question: QuestionSpec, answer: object, zone: ZoneInfo) -> str:
    if question["datatype"] == "datetime":
        return f"{datetime.fromisoformat(str(answer)).astimezone(zone):%d/%m/%Y %H:%M}"
    if question["datatype"] == "number":
        return f"{answer:g}".replace(".", ",") if isinstance(answer, float) else str(answer)
    names = {choice["key"]: pick(choice["name"]) for choice in question.get("values", ())}
    return ", ".join(
        names.get(str(each), str(each)) for each in (answer if isinstance(answer, list) else [answer])
    )


def _text(_question: QuestionSpec, value: object) -> str:
    if not isinstance(value, str):
        raise AnswerFault(N_("Cần một đoạn chữ."))
    if len(value) > MAX_ANSWER:
        raise AnswerFault(N_("Câu trả lời quá dài."))
    return tidy(value)


def _number(_question: QuestionSpec, value: object) -> float:
    if isinstance(value, str):
        value = value.strip().replace(",", ".")
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise AnswerFault(N_("Cần một con số."))
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise AnswerFault(N_("Cần một con số.")) from None
    if not math.isfinite(number):
        raise AnswerFault(N_("Cần một con số."))
    return number


def _datetime(_question: QuestionSpec, value: object) -> str:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year not in _YEARS:
        raise AnswerFault(N_("Cần ngày giờ có múi giờ, ví dụ 2026-05-04T08:30:00+07:00."))
    return moment.isoformat()


def _one(question: QuestionSpec, value: object) -> str:
    if value not in [choice["key"] for choice in question.get("values", ())]:
        raise AnswerFault(N_("Hãy chọn một trong các câu trả lời có sẵn."))
    return str(value)


def _several(question: QuestionSpec, value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [_one(question, item) for item in dict.fromkeys(map(str, values))]


_READERS: Mapping[str, Callable[[QuestionSpec, object], Answer]] = {
    "string": _text,
    "text": _text,
    "number": _number,
    "datetime": _datetime,
    "singlevaluelist": _one,
    "multivaluelist": _several,
}
