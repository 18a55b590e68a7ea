"""Points out of a scoring sheet: claims by who leads a unit, the council's by its members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from service.domain.city.config_parts import UnitBrief
from service.domain.city.reference import Reference, brief_of_unit
from service.domain.emulation.access import find_movement, may_review, pool_units, sees_unit
from service.domain.emulation.forms import ClaimDraft, ClaimsChange, CouncilPointsChange
from service.domain.emulation.movements.views import may_open, score_view
from service.domain.emulation.points.criteria import criteria_of
from service.domain.emulation.points.entered_points import (
    CLAIMED_IN,
    GIVEN_IN,
    put_claims,
    put_council_points,
)
from service.domain.emulation.points.standings import scores_of
from service.domain.emulation.shapes import ScoreView
from service.domain.emulation.sheets.sheet import SheetRow
from service.domain.reports.events import Actor
from service.errors import Conflict
from service.i18n import N_


def sheet_rows_of(
    session: Session, reference: Reference, actor: Actor, number: int
) -> list[tuple[UnitBrief, ScoreView]]:
    """Return a line for each unit and criterion that the asker reads."""
    movement = find_movement(session, actor, number)
    criteria, scores = criteria_of(session, number), scores_of(session, movement)
    return [
        (
            brief_of_unit(reference, unit),
            score_view(criterion, scores.get((unit, criterion.id)), opens=may_open(actor, unit)),
        )
        for unit in pool_units(movement)
        if sees_unit(actor, movement, unit)
        for criterion in criteria
    ]


def take_scores(
    session: Session,
    reference: Reference,
    actor: Actor,
    number: int,
    rows: Sequence[SheetRow],
    now: datetime,
) -> int:
    """Keep what rows say otherwise than it is known; how many. One that is refused refuses all of them.

    Raises as `put_claims` and `put_council_points`, Conflict where nothing is to be said now.
    """
    movement = find_movement(session, actor, number, lock=True)
    if movement.state not in CLAIMED_IN | GIVEN_IN:
        raise Conflict(N_("Không còn trong thời gian chấm điểm."), extra={"state": movement.state})
    criteria = {each.position: each for each in criteria_of(session, number)}
    scores, ids = scores_of(session, movement), reference.department_by_code
    reviews = may_review(actor, movement) and movement.state in GIVEN_IN
    count = 0
    for row in rows:
        criterion, unit = criteria.get(row.criterion), ids.get(row.unit)
        known = scores.get((unit.id, criterion.id)) if unit and criterion else None
        if reviews:
            if row.given == (known.given if known else None):
                continue
            version = known.version if known else 0
            why = row.note
            body = {"unit": row.unit, "criterion": row.criterion, "points": row.given, "why": why}
            change = CouncilPointsChange.model_validate({**body, "version": version})
            put_council_points(session, reference, actor, number, change, now)
        else:
            if row.claimed is None or row.claimed == (known.claimed if known else None):
                continue
            claim = ClaimDraft(criterion=row.criterion, points=row.claimed, proof=row.note)
            claims = ClaimsChange(unit=row.unit, claims=[claim])
            put_claims(session, reference, actor, number, claims, now)
        count += 1
    return count
