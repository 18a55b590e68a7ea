"""`hientruong due`: what would be due when, and how it was counted, step by step."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.installation import AsJson, Data, use_installation
from service.problems import SetupError

if TYPE_CHECKING:
    from service.domain.city.calendar import Calendar
    from service.domain.configuration.forecast import Basis, Forecast, Question
    from service.domain.deadlines.deadlines import CountStep, Term

MOST_NAMED = 8
YEARS = range(1900, 3000)
EXAMPLE = Path(__file__).parent.parent / "cities" / "hue"


def due(
    category: Annotated[str, typer.Argument(help="The category's code, e.g. hanging_cable.")],
    received: Annotated[
        str,
        typer.Option(
            metavar="TIME", help="When it comes in: 2026-02-13T16:00, on the city's clock, or `now`."
        ),
    ],
    ward: Annotated[
        str | None, typer.Option(metavar="CODE", help="The ward's code; without it, every ward.")
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="QUESTION=ANSWER", help="An answer to a question of the category; repeatable."),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Compute a report's deadline step by step, by the running installation, else by the example city."""
    basis, source = _basis(data)
    question = _question(basis, category, received, ward, answer or ())
    from service.domain.configuration.forecast import forecast_deadlines

    cases = forecast_deadlines(basis, question)
    if as_json:
        first, *others = [_facts(case) for case in cases]
        facts = {
            "source": source,
            "category": category,
            "ward": ward,
            "received_at": question.received_at.isoformat(),
            **first,
            "elsewhere": others,
        }
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    typer.echo(f"By {source}: {category}")
    for case in cases:
        typer.echo("\n" + "\n".join(_lines(case, every=len(cases) == 1 and not ward)))


def _basis(data: Path | None) -> tuple[Basis, str]:
    """Return what to go by, and what that is called."""
    try:
        use_installation(data)
    except SetupError:
        if data is not None:
            raise
        return _example()
    from service.db import make_engine, unit_of_work
    from service.domain.configuration.forecast import installation_basis
    from service.domain.rules.rulebook import load_rulebook
    from service.errors import AppError
    from service.i18n import translate
    from service.settings import get_settings

    engine = make_engine(get_settings().sqlalchemy_url, pool=1)
    try:
        with unit_of_work(engine) as session:
            return installation_basis(load_rulebook(session)), "the running installation"
    except AppError as problem:
        raise SetupError(translate(problem.detail, "en", **problem.params)) from problem
    finally:
        engine.dispose()


def _example() -> tuple[Basis, str]:
    from service.domain.configuration.cityfile.folder import read_folder
    from service.domain.configuration.forecast import basis_of_folder

    return basis_of_folder(read_folder(EXAMPLE)), "the example city (no installation runs)"


def _question(
    basis: Basis, category: str, received: str, ward: str | None, answers: Iterable[str]
) -> Question:
    from service.domain.configuration.forecast import Question

    if category not in basis.ground.categories:
        raise SetupError(_unknown("category", category, basis.ground.categories))
    if ward is not None and ward not in basis.ground.wards:
        raise SetupError(_unknown("ward", ward, basis.ground.wards))
    return Question(category, _moment(received, basis.calendar), ward, dict(_answer(one) for one in answers))


def _unknown(what: str, code: str, known: Iterable[str]) -> str:
    close = get_close_matches(code, list(known), n=3, cutoff=0.5)
    hint = f"; did you mean {', '.join(close)}?" if close else f"; known are {', '.join(sorted(known))}"
    return f"There is no {what} {code}{hint}"


def _moment(text: str, calendar: Calendar) -> datetime:
    if text == "now":
        return calendar.local(datetime.now(UTC))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise SetupError(f"{text} is no time; write it like 2026-02-13T16:00") from None
    if at.year not in YEARS:
        raise SetupError(f"{text} is too far away; years from {YEARS[0]} to {YEARS[-1]} are counted")
    return calendar.local(at if at.tzinfo else at.replace(tzinfo=calendar.timezone))


def _answer(text: str) -> tuple[str, object]:
    """Return question and answer of `height_m=4.2`; what reads as a number is one. Raises SetupError."""
    question, separator, value = text.partition("=")
    if not (question and separator and value):
        raise SetupError(f"{text} is no answer; write it like owner=vnpt")
    try:
        return question, float(value)
    except ValueError:
        return question, value


def _facts(case: Forecast) -> dict[str, object]:
    """Return one case as plain values; steps with their sentence in both languages."""
    decision = case.decision
    return {
        "wards": list(case.wards),
        "rule": decision.rule.number if decision.rule else None,
        "rules": list(case.rules),
        "policy": case.policy.code if case.policy else None,
        "lead": decision.lead,
        "supports": list(decision.supports),
        "executor": decision.executor,
        "accept_due_at": case.accept.at.isoformat() if case.accept else None,
        "amber_at": case.resolve.amber_at.isoformat() if case.resolve else None,
        "due_at": case.resolve.at.isoformat() if case.resolve else None,
        "accept_steps": _steps(case.accept.steps) if case.accept else [],
        "steps": _steps(case.resolve.steps) if case.resolve else [],
    }


def _steps(steps: Sequence[CountStep]) -> list[dict[str, object]]:
    from service.domain.rules.deadline_words import step_words

    return [step.as_json() | {"vi": step_words(step, "vi"), "en": step_words(step, "en")} for step in steps]


def _lines(case: Forecast, *, every: bool) -> list[str]:
    from service.domain.rules.deadline_words import moment_words

    where = "every ward" if every else _some("ward", case.wards)
    if case.policy is None or case.accept is None or case.resolve is None:
        return [f"In {where}: no rule, so a coordinator decides, and nothing is due before that."]
    return [
        f"In {where}: policy {case.policy.code}, by {_some('rule', case.rules)}.",
        *_counted("To be accepted", case.policy.accept, case.accept.steps),
        *_counted("To be resolved", case.policy.resolve, case.resolve.steps),
        f"  Amber from {moment_words(case.resolve.amber_at, 'en')}",
    ]


def _some(what: str, codes: Sequence[object]) -> str:
    """Return `ward 19753`, `wards 19753, 19777` or `38 wards`."""
    if len(codes) > MOST_NAMED:
        return f"{len(codes)} {what}s"
    return f"{what}{'s' if len(codes) > 1 else ''} {', '.join(map(str, codes))}"


def _counted(what: str, term: Term, steps: Sequence[CountStep]) -> list[str]:
    from service.domain.rules.deadline_words import step_words, term_words

    head = f"{what} within {term_words(term.unit, term.amount, 'en')}:"
    return [head, *(f"  {step_words(step, 'en')}" for step in steps)]
