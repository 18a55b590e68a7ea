"""The questions of a category as rows of its form: read, rearranged by its buttons, shown as people see them.

Codes of questions and answers stay what they were; those of new ones are made of their words when saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from service.domain.configuration.administration.made_codes import codes_of_rows
from service.domain.configuration.cityfile.schema.categories import LISTS, QuestionPart
from service.models import QuestionSpec
from service.pages.shared.forms import SentForm

MOST_QUESTIONS, MOST_ANSWERS = 30, 60
FIRST_BLANKS = 2
"""So many empty answers stand ready in a list that has none; below the others always one."""


@dataclass(slots=True)
class AnswerRow:
    """Answer of a list as it stands in the form; a new one has no `key` yet."""

    key: str = ""
    vi: str = ""
    en: str = ""
    danger: bool = False


@dataclass(slots=True)
class QuestionRow:
    """Question as it stands in the form; a new one has no `code` yet. The text beside it (`about`) is for
    programs of others and is kept as it is.
    """

    code: str = ""
    label_vi: str = ""
    label_en: str = ""
    about_vi: str = ""
    about_en: str = ""
    datatype: str = "singlevaluelist"
    required: bool = False
    answers: list[AnswerRow] = field(default_factory=list)

    @property
    def chosen_from(self) -> bool:
        """Return whether it is answered by choosing."""
        return self.datatype in LISTS

    @property
    def drawn(self) -> list[AnswerRow]:
        """The answers, and empty ones for more."""
        return [*self.answers, *(AnswerRow() for _ in range(max(1, FIRST_BLANKS - len(self.answers))))]


def question_rows(questions: Sequence[QuestionSpec]) -> list[QuestionRow]:
    """Return the rows of the questions that are kept."""
    found = []
    for each in questions:
        about = each.get("description") or {}
        row = QuestionRow(
            code=each["code"],
            label_vi=each["label"]["vi"],
            label_en=each["label"].get("en") or "",
            about_vi=about.get("vi") or "",
            about_en=about.get("en") or "",
            datatype=each["datatype"],
            required=bool(each.get("required")),
        )
        for value in each.get("values", ()):
            name = value["name"]
            danger = bool(value.get("danger"))
            row.answers.append(AnswerRow(value["key"], name["vi"], name.get("en") or "", danger))
        found.append(row)
    return found


def rows_sent(form: SentForm) -> list[QuestionRow]:
    """Return the rows as they were filled in; answers without a word are left out."""
    return [_question_sent(form, f"q.{at}") for at in range(min(form.number("q.rows") or 0, MOST_QUESTIONS))]


def _question_sent(form: SentForm, at: str) -> QuestionRow:
    row = QuestionRow(
        code=form.text(f"{at}.code"),
        label_vi=form.text(f"{at}.label_vi"),
        label_en=form.text(f"{at}.label_en"),
        about_vi=form.text(f"{at}.about_vi"),
        about_en=form.text(f"{at}.about_en"),
        datatype=form.text(f"{at}.datatype"),
        required=form.text(f"{at}.required") == "1",
    )
    for index in range(min(form.number(f"{at}.rows") or 0, MOST_ANSWERS)):
        position = f"{at}.{index}"
        vi, en = form.text(f"{position}.vi"), form.text(f"{position}.en")
        if vi or en:
            danger = form.text(f"{position}.danger") == "1"
            row.answers.append(AnswerRow(form.text(f"{position}.key"), vi, en, danger))
    return row


def rearranged(rows: list[QuestionRow], act: str) -> str:
    """Do what a button of the form says: `add`, `answer.1`, `up.1`, `down.1`, `drop.1`, and of the answers
    `up.1.0`, `down.1.0`, `drop.1.0`; anything else changes nothing.

    Returns the id of the field at which the person goes on.
    """
    verb, *places = act.split(".")
    numbers = [int(each) for each in places if each.isascii() and each.isdecimal() and len(each) < 4]
    if verb == "add" and len(rows) < MOST_QUESTIONS:
        rows.append(QuestionRow())
        return f"q.{len(rows) - 1}.label_vi"
    if len(numbers) != len(places) or not numbers or numbers[0] >= len(rows):
        return ""
    row = rows[numbers[0]]
    if verb == "answer":
        return f"q.{numbers[0]}.{len(row.answers)}.vi"
    if len(numbers) == 1:
        at = _moved(rows, verb, numbers[0])
        return f"q.{at}.label_vi" if rows else "add-question"
    at = _moved(row.answers, verb, numbers[1])
    return f"q.{numbers[0]}.{at}.vi"


def _moved(rows: list[QuestionRow] | list[AnswerRow], verb: str, at: int) -> int:
    """Move or drop a row; where the person is then."""
    if at >= len(rows):
        return max(0, len(rows) - 1)
    if verb == "drop":
        del rows[at]
        return max(0, min(at, len(rows) - 1))
    to = at + {"up": -1, "down": 1}.get(verb, 0)
    if not 0 <= to < len(rows):
        return at
    rows.insert(to, rows.pop(at))  # type: ignore[arg-type]  # of the same list
    return to


def question_parts(rows: Sequence[QuestionRow]) -> list[dict[str, object]]:
    """Return the questions as a change of the category says them, with codes for the new ones."""
    questions: list[dict[str, object]] = []
    codes = codes_of_rows([(row.code, row.label_vi) for row in rows], otherwise="cau_hoi")
    for row, code in zip(rows, codes, strict=True):
        about = {"vi": row.about_vi, "en": row.about_en or None} if row.about_vi else None
        questions.append(
            {
                "code": code,
                "label": {"vi": row.label_vi, "en": row.label_en or None},
                "description": about,
                "datatype": row.datatype,
                "required": row.required,
                "values": _answer_parts(row.answers) if row.chosen_from else [],
            }
        )
    return questions


def _answer_parts(rows: Sequence[AnswerRow]) -> list[dict[str, object]]:
    keys = codes_of_rows([(row.key, row.vi) for row in rows], otherwise="tra_loi")
    return [
        {"key": key, "name": {"vi": row.vi, "en": row.en or None}, "danger": row.danger}
        for row, key in zip(rows, keys, strict=True)
    ]


def questions_shown(rows: Sequence[QuestionRow]) -> list[QuestionSpec]:
    """Return the questions as citizens would be asked them; one that cannot be asked yet is left out."""
    found = []
    for number, question in enumerate(question_parts(rows), start=1):
        try:
            part = QuestionPart.model_validate(question)
        except ValidationError:
            continue
        if part.values or part.datatype not in LISTS:
            found.append(part.spec(number))
    return found
