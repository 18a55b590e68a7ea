"""`categories.yaml`: a tree whose roots say everything, with questions that can be answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from service.domain.configuration.cityfile.checks.common import check_parents, check_twice
from service.domain.configuration.cityfile.folder import Folder
from service.domain.configuration.cityfile.parse import Item
from service.domain.configuration.cityfile.places import Mistake
from service.domain.configuration.cityfile.resolve import ancestry
from service.domain.configuration.cityfile.schema.categories import LISTS, CategoryPart, QuestionPart

INHERITED = ("icon", "duplicates", "inspection_radius_m", "evidence_required", "publication")

Categories = Mapping[str, Item[CategoryPart]]


def check_categories(folder: Folder) -> Iterator[Mistake]:
    """Yield mistakes among the categories."""
    yield from check_twice(folder, folder.categories)
    yield from check_parents(folder, folder.categories, "category")
    by_code = {item.code: item for item in folder.categories if item.code and item.value}
    parents = {code: item.value.parent for code, item in by_code.items() if item.value}
    for item in by_code.values():
        if item.value is None:
            continue
        if item.value.parent is None:
            for key in INHERITED:
                if getattr(item.value, key) is None:
                    yield folder.at(
                        item, key, message=f'"{key}" is missing, and there is no parent to give it'
                    )
        yield from _check_questions(folder, item, item.value)
        above = ancestry(item.value.code, parents)[1:]
        yield from _check_asked_above(folder, item, item.value, by_code, above)


def _check_questions(folder: Folder, item: Item[CategoryPart], category: CategoryPart) -> Iterator[Mistake]:
    codes: set[str] = set()
    orders: set[int] = set()
    for number, question in enumerate(category.questions):
        at = ("questions", number)
        if question.code in codes:
            yield folder.at(item, *at, "code", message=f'the question "{question.code}" is asked twice')
        if (order := question.order or number + 1) in orders:
            message = f"order {order} is already taken; give every question its own, or none at all"
            yield folder.at(item, *at, "order", message=message)
        codes.add(question.code)
        orders.add(order)
        yield from _check_values(folder, item, number, question)


def _check_values(
    folder: Folder, item: Item[CategoryPart], number: int, question: QuestionPart
) -> Iterator[Mistake]:
    at = ("questions", number, "values")
    if question.datatype in LISTS and not question.values:
        yield folder.at(item, *at, message=f'a {question.datatype} needs "values" to choose from')
    if question.datatype not in LISTS and question.values:
        yield folder.at(item, *at, message=f'a {question.datatype} is not chosen from "values"')
    keys: set[str] = set()
    for index, value in enumerate(question.values):
        if value.key in keys:
            yield folder.at(item, *at, index, "key", message=f'the answer "{value.key}" is given twice')
        keys.add(value.key)


def _check_asked_above(
    folder: Folder, item: Item[CategoryPart], category: CategoryPart, by_code: Categories, above: list[str]
) -> Iterator[Mistake]:
    asked = {
        question.code: code
        for code in above
        if (parent := by_code.get(code)) and parent.value
        for question in parent.value.questions
    }
    for number, question in enumerate(category.questions):
        if question.code in asked:
            message = f'"{question.code}" is already asked by "{asked[question.code]}" above'
            yield folder.at(item, "questions", number, "code", message=message)
