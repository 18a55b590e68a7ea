"""Movements told: a list, the standing by pools, one unit's criteria, what the council looks at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, brief_of_unit, department_brief
from service.domain.emulation.access import (
    ANNOUNCED,
    NONE_SUCH,
    find_movement,
    is_own_unit,
    may_claim,
    may_direct,
    may_keep,
    may_review,
    own_units,
    pool_units,
    sees_movement,
    sees_standing,
    sees_unit,
)
from service.domain.emulation.awards.dossier_views import reads_awards
from service.domain.emulation.movements.changes import changed_since, list_changes
from service.domain.emulation.movements.comments import tell_comments
from service.domain.emulation.movements.corrections import tell_corrections
from service.domain.emulation.movements.life import NEXT, may_step
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.entered_points import (
    CLAIMABLE,
    CLAIMED_IN,
    GIVEN_IN,
    final_points,
    is_left_out,
    undisputed_points,
)
from service.domain.emulation.points.standings import (
    Scores,
    UnitStanding,
    lines_of,
    places_before,
    scores_of,
    standing_of_units,
)
from service.domain.emulation.points.unit_sums import ON_TOP, total_of
from service.domain.emulation.proofs.proof_views import proofs_of
from service.domain.emulation.shapes import (
    CriterionView,
    MovementBrief,
    MovementView,
    PoolView,
    ProofView,
    ScoreView,
    StandingRow,
    SupportingFigure,
    UnitScoreView,
)
from service.domain.indicators.registry import INDICATORS, UNIT_WORDS
from service.domain.people.colleagues import names_of
from service.domain.reports.events import Actor
from service.domain.works.access import READERS
from service.errors import NotFound
from service.i18n import N_, translate
from service.i18n.rounding import round_half_up
from service.models import (
    Criterion,
    CriterionScore,
    CriterionSource,
    CriterionSubject,
    Movement,
    MovementState,
    Role,
)
from service.models.emulation.movement import CriterionFigure, NotRanked

SHOWN = 100


def list_movements(session: Session, reference: Reference, actor: Actor) -> list[MovementBrief]:
    """Return the newest movements that this person may know of."""
    rows = session.scalars(select(Movement).order_by(Movement.first.desc(), Movement.id.desc()).limit(SHOWN))
    return [movement_brief(reference, row) for row in rows if sees_movement(actor, row)]


def view_movement(session: Session, reference: Reference, actor: Actor, number: int) -> MovementView:
    """Return a movement with its standing as far as the asker reads it."""
    movement = find_movement(session, actor, number)
    criteria = criteria_of(session, number)
    scores = scores_of(session, movement)
    whole = sees_standing(actor, movement)
    mine = own_units(actor, movement)
    units = [
        row for row in standing_of_units(session, movement, criteria, scores) if whole or row.unit in mine
    ]
    before = places_before(session, movement)
    names = names_of(session, movement.council)
    facts = ("decision", "decided_on", "plan_id", "forms", "claims_due", "comment_days", "freeze_at")
    times = ("counted_at", "frozen_at", "commented_at")
    return MovementView(
        **_brief(reference, movement),
        **{name: getattr(movement, name) for name in (*facts, *times)},
        council=[names[each] for each in movement.council if each in names],
        criteria=[criterion_view(each) for each in criteria],
        person_criteria=[
            criterion_view(each) for each in criteria_of(session, number, CriterionSubject.PERSON)
        ],
        pools=[
            PoolView(
                name=pool["name"],
                rows=[standing_row(reference, row, before) for row in units if row.pool == pool["name"]],
            )
            for pool in movement.pools
        ],
        missing=_missing(reference, movement, scores) if may_keep(actor, movement) else [],
        changed=changed_since(session, reference, movement),
        changes=list_changes(session, reference, actor, movement),
        next=NEXT[movement.state] if may_step(actor, movement) else None,
        may_keep=may_keep(actor, movement),
        may_review=may_review(actor, movement),
        reads_awards=movement.state in ANNOUNCED and reads_awards(actor, movement),
        takes_sheet=_takes_sheet(actor, movement, mine),
        corrections=tell_corrections(session, reference, movement, None if whole else mine),
        may_correct=movement.state in ANNOUNCED and may_direct(actor, movement.issuer_id),
        mine=[brief_of_unit(reference, unit) for unit in mine],
    )


def view_unit(session: Session, reference: Reference, actor: Actor, number: int, code: str) -> UnitScoreView:
    """Return one unit's points by criterion. Raises NotFound also for who may not read them."""
    movement = find_movement(session, actor, number)
    view = reference.department_by_code.get(code)
    if view is None or view.id not in pool_units(movement) or not sees_unit(actor, movement, view.id):
        raise NotFound(N_("Không có đơn vị “{code}”."), code=code)
    criteria = criteria_of(session, number)
    scores = scores_of(session, movement)
    standing = standing_of_units(session, movement, criteria, scores)
    own = next(row for row in standing if row.unit == view.id)
    opens, proofs = may_open(actor, view.id), proofs_of(session, movement)
    return UnitScoreView(
        movement=movement_brief(reference, movement),
        unit=brief_of_unit(reference, view.id),
        standing=standing_row(reference, own, places_before(session, movement)),
        scores=[
            score_view(each, scores.get(key), opens=opens, proofs=proofs.get(key, ()))
            for each in criteria
            for key in [(view.id, each.id)]
        ],
        left_out=total_of(lines_of(criteria, scores, view.id)).left_out,
        comments=tell_comments(session, reference, actor, movement, criteria, [view.id]),
        may_claim=may_claim(actor, movement, view.id),
        may_give=may_review(actor, movement) and not is_own_unit(reference, actor, view.id),
    )


