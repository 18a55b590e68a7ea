"""Bodies as JSON: a report with its answers, what citizens add, what staff send. Refused by name or taken."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from service.domain.casework.case.case import Transition
from service.domain.casework.citizens.comments import Remark
from service.domain.casework.citizens.followers import Follow
from service.domain.casework.citizens.participation import RatingForm, Reopening, Withdrawal
from service.domain.casework.extensions import ExtensionTerms
from service.domain.city.questions import check_attributes
from service.domain.city.reference import Reference
from service.domain.reports.drafts import Submission, check_submission
from service.domain.reports.reports import submit
from service.domain.routing.trial import RuleTrial
from service.errors import AppError, Invalid
from service.i18n import LANGUAGES, language_in_use
from service.web.failures import invalid_input, problem
from service.web.validation import field_errors
from tests.fuzz.inputs import JSON, LOOSE, MOMENTS, NUMBERS, TEXT, nearly

NOW = datetime(2026, 5, 4, 1, 30, tzinfo=UTC)

CATEGORIES = st.sampled_from(["litter", "illegal_ad", "hanging_cable", "pollution", "litter.burning"])
ANSWERS = st.dictionaries(
    st.sampled_from(["amount", "material", "surface", "phone", "height_m", "since", "owner", "fire_now"])
    | TEXT,
    st.sampled_from(["bag", "green", ["green", "green"], "2026-05-04T08:30:00+07:00", "1,5", 10**400]) | JSON,
    max_size=4,
)
REPORT = nearly(
    {
        "id": st.uuids().map(str),
        "category": CATEGORIES,
        "description": TEXT,
        "location": nearly({"lon": st.floats(107, 108.2), "lat": st.floats(16, 16.7), "accuracy_m": NUMBERS}),
        "address": TEXT,
        "occurred_at": MOMENTS,
        "attributes": ANSWERS,
        "contact": nearly(dict.fromkeys(("name", "phone", "email"), TEXT)),
        "anonymous": st.booleans(),
    }
)
PLACED = {"location": {"lon": 107.59, "lat": 16.46}}
WHOLE = st.fixed_dictionaries(
    {"category": CATEGORIES, "location": st.just(PLACED["location"]), "description": TEXT},
    optional={
        "attributes": ANSWERS,
        "address": TEXT,
        "contact": st.fixed_dictionaries({"name": TEXT}),
        "occurred_at": MOMENTS,
    },
)


@LOOSE
@given(category=CATEGORIES, given_=ANSWERS)
def test_answers_are_kept_or_named(reference: Reference, category: str, given_: dict[str, object]) -> None:
    kept, errors = check_attributes(reference, reference.category_by_code[category], given_)
    assert kept.keys() <= given_.keys()
    assert {error.loc[0] for error in errors} <= {"attributes"}
    again, wrong = check_attributes(reference, reference.category_by_code[category], kept)
    assert again == kept
    assert {str(error.loc[1]) for error in wrong} <= {str(error.loc[1]) for error in errors} | set(kept)
    json.dumps(kept, allow_nan=False)


@LOOSE
@given(sent=REPORT)
def test_reports_are_taken_or_told_what_is_wrong(reference: Reference, sent: dict[str, Any]) -> None:
    try:
        draft = check_submission(
            reference, Submission.model_validate_json(json.dumps(sent)), now=NOW, language="vi"
        )
    except ValidationError as error:
        tell(error)
    except Invalid as refused:
        told(refused)
    else:
        assert (draft.lon, draft.lat) == (sent["location"]["lon"], sent["location"]["lat"])


@settings(LOOSE, max_examples=60)
@given(sent=WHOLE)
@example(sent={**PLACED, "category": "illegal_ad", "attributes": {"phone": "\0"}})
def test_what_is_taken_can_be_stored_and_read(
    hue: Session, reference: Reference, sent: dict[str, object]
) -> None:
    try:
        draft = check_submission(
            reference, Submission.model_validate_json(json.dumps(sent)), now=NOW, language="vi"
        )
    except (ValidationError, Invalid):
        return
    with hue.begin_nested() as undone:
        receipt = submit(hue, draft)
        assert receipt.stored
        undone.rollback()


@LOOSE
@given(body=JSON | REPORT)
@pytest.mark.parametrize(
    "model",
    [Transition, ExtensionTerms, Remark, Follow, RatingForm, Reopening, Withdrawal, RuleTrial, Submission],
)
def test_bodies_are_read_or_told_what_is_wrong(model: type[BaseModel], body: object) -> None:
    try:
        model.model_validate_json(json.dumps(body))
    except ValidationError as error:
        tell(error)


@given(st.binary(max_size=60))
def test_bytes_are_read_or_told_what_is_wrong(content: bytes) -> None:
    with pytest.raises(ValidationError) as refused:
        Submission.model_validate_json(content)
    tell(refused.value)


def tell(error: ValidationError) -> None:
    """What went wrong can be said in both languages."""
    refusal = invalid_input(field_errors(error.errors(include_url=False), ("body",)))
    assert refusal.status in (400, 422)
    told(refusal)


def told(refusal: AppError) -> None:
    for language in LANGUAGES:
        token = language_in_use.set(language)
        try:
            shown = problem(refusal)
        finally:
            language_in_use.reset(token)
        assert shown["errors"] and all(field["msg"] for field in shown["errors"])
        json.dumps(shown)
