"""The form of a routing rule: what stands in it, what can be chosen, and the change it makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.city.reference import CategoryView, WardView
from service.domain.configuration.administration.rule_table import selector_words
from service.domain.configuration.administration.rules import RuleChange
from service.domain.kernel.conditions import OPS, Op
from service.domain.kernel.texts import alphabetical
from service.domain.rules.deadline_words import term_words
from service.domain.rules.drafts import LISTS, questions_by_code, without_area_groups
from service.domain.rules.rulebook import PolicyInForce, Rulebook
from service.domain.rules.rules import ATTRIBUTE, PREMISES, WARD, Selector
from service.i18n import N_, Language, pick, translate
from service.models import QuestionSpec
from service.pages.admin.visit import AdminForm
from service.pages.shared.forms import number_or_text, read, sent_json
from service.pages.shared.kinds import department_choices

CONDITIONS = 4
"""So many rows for conditions stand ready; a rule that has more shows all of them and one more."""

OP_WORDS: dict[Op, str] = {
    "equals": N_("là"),
    "in": N_("là một trong"),
    "lt": N_("nhỏ hơn"),
    "gt": N_("lớn hơn"),
    "gte": N_("từ … trở lên"),
    "present": N_("có trả lời"),
    "absent": N_("không trả lời"),
}

Choices = list[tuple[str, str]]


@dataclass(slots=True)
class RuleForm:
    """Fields of the form of a rule, as texts: of a rule, or as somebody sent it."""

    name_vi: str = ""
    name_en: str = ""
    number: str = ""
    categories: list[str] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    place: str = ""
    conditions: list[tuple[str, str, str]] = field(default_factory=list)
    lead: str = WARD
    lead_mapping: dict[str, str] = field(default_factory=dict)
    supports: list[str] = field(default_factory=list)
    executor: str = ""
    policy: str = ""
    priority: str = "0"
    version: str = ""
    due_at: str = ""

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """The conditions, and empty rows for more."""
        blank = [("", "equals", "")] * max(1, CONDITIONS - len(self.conditions))
        return [*self.conditions, *blank]


def of_change(change: RuleChange, number: int) -> RuleForm:
    """Return the form of a rule that is there."""
    body = change.spec()
    lead, mapping = _lead_of(body["lead"])
    return RuleForm(
        name_vi=change.name.vi,
        name_en=change.name.en or "",
        number=str(number),
        categories=body["categories"],
        areas=body["areas"],
        place=body["place"] or "",
        conditions=[_condition_of(each) for each in body["when"]],
        lead=lead,
        lead_mapping=mapping,
        supports=[_token(each) for each in body["supports"]],
        executor=_token(body["executor"]) if body["executor"] else "",
        policy=body["policy"],
        priority=str(body["priority"]),
        version=str(change.version or ""),
    )


def of_sent(sent: AdminForm) -> RuleForm:
    """Return the form as it was filled in."""
    lead = sent.form.text("lead")
    return RuleForm(
        name_vi=sent.form.text("name_vi"),
        name_en=sent.form.text("name_en"),
        number=sent.form.text("number"),
        categories=sent.form.texts("categories"),
        areas=sent.form.texts("areas") if sent.form.text("everywhere") != "1" else [],
        place=sent.form.text("place"),
        conditions=list(_conditions_sent(sent)),
        lead=lead,
        lead_mapping=_mapping_sent(sent) if sent.form.text("map_of") == lead else {},
        supports=sent.form.texts("supports"),
        executor=sent.form.text("executor"),
        policy=sent.form.text("policy"),
        priority=sent.form.text("priority") or "0",
        version=sent.form.text("version"),
        due_at=sent.form.text("due_at"),
    )


def _conditions_sent(sent: AdminForm) -> Iterator[tuple[str, str, str]]:
    """Yield the conditions; of a question whose answers were shown, those that are ticked."""
    rows = zip(*(sent.form.getlist(f"when_{part}") for part in ("attribute", "op", "value")), strict=False)
    for index, (attribute, op, value) in enumerate(rows):
        text = str(value).strip()
        if shown := sent.form.text(f"when_asked.{index}"):
            ticked = sent.form.texts(f"when_answers.{index}") if shown == attribute else []
            text = ", ".join(ticked)
            op = "in" if op == "equals" and len(ticked) > 1 else op
        if attribute:
            yield str(attribute), str(op), text


def _mapping_sent(sent: AdminForm) -> dict[str, str]:
    """Return the unit chosen for each answer."""
    names = [name for name in sent.form if name.startswith("map.")]
    return {name.removeprefix("map."): code for name in names if (code := sent.form.text(name))}


def rule_change_in_form(form: RuleForm, book: Rulebook) -> RuleChange:
    """Return the rule that the form asks for. Raises Invalid naming the fields."""
    questions = questions_by_code(book.reference, frozenset(form.categories))
    lead: object = form.lead
    if form.lead.startswith(ATTRIBUTE) and form.lead_mapping:
        lead = {"select": form.lead, "mapping": form.lead_mapping}
    return read(
        RuleChange,
        {
            "name": {"vi": form.name_vi, "en": form.name_en or None},
            "number": number_or_text(form.number) if not form.version and form.number else None,
            "categories": form.categories,
            "areas": without_area_groups(book.reference, form.areas),
            "place": form.place or None,
            "when": [_condition(row, questions) for row in form.conditions],
            "lead": lead,
            "supports": [_selector(each) for each in form.supports],
            "executor": _selector(form.executor) if form.executor else None,
            "policy": form.policy,
            "priority": number_or_text(form.priority),
            "version": number_or_text(form.version) if form.version else None,
        },
    )


def form_choices(form: RuleForm, book: Rulebook, language: Language) -> dict[str, object]:
    """Return what can be chosen, for the template."""
    found_questions = questions_by_code(book.reference, frozenset(form.categories))
    departments = _departments(book, language)
    by_answer: Choices = [
        (f"{ATTRIBUTE}{code}", selector_words(Selector(f"{ATTRIBUTE}{code}"), (), book, language))
        for code, questions in found_questions.items()
        if any(one["datatype"] in LISTS for one in questions)
    ]
    named = {
        f"{ATTRIBUTE}{code}": pick(found[0]["label"], language) for code, found in found_questions.items()
    }
    by_answer = [
        (token, translate(N_("Theo câu trả lời “{question}”"), language, question=named[token]))
        for token, _ in by_answer
    ]
    by_place: Choices = [
        (WARD, translate(N_("UBND phường, xã sở tại"), language)),
        (PREMISES, translate(N_("Đơn vị quản lý trụ sở"), language)),
    ]
    mapped = [each for each in (*form.supports, form.executor) if each.startswith("{")]
    special = [(each, _mapped_words(each, named, language)) for each in mapped]
    return {
        "category_tree": category_choices(book, language),
        "ward_choices": [(w.code, w.full_name) for w in _wards(book)],
        "group_choices": [
            (each.code, pick(each.name, language)) for each in book.reference.config.area_groups
        ],
        "kind_choices": sorted({w.unit_kind for w in book.reference.ward_by_code.values()}),
        "question_choices": [
            (code, pick(found[0]["label"], language)) for code, found in found_questions.items()
        ],
        "answers_of": {code: _answers(found, language) for code, found in found_questions.items()},
        "lead_answers": _answers(found_questions.get(form.lead.removeprefix(ATTRIBUTE), ()), language)
        if form.lead.startswith(ATTRIBUTE)
        else {},
        "op_choices": [(op, translate(OP_WORDS[op], language)) for op in OPS],
        "department_choices": departments,
        "map_choices": [*department_choices(book.reference), *_gone(form, book)],
        "lead_choices": [*by_place, *departments, *by_answer],
        "part_choices": [
            *by_place,
            *departments,
            *by_answer,
            *special,
        ],
        "policy_choices": [
            (code, policy_words(policy, language)) for code, policy in sorted(book.policies.items())
        ],
    }


def policy_words(policy: PolicyInForce, language: Language) -> str:
    """Return a policy as it is chosen: its name, and how long a case may take."""
    term = policy.policy.resolve
    named = pick(policy.name, language) or policy.policy.code
    return f"{named} – {term_words(term.unit, term.amount, language)}"


def _departments(book: Rulebook, language: Language) -> Choices:
    """Active departments but ward committees, which `ward` means."""
    found = [each for each in book.reference.departments.values() if each.active and each.kind != "ward"]
    return [(each.code, pick(each.name, language)) for each in sorted(found, key=lambda d: (d.kind, d.id))]


def _wards(book: Rulebook) -> list[WardView]:
    return sorted(book.reference.ward_by_code.values(), key=lambda ward: alphabetical(ward.full_name))


def category_choices(book: Rulebook, language: Language) -> list[tuple[str, str, int]]:
    """Return every active category with its depth, children under their parents."""
    views = [view for view in book.reference.categories.values() if view.active]
    by_parent: dict[int | None, list[CategoryView]] = {}
    for view in views:
        by_parent.setdefault(view.parent_id, []).append(view)

    def walk(parent: int | None, depth: int) -> Iterator[tuple[str, str, int]]:
        for view in by_parent.get(parent, []):
            yield view.code, pick(view.name, language), depth
            yield from walk(view.id, depth + 1)

    return list(walk(None, 0))


def _gone(form: RuleForm, book: Rulebook) -> Choices:
    """Return the units of the form's answers that are in use no more, so that saving keeps them."""
    known = book.reference.department_by_code
    departments = dict.fromkeys(form.lead_mapping.values())
    return [
        (code, pick(known[code].name) if code in known else code)
        for code in departments
        if code not in known or not known[code].active
    ]


