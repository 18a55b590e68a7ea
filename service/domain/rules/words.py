"""Decisions of the routing rules as sentences. What is decided, and why, is `choice.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from service.domain.city.reference import Reference
from service.domain.kernel.conditions import Condition, Op
from service.domain.rules.choice import Alternative, Decision, MissReason, Reason, RuleMiss
from service.i18n import N_, Language, pick, translate
from service.models import QuestionSpec

_AT = N_("Quy tắc {number}: {what} tại {where} → {parts}")
_ANYWHERE = N_("Quy tắc {number}: {what} → {parts}")
_NO_RULE = N_("Chưa có quy tắc cho {what} tại {where}: điều phối viên quyết định")
_NO_RULE_ANYWHERE = N_("Chưa có quy tắc cho {what}: điều phối viên quyết định")
_PREMISES, _PREMISES_IN = N_("khuôn viên trụ sở"), N_("khuôn viên trụ sở ở {where}")
_LEADS, _SUPPORT, _EXECUTES = N_("{who} chủ trì"), N_("{who} phối hợp"), N_("{who} thực hiện")
_AND, _OR = N_("{first} và {last}"), N_("{first} hoặc {last}")

_CONDITIONS: dict[Op, str] = {
    "equals": N_("{question}: {answer}"),
    "in": N_("{question}: {answer}"),
    "lt": N_("{question} dưới {answer}"),
    "gt": N_("{question} trên {answer}"),
    "gte": N_("{question} từ {answer} trở lên"),
    "present": N_("có trả lời “{question}”"),
    "absent": N_("không trả lời “{question}”"),
}
_LOST: dict[Reason, str] = {
    "priority": N_("Quy tắc {number} có mức ưu tiên thấp hơn ({own} so với {winner})"),
    "conditions": N_("Quy tắc {number} xét ít điều kiện hơn ({own} so với {winner})"),
    "area": N_("Quy tắc {number} áp dụng cho khu vực rộng hơn"),
    "category": N_("Quy tắc {number} áp dụng cho lĩnh vực rộng hơn"),
    "number": N_("Quy tắc {number} cụ thể ngang với quy tắc {winner} nhưng mang số lớn hơn"),
    "version": N_("Quy tắc {number} bản {own} cũ hơn bản {winner}"),
    "no_lead": N_("Quy tắc {number} không xác định được đơn vị chủ trì"),
}
_MISSED: dict[MissReason, str] = {
    "area": N_("Quy tắc {number} không áp dụng tại nơi này"),
    "condition": N_("Quy tắc {number} chỉ áp dụng khi: {condition}"),
    "not_yet": N_("Quy tắc {number} chưa có hiệu lực"),
    "no_longer": N_("Quy tắc {number} đã hết hiệu lực"),
}


class Names(Protocol):
    """Names of things in a language; a code nobody knows is its own name."""

    def category(self, code: str, language: Language) -> str: ...
    def ward(self, code: str, language: Language) -> str: ...
    def department(self, code: str, language: Language) -> str: ...
    def question(self, path: Sequence[str], code: str, language: Language) -> str: ...
    def answer(self, path: Sequence[str], code: str, key: str, language: Language) -> str: ...


class ReferenceNames:
    """The names of the city's reference data."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference

    def category(self, code: str, language: Language) -> str:
        found = self._reference.category_by_code.get(code)
        return pick(found.name, language) if found else code

    def ward(self, code: str, language: Language) -> str:
        found = self._reference.ward_by_code.get(code)
        return found.named_in(language) if found else code

    def department(self, code: str, language: Language) -> str:
        found = self._reference.department_by_code.get(code)
        return pick(found.short_name, language) or pick(found.name, language) if found else code

    def question(self, path: Sequence[str], code: str, language: Language) -> str:
        for question in self._questions(path):
            if question["code"] == code:
                return pick(question["label"], language)
        return code

    def answer(self, path: Sequence[str], code: str, key: str, language: Language) -> str:
        for question in self._questions(path):
            for value in question.get("values", ()) if question["code"] == code else ():
                if value["key"] == key:
                    return pick(value["name"], language)
        return key

    def _questions(self, path: Sequence[str]) -> Iterator[QuestionSpec]:
        """Yield those of the category itself before those of what is above it."""
        known = self._reference.category_by_code
        for code in reversed(path):
            if code in known:
                yield from known[code].questions


def explain(decision: Decision, names: Names, language: Language) -> str:
    """Return one sentence: the rule, what it is about and where, and who plays which part."""
    facts, rule = decision.facts, decision.rule
    what = lower_first(names.category(facts.categories[-1], language))
    where = names.ward(facts.ward, language) if facts.ward else ""
    if language == "vi":
        where = lower_first(where)
    if rule is not None and rule.place:
        where = translate(_PREMISES_IN, language, where=where) if where else translate(_PREMISES, language)
    if rule is None:
        return translate(_NO_RULE if where else _NO_RULE_ANYWHERE, language, what=what, where=where)
    if rule.when:
        conditions = [condition_words(one, facts.categories, names, language) for one in rule.when]
        what = f"{what} ({'; '.join(conditions)})"
    return translate(
        _AT if where else _ANYWHERE,
        language,
        number=rule.number,
        what=what,
        where=where,
        parts=_parts(decision, names, language),
    )


def explain_alternative(alternative: Alternative, language: Language) -> str:
    """Return why a rule that fitted lost."""
    rule = alternative.rule
    return translate(
        _LOST[alternative.reason],
        language,
        number=rule.number,
        own=alternative.own,
        winner=alternative.winner,
    )


def explain_miss(miss: RuleMiss, path: Sequence[str], names: Names, language: Language) -> str:
    """Return why a rule for the category did not fit a report with the category `path`."""
    condition = condition_words(miss.condition, path, names, language) if miss.condition else ""
    return translate(_MISSED[miss.reason], language, number=miss.rule.number, condition=condition)


def condition_words(condition: Condition, path: Sequence[str], names: Names, language: Language) -> str:
    """Return a condition as the question's words and the answer's."""
    question = lower_first(names.question(path, condition.attribute, language))
    parts = [
        names.answer(path, condition.attribute, value, language) if isinstance(value, str) else str(value)
        for value in condition.values
    ]
    answer = _listed(parts, _OR, language) if parts else _figure(condition.value, language)
    return translate(_CONDITIONS[condition.op], language, question=question, answer=answer)


def lower_first(text: str) -> str:
    """Return the text for the middle of a sentence; an abbreviation keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _parts(decision: Decision, names: Names, language: Language) -> str:
    def named(code: str) -> str:
        return names.department(code, language)

    parts = [translate(_LEADS, language, who=named(decision.lead))] if decision.lead else []
    if decision.supports:
        who = _listed([named(code) for code in decision.supports], _AND, language)
        parts.append(translate(_SUPPORT, language, who=who))
    if decision.executor:
        parts.append(translate(_EXECUTES, language, who=named(decision.executor)))
    return ", ".join(parts)


def _listed(items: Sequence[str], joint: str, language: Language) -> str:
    if len(items) == 1:
        return items[0]
    return translate(joint, language, first=", ".join(items[:-1]), last=items[-1])


def _figure(value: object, language: Language) -> str:
    text = f"{value:g}" if isinstance(value, int | float) else ""
    return text.replace(".", ",") if language == "vi" else text