def view_differences(
    session: Session, reference: Reference, actor: Actor, number: int, *, everything: bool = False
) -> list[tuple[UnitBrief, ScoreView]]:
    """Return what the council looks at, by unit: criteria where claim and formula differ or nobody said
    anything; all of them where `everything` is asked for. Raises NotFound for who is not of the council.
    """
    movement = find_movement(session, actor, number)
    if not (may_review(actor, movement) or may_keep(actor, movement)):
        raise NotFound(NONE_SUCH)
    criteria, scores = criteria_of(session, number), scores_of(session, movement)
    proofs, found = proofs_of(session, movement), []
    for unit in pool_units(movement):
        if is_own_unit(reference, actor, unit) and not may_keep(actor, movement):
            continue
        for criterion in criteria:
            row, sent = scores.get((unit, criterion.id)), proofs.get((unit, criterion.id), ())
            if everything or _is_open(criterion, row):
                view = score_view(criterion, row, opens=may_open(actor, unit), proofs=sent)
                found.append((brief_of_unit(reference, unit), view))
    return found


def may_open(actor: Actor, unit: int) -> bool:
    """Return whether a person may see the cases behind a unit's figures; companies have their own lists."""
    bound = actor.role in (Role.DEPARTMENT, Role.MANAGER) and not actor.of_city
    return actor.role in READERS and (not bound or unit in actor.departments)


def criterion_view(row: Criterion) -> CriterionView:
    """Return a criterion as it is told."""
    plain = ("position", "section", "words", "points", "indicator", "formula", "fewest", "needs_proof")
    indicator = INDICATORS.get(row.indicator or "")
    return CriterionView(
        **{name: getattr(row, name) for name in plain},
        source=str(row.source),
        applies_to=str(row.applies_to),
        indicator_name=translate(indicator.name) if indicator else "",
    )


