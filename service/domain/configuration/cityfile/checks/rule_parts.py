"""The parts of one rule: conditions that some answer meets, departments that some answer names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from service.domain.configuration.cityfile.checks.common import unknown_reference
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.parse import Item
from service.domain.configuration.cityfile.places import Mistake, Path
from service.domain.configuration.cityfile.resolve import Resolver
from service.domain.configuration.cityfile.schema.categories import LISTS, QuestionPart
from service.domain.configuration.cityfile.schema.rules import ConditionPart, RulePart, SelectorPart
from service.domain.kernel.conditions import BARE, NUMERIC
from service.domain.rules.rules import PREMISES, WARD


def check_conditions(
    folder: Folder, resolver: Resolver, item: Item[RulePart], rule: RulePart
) -> Iterator[Mistake]:
    """Yield conditions on questions nobody is asked, or on answers nobody can give."""
    asked = resolver.asked(rule.categories)
    for number, condition in enumerate(rule.when):
        at = ("when", number)
        questions = asked.get(condition.attribute)
        if questions is None:
            message = unknown_reference("question", condition.attribute, asked) + " in these categories"
            yield folder.at(item, *at, "attribute", message=message)
        elif message := _why_unmeetable(condition, questions):
            yield folder.at(item, *at, "value" if condition.value else "op", message=message)


def _why_unmeetable(condition: ConditionPart, questions: Sequence[QuestionPart]) -> str:
    """Return why no answer to any of the questions (they share a code) can meet the condition; empty if one
    can.
    """
    numbers = any(question.datatype == "number" for question in questions)
    if condition.op in NUMERIC and not numbers:
        return f'"{condition.op}" compares numbers, and "{condition.attribute}" is not answered by one'
    try:
        condition.condition(numeric=numbers)
    except ValueError as wrong:
        return str(wrong)
    if condition.op in BARE or not all(question.datatype in LISTS for question in questions):
        return ""
    keys = {value.key for question in questions for value in question.values}
    wrong_ones = [value for value in condition.value if value not in keys]
    return unknown_reference(f'answer to "{condition.attribute}"', wrong_ones[0], keys) if wrong_ones else ""


def check_department(
    folder: Folder, resolver: Resolver, item: Item[RulePart], rule: RulePart, part: SelectorPart, at: Path
) -> Iterator[Mistake]:
    """Yield a department that does not exist, or that no answer can name."""
    try:
        attribute = part.selector().attribute
    except ValueError as wrong:
        yield folder.at(item, *at, message=str(wrong))
        return
    if attribute is None:
        if part.select == PREMISES:
            if rule.place != PREMISES:
                yield folder.at(item, *at, message='"premises" needs "place: premises" in the same rule')
        elif part.select != WARD and part.select not in resolver.departments:
            yield folder.at(
                item, *at, message=unknown_reference("department", part.select, resolver.departments)
            )
        return
    asked = resolver.asked(rule.categories)
    if attribute not in asked:
        yield folder.at(
            item, *at, message=unknown_reference("question", attribute, asked) + " in these categories"
        )
        return
    for code in part.mapping.values():
        if code not in resolver.departments:
            yield folder.at(
                item, *at, "mapping", message=unknown_reference("department", code, resolver.departments)
            )
    keys = {value.key for question in asked[attribute] for value in question.values}
    if not part.mapping and keys and not keys & resolver.departments:
        yield folder.at(item, *at, message=f'no answer to "{attribute}" is the code of a department')