def _answers(questions: Sequence[QuestionSpec], language: Language) -> dict[str, str]:
    """Return the names of the answers by key, of all categories that ask the question."""
    return {
        value["key"]: pick(value["name"], language)
        for question in questions
        for value in question.get("values", ())
    }


def _lead_of(spec: object) -> tuple[str, dict[str, str]]:
    if isinstance(spec, Mapping):
        return str(spec["select"]), {str(key): str(code) for key, code in spec["mapping"].items()}
    return str(spec), {}


def _token(spec: object) -> str:
    return json.dumps(spec, sort_keys=True) if isinstance(spec, Mapping) else str(spec)


def _selector(token: str) -> object:
    if not token.startswith("{"):
        return token
    try:
        spec: object = sent_json(token)
    except ValueError:
        return token
    return spec


def _mapped_words(token: str, named: Mapping[str, str], language: Language) -> str:
    spec = _selector(token)
    select = spec.get("select", "") if isinstance(spec, Mapping) else ""
    option = named.get(str(select), str(select))
    return translate(N_("Theo câu trả lời “{question}” (bảng riêng)"), language, question=option)


def _condition_of(spec: Mapping[str, object]) -> tuple[str, str, str]:
    value = spec.get("value", "")
    text = ", ".join(_plain(each) for each in value) if isinstance(value, list) else _plain(value)
    return str(spec["attribute"]), str(spec["op"]), text


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _condition(row: tuple[str, str, str], params: Mapping[str, list[QuestionSpec]]) -> dict[str, object]:
    """Return a row as the rule's spec has it; a number where the question wants one."""
    attribute, op, text = row
    numeric = op in ("lt", "gt", "gte") or any(
        question["datatype"] == "number" for question in params.get(attribute, ())
    )
    if op in ("present", "absent"):
        return {"attribute": attribute, "op": op}
    values = [_value(part.strip(), numeric=numeric) for part in text.split(",") if part.strip()]
    value = values if op == "in" else values[0] if len(values) == 1 else text
    return {"attribute": attribute, "op": op, "value": value}


def _value(text: str, *, numeric: bool) -> str | float:
    try:
        return float(text) if numeric else text
    except ValueError:
        return text
