"""The nightly count of emulation at size: 40 units by 12 criteria over all reports, counted twice."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, func, select

from service.db import make_engine, unit_of_work
from service.domain.city.reference import load_reference
from service.domain.emulation.fairness import fair_indicators
from service.domain.emulation.points.counted_points import count_open
from service.domain.figures.upkeep import rebuild
from service.models import Criterion, CriterionScore, Movement, MovementState, Report
from tests.bench.green import measure_green
from tests.bench.installation import Installation

UNITS, CRITERIA = 40, 12
RUNS = 3


def measure_emulation(bench: Installation, rows: int) -> dict[str, float]:
    """Return the seconds of a count, the median of some, whether each found the same, and what its pages
    take.
    """
    engine = make_engine(bench.url)
    with unit_of_work(engine) as session:
        there = session.scalar(select(func.count()).select_from(Report)) or 0
    if there < rows:
        bench.command("demo", "--reports", str(rows - there), "--days", "365")
    took, found = [], []
    begun = time.perf_counter()
    with unit_of_work(engine) as session:
        rebuild(session, ZoneInfo(load_reference(session).timezone))
    packed = time.perf_counter() - begun
    number = _movement(engine)
    for _ in range(RUNS):
        begun = time.perf_counter()
        with unit_of_work(engine) as session:
            counted = count_open(session, load_reference(session), number, datetime.now(UTC))
        took.append(time.perf_counter() - begun)
        found.append(_scores(engine, number))
    engine.dispose()
    if counted != UNITS * CRITERIA:
        raise RuntimeError(f"{counted} points were counted")
    return measure_green(bench, number) | {
        "emulation_count_s": sorted(took)[RUNS // 2],
        "emulation_packed_s": packed,
        "emulation_recount_differs": float(sum(each != found[0] for each in found)),
    }


def _movement(engine: Engine) -> int:
    """Open a movement of the last year; its number."""
    now = datetime.now(UTC)
    today = now.date()
    with unit_of_work(engine) as session:
        reference = load_reference(session)
        wards = [each.id for each in reference.departments.values() if each.active and each.kind == "ward"]
        others = [each.id for each in reference.departments.values() if each.active and each.kind != "ward"]
        units = (wards + others)[:UNITS]
        row = Movement(
            title="Đo đếm",
            issuer_id=reference.department_by_code[reference.config.triage_department].id,
            first=today - timedelta(days=365),
            last=today,
            pools=[{"name": "Khối", "units": units}],
            state=MovementState.OPEN,
            created_at=now,
        )
        session.add(row)
        session.flush()
        for position, code in enumerate(list(fair_indicators())[:CRITERIA], 1):
            session.add(
                Criterion(
                    movement_id=row.id,
                    position=position,
                    words=code,
                    points=8,
                    source="indicator",
                    indicator=code,
                    formula={"kind": "per", "each": 1, "points": 1, "most": 8},
                )
            )
        session.flush()
        return row.id


def _scores(engine: Engine, number: int) -> list[tuple[object, ...]]:
    with unit_of_work(engine) as session:
        columns = CriterionScore.criterion_id, CriterionScore.unit_id, CriterionScore.figure
        rows = session.execute(
            select(*columns, CriterionScore.by_formula)
            .where(CriterionScore.movement_id == number)
            .order_by(CriterionScore.criterion_id, CriterionScore.unit_id)
        )
        return [tuple(row) for row in rows]
