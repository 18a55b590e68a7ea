"""Pages of clean-ups and emulation at size: a movement's standing for colleagues and for everybody, the page
of a campaign over a year of clean-ups.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import cycle
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from service.models import (
    Audience,
    Campaign,
    Cleanup,
    CleanupForm,
    Movement,
    MovementState,
    Report,
    Work,
    WorkKind,
    WorkStatus,
)
from service.web.viewer import SESSION_COOKIE
from tests.bench.installation import Installation
from tests.bench.load import request
from tests.bench.pages import PAGE_S, read_well, sign_in_everybody

CLEANUPS = 5_000
SLUG = "bench"


def measure_green(bench: Installation, movement: int, seconds: float = PAGE_S) -> dict[str, float]:
    """Return the 95th percentile of each page, one reader at a time; of the movement that was counted."""
    engine = make_engine(bench.url)
    with unit_of_work(engine) as session:
        announced = session.get_one(Movement, movement)
        announced.public, announced.state = True, MovementState.ANNOUNCED
        _campaign(session)
    cookie = f"{SESSION_COOKIE}={sign_in_everybody(engine)['administrator']}"
    engine.dispose()
    figures: dict[str, float] = {}
    with bench.api() as (port, _):
        for name, path, headers in (
            ("movement", f"/emulation/{movement}", {"Cookie": cookie}),
            ("standing", f"/standings/{movement}", {}),
            ("campaign", f"/campaigns/{SLUG}", {}),
            ("banner", f"/campaigns/{SLUG}/banner", {}),
        ):
            asked = request("GET", path, headers=headers)
            measured = read_well(port, lambda: asked, seconds)  # noqa: B023
            figures[f"page_{name}_p95_ms"] = measured.percentile(95)
    return figures


def _campaign(session: Session) -> None:
    """Make a campaign of the last year, and clean-ups with a result where reports were."""
    at = datetime.now(UTC)
    session.add(
        Campaign(
            slug=SLUG,
            title={"vi": "Ngày Chủ nhật Xanh", "en": "Green Sunday"},
            lead={"vi": "Dọn sạch, giữ sạch.", "en": "Clean it, keep it clean."},
            first=(at - timedelta(days=365)).date(),
            last=(at + timedelta(days=30)).date(),
            created_at=at,
        )
    )
    places = session.execute(
        select(Report.location, Report.ward_id, Report.lead_id)
        .where(Report.lead_id.is_not(None), Report.ward_id.is_not(None))
        .limit(500)
    ).all()
    works, sides = [], []
    for number, place in zip(range(CLEANUPS), cycle(places), strict=False):
        begins = at - timedelta(days=1 + number % 360)
        ends = begins + timedelta(hours=2)
        row = {"id": uuid4(), "code": f"R99-{number:05}", "kind": WorkKind.CLEANUP, "title": "Ra quân"}
        parts = dict.fromkeys(("lead_id", "keeper_id", "director_id"), place.lead_id)
        where = {"ward_id": place.ward_id, "geom": place.location, "public": True}
        times = {"starts_at": begins, "created_at": begins, "updated_at": ends, "done_at": ends}
        works.append({**row, **parts, **where, **times, "status": WorkStatus.CLOSED, "closed_at": ends})
        said = {"form": CleanupForm.CLEANUP, "open_to": Audience.PUBLIC, "meet_words": "Cổng chợ"}
        found = {"people": 20 + number % 40, "kg": 100 + number % 90, "bags": 10, "trees": number % 3}
        sides.append({"work_id": row["id"], "ends_at": ends, "announced_at": begins, **said, **found})
    session.execute(insert(Work), works)
    session.execute(insert(Cleanup), sides)
    session.flush()