def score_view(
    criterion: Criterion, row: CriterionScore | None, *, opens: bool, proofs: Sequence[ProofView] = ()
) -> ScoreView:
    """Return one criterion of one unit as it is told."""
    figure = row.figure if row else None
    indicator = INDICATORS.get(criterion.indicator or "")
    value, of = (figure["value"], figure["of"]) if figure else (None, None)
    rate = indicator is not None and indicator.unit == "percent" and value is not None and of
    got, out = final_points(row, criterion), is_left_out(row, criterion)
    plain = ("position", "section", "words", "points", "needs_proof", "fewest")
    return ScoreView(
        **{name: getattr(criterion, name) for name in plain},
        source=str(criterion.source),
        indicator=translate(indicator.name) if indicator else "",
        unit_words=translate(UNIT_WORDS[indicator.unit]) if indicator else "",
        value=value,
        of=of,
        cases=figure["cases"] if figure and opens else "",
        missed=figure["missed"] if figure and opens else "",
        missed_number=of - round(value * of / 100) if rate and value is not None and of else None,
        beside=_beside(figure, opens=opens),
        left_out=out,
        by_formula=row.by_formula if row else None,
        claimed=row.claimed if row else None,
        claimable=criterion.source in CLAIMABLE,
        proof=row.proof if row else "",
        proofs=list(proofs),
        given=row.given if row else None,
        why=row.why if row else "",
        got=0 if out else got,
        lost=0 if out else _lost(criterion, got),
        version=row.version if row else 0,
    )


def _lost(criterion: Criterion, got: float) -> float:
    if criterion.source == CriterionSource.DEDUCTION:
        return got
    return 0 if criterion.source in ON_TOP else float(round_half_up(criterion.points - got, 1))


def _beside(figure: CriterionFigure | None, *, opens: bool) -> SupportingFigure | None:
    beside = figure.get("beside") if figure else None
    if not beside or beside["code"] not in INDICATORS:
        return None
    indicator = INDICATORS[beside["code"]]
    return SupportingFigure(
        name=translate(indicator.name),
        value=beside["value"],
        of=beside["of"],
        unit_words=translate(UNIT_WORDS[indicator.unit]),
        cases=beside["cases"] if opens else "",
    )


def standing_row(reference: Reference, row: UnitStanding, before: Mapping[int, int]) -> StandingRow:
    """Return one unit's place as it is told."""
    view = reference.departments.get(row.unit)
    heir = reference.departments.get(view.successor_id or 0) if view else None
    return StandingRow(
        unit=brief_of_unit(reference, row.unit),
        points=row.points,
        place=row.place,
        before=before.get(row.unit),
        not_ranked_why=not_ranked_words(row.not_ranked),
        ended_on=view.dissolved_on if view else None,
        successor=department_brief(heir) if heir else None,
        parts=[dict(part) for part in row.parts],
    )


def not_ranked_words(why: NotRanked | None) -> str:
    """Return why a unit has no place; empty for one that has."""
    if why is None:
        return ""
    if why["cases"] is None:
        return translate(N_("chưa xếp hạng: không có số liệu"))
    message = N_("chưa xếp hạng: {cases} hồ sơ, cần {needs}")
    return translate(message, cases=why["cases"], needs=why["needs"])


def movement_brief(reference: Reference, row: Movement) -> MovementBrief:
    """Return a movement as a list tells it."""
    return MovementBrief(**_brief(reference, row))


def _takes_sheet(actor: Actor, movement: Movement, mine: Sequence[int]) -> bool:
    if may_review(actor, movement) and movement.state in GIVEN_IN:
        return True
    return movement.state in CLAIMED_IN and any(may_claim(actor, movement, unit) for unit in mine)


def _is_open(criterion: Criterion, row: CriterionScore | None) -> bool:
    if row is not None and row.given is not None:
        return False
    if criterion.indicator is not None:
        return (
            row is not None and row.claimed is not None and row.claimed != undisputed_points(row, criterion)
        )
    return criterion.source == CriterionSource.COUNCIL or (row is not None and row.claimed is not None)


def _missing(reference: Reference, movement: Movement, scores: Scores) -> list[UnitBrief]:
    if movement.state == MovementState.DRAFT or movement.state in ANNOUNCED:
        return []
    claimed = {unit for (unit, _), row in scores.items() if row.claimed is not None}
    return [brief_of_unit(reference, unit) for unit in pool_units(movement) if unit not in claimed]


def _brief(reference: Reference, row: Movement) -> dict[str, object]:
    plain = ("id", "title", "first", "last", "public", "announced_at", "version")
    return {
        **{name: getattr(row, name) for name in plain},
        "state": str(row.state),
        "issuer": department_brief(reference.departments.get(row.issuer_id)),
        "units": len(pool_units(row)),
    }
