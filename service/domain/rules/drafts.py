"""A drafted rule and what is wrong with it: names that lead nowhere, conditions that no answer can meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import Field

from service.domain.city.reference import Reference
from service.domain.kernel.conditions import BARE, NUMERIC, Condition
from service.domain.reports.drafts import StrictBody
from service.domain.rules.rules import PREMISES, WARD, Rule, Selector
from service.errors import FieldError, Invalid
from service.i18n import N_
from service.models import QuestionSpec
from service.models.city.rule import RuleSpec

if TYPE_CHECKING:
    from service.domain.rules.rulebook import Rulebook

Where = tuple[str | int, ...]
LISTS = ("singlevaluelist", "multivaluelist")


class DraftSelector(StrictBody):
    """A department by answer: `select` is `attribute:<question>`, `mapping` answer → department code."""

    select: Annotated[str, Field(min_length=1, max_length=100)]
    mapping: Annotated[dict[str, str], Field(max_length=200)]


Choice = Annotated[str, Field(min_length=1, max_length=100)] | DraftSelector


class RuleBody(StrictBody):
    """Body of a rule, as `service.domain.rules.rules.Rule.spec` tells it. `place` `premises` holds inside of
    premises alone; a `lead` `premises` is then the unit that keeps them, `ward` the ward's committee.
    """

    categories: Annotated[list[str], Field(min_length=1, max_length=200)]
    lead: Choice
    policy: str
    areas: Annotated[list[str], Field(max_length=500)] = []
    place: Literal["premises"] | None = None
    when: Annotated[list[dict[str, object]], Field(max_length=20)] = []
    supports: Annotated[list[Choice], Field(max_length=20)] = []
    executor: Choice | None = None
    priority: Annotated[int, Field(ge=-1000, le=1000)] = 0

    def spec(self) -> RuleSpec:
        """Return what `Rule.of` reads, and finds the mistakes of."""
        return cast("RuleSpec", self.model_dump(include=set(RuleBody.model_fields)))


class DraftRule(RuleBody):
    """A rule as it would be put in force; `number` says which one it replaces, if there is one."""

    number: Annotated[int, Field(ge=1, le=1_000_000)]


def rule_of_draft(book: Rulebook, body: RuleBody, number: int, where: Where, *, key: int = -1) -> Rule:
    """Return the rule that the draft says, with the id `key`; groups of wards among its areas are written
    out.

    Raises Invalid naming every mistake at `where`.
    """
    if body.place is None and PREMISES in (body.lead, body.executor, *body.supports):
        problem = FieldError(
            (*where, "place"), N_("Chọn “trong khuôn viên trụ sở” để giao đơn vị quản lý trụ sở.")
        )
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=[problem])
    spec: RuleSpec = {**body.spec(), "areas": without_area_groups(book.reference, body.areas)}
    try:
        rule = Rule.of(spec, id=key, number=number, version=1)
    except (ValueError, KeyError) as error:
        problem = FieldError(where, N_("Quy tắc chưa hợp lệ: {why}"), {"why": str(error)})
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=[problem]) from None
    # What is asked depends on the categories, so those come first.
    if errors := [*wrong_names(book, rule, where)] or [*wrong_answers(book.reference, rule, where)]:
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=errors)
    return rule


def without_area_groups(reference: Reference, areas: Sequence[str]) -> list[str]:
    """Return areas with groups written out as wards: a rule keeps what it says when a group changes."""
    groups = {each.code: each.wards for each in reference.config.area_groups}
    return list(dict.fromkeys(ward for area in areas for ward in groups.get(area, (area,))))


def wrong_names(book: Rulebook, rule: Rule, where: Where) -> Iterator[FieldError]:
    """Yield categories, areas, policies and departments that the city does not have, or no longer uses."""
    reference = book.reference
    for category in sorted(rule.categories):
        if category not in reference.category_by_code:
            yield FieldError(
                (*where, "categories"), N_("Không có loại phản ánh “{code}”."), {"code": category}
            )
    kinds = {ward.unit_kind for ward in reference.wards.values()}
    for area in sorted(rule.areas):
        if area not in reference.ward_by_code and area not in kinds:
            yield FieldError((*where, "areas"), N_("Không có phường, xã “{code}”."), {"code": area})
    if rule.policy not in book.policies:
        yield FieldError((*where, "policy"), N_("Không có thời hạn “{code}”."), {"code": rule.policy})
    for field, selector in _selectors(rule):
        for code in named_departments(selector):
            if code not in book.holders:
                yield FieldError((*where, field), N_("Không có đơn vị “{code}”."), {"code": code})


def wrong_answers(reference: Reference, rule: Rule, where: Where) -> Iterator[FieldError]:
    """Yield questions that these categories do not ask, answers that cannot be given to them."""
    questions_asked = questions_by_code(reference, rule.categories)
    for index, condition in enumerate(rule.when):
        questions = questions_asked.get(condition.attribute)
        at = (*where, "when", index)
        if questions is None:
            yield _unknown_question(at, condition.attribute)
        elif problem := _unmeetable(condition, questions):
            yield FieldError(at, problem, {"code": condition.attribute})
    for field, selector in _selectors(rule):
        if selector.attribute is not None and selector.attribute not in questions_asked:
            yield _unknown_question((*where, field), selector.attribute)


def questions_by_code(reference: Reference, categories: frozenset[str]) -> dict[str, list[QuestionSpec]]:
    """Return by code every question that these categories, those above and those below them ask."""
    known = reference.category_by_code
    above = {code for category in categories & known.keys() for code in known[category].path}
    found: dict[str, list[QuestionSpec]] = {}
    for view in reference.categories.values():
        if view.code in above or categories & set(view.path):
            for question in view.questions:
                found.setdefault(question["code"], []).append(question)
    return found


def named_departments(selector: Selector) -> Sequence[str]:
    """Return the department codes that a selector names outright."""
    if selector.mapping:
        return tuple(selector.mapping.values())
    by_place = selector.code in (WARD, PREMISES)
    return () if by_place or selector.attribute is not None else (selector.code,)


def _selectors(rule: Rule) -> Iterator[tuple[str, Selector]]:
    yield "lead", rule.lead
    if rule.executor:
        yield "executor", rule.executor
    for support in rule.supports:
        yield "supports", support


def _unknown_question(at: Where, code: str) -> FieldError:
    return FieldError(at, N_("Các loại phản ánh này không có câu hỏi “{code}”."), {"code": code})


def _unmeetable(condition: Condition, questions: Sequence[QuestionSpec]) -> str | None:
    """Return why no answer to any of the questions (they share a code) can meet the condition."""
    if condition.op in NUMERIC and not any(one["datatype"] == "number" for one in questions):
        return N_("Câu hỏi “{code}” không trả lời bằng con số.")
    if condition.op in BARE or not all(one["datatype"] in LISTS for one in questions):
        return None
    keys = {value["key"] for question in questions for value in question["values"]}
    if not set(condition.values) <= keys:
        return N_("Câu hỏi “{code}” không có câu trả lời này.")
    return None
