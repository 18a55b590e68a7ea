"""Pages and tiles at size: what one reader of each waits for, signed in as who works there all day."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from geo.tiles import tile_at
from service.db import make_engine, unit_of_work
from service.domain.city.reference import load_reference
from service.domain.people import staff
from service.domain.people.passwords import hash_password
from service.domain.people.sessions import open_session
from service.domain.people.staff import NewAccount
from service.models import Category, Report
from service.web.viewer import SESSION_COOKIE
from tests.bench.installation import Installation
from tests.bench.load import Build, Measured, drive, request

PAGE_S = 5.0
LOW_ZOOMS, MIDDLE_ZOOMS = (8, 9, 10, 11), (12, 13, 14, 15)
ROLES = ("triage", "department", "executor", "inspector", "manager", "administrator")

PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "queue": ("department", ("/queue", "/queue?group=late", "/queue?scope=free")),
    "queue_city": ("administrator", ("/queue", "/queue?group=week", "/queue?category=litter")),
    "search": (
        "department",
        ("/find?q=rac+thai", "/find?q=Le+Loi", "/find?q=bench.department", "/find/suggestions?q=ngap"),
    ),
    "search_city": (
        "triage",
        ("/find?q=rac+thai", "/find?q=Le+Loi", "/find?state=done", "/find?q=o+ga+le+loi"),
    ),
    "lists": (
        "department",
        tuple(f"/queue/lists?list={name}" for name in ("done", "handed_on", "supports", "verify", "mine")),
    ),
    "lists_city": (
        "triage",
        tuple(f"/queue/lists?list={name}" for name in ("open", "done", "handed_on", "closed")),
    ),
    "desk": ("triage", ("/desk", "/desk?kind=refused", "/desk?category=litter")),
    "manage_month": ("administrator", ("/manage", "/manage?category=litter")),
    "manage_year": ("administrator", ("/manage?period=year", "/manage?period=year&category=litter")),
    "manage_list": (
        "administrator",
        (
            "/manage/list?period=year",
            "/manage/list?period=year&outcome=late",
            "/manage/list?outcome=corrected",
        ),
    ),
    "inspect": ("inspector", ("/inspect",)),
    "wall": ("administrator", ("/wall",)),
    "board": ("", ("/map", "/map?state=open&category=litter", "/map?state=late", "/map?q=rac")),
    "feed": ("", ("/feed",)),
    "figures": ("", ("/figures?days=30", "/figures?days=365", "/figures?days=0")),
    "track": ("", ()),
    "case": ("administrator", ()),
}
"""Who opens which addresses; those of a case are drawn."""

STAFF_PAGES = (
    "queue",
    "queue_city",
    "search",
    "search_city",
    "lists",
    "lists_city",
    "desk",
    "case",
    "manage_month",
    "manage_year",
    "manage_list",
    "wall",
)


def measure_pages(bench: Installation, seconds: float = PAGE_S) -> dict[str, float]:
    """The 95th percentile of every page, one reader at a time, and the worst of those that staff work in."""
    engine = make_engine(bench.url)
    cookies = sign_in_everybody(engine)
    figures: dict[str, float] = {}
    with bench.api() as (port, _):
        for name, (role, addresses) in PAGES.items():
            asked = cycle(addresses) if addresses else _cases(engine, name)
            headers = {"Cookie": f"{SESSION_COOKIE}={cookies[role]}"} if role else {}
            measured = read_well(port, lambda: request("GET", next(asked), headers=headers), seconds)  # noqa: B023
            figures |= _told(f"page_{name}", measured)
    engine.dispose()
    return figures | {"page_staff_p95_ms": max(figures[f"page_{name}_p95_ms"] for name in STAFF_PAGES)}


def measure_tiles(bench: Installation, seconds: float = PAGE_S) -> dict[str, float]:
    """Tiles where reports are, each asked for once, so that none comes from what is kept."""
    engine = make_engine(bench.url)
    figures: dict[str, float] = {}
    with bench.api() as (port, _):
        for name, zooms in (("low", LOW_ZOOMS), ("middle", MIDDLE_ZOOMS)):
            tiles = _tiles(engine, zooms)
            figures |= _told(f"tile_{name}", read_well(port, tiles.__next__, seconds))
    engine.dispose()
    return figures


def sign_in_everybody(engine: Engine) -> dict[str, str]:
    """An account of each role, for the whole city where the role allows it, and its browser's cookie."""
    at = datetime.now(UTC)
    with unit_of_work(engine) as session:
        return {role: _sign_in(session, role, at) for role in ROLES}


def _sign_in(session: Session, role: str, at: datetime) -> str:
    reference, username = load_reference(session), f"bench.{role}"
    account = staff.find_account(session, username)
    if account is None:
        kind = {"department": "ward", "executor": "company"}.get(role)
        held = session.scalars(
            select(Report.lead_id if kind == "ward" else Report.executor_id)
            .where(Report.status == "in_progress")
            .limit(100)
        )
        department = next((reference.departments[each].code for each in held if each and kind), None)
        new = NewAccount(username, username, role, department=department)
        account = staff.add_account(session, reference, new, hash_password("a long enough password"), at=at)
    return open_session(session, account, "cookie", at=at).token


def _cases(engine: Engine, page: str) -> Iterator[str]:
    with unit_of_work(engine) as session:
        codes = session.scalars(select(Report.code).where(Report.status == "in_progress").limit(2000)).all()
    path = "/case" if page == "case" else "/r"
    for code in cycle(random.sample(codes, len(codes))):
        yield f"{path}/{code}"


def _tiles(engine: Engine, zooms: tuple[int, ...]) -> Iterator[bytes]:
    """Where reports are, of all kinds but a few, and never the same few: each has to be made."""
    with unit_of_work(engine) as session:
        places = session.execute(select(Report.lon, Report.lat).order_by(Report.id).limit(2000)).all()
        codes = list(session.scalars(select(Category.code).where(Category.parent_id.is_not(None))))
    for zoom, (lon, lat) in zip(cycle(zooms), cycle(places), strict=False):
        kinds = ",".join(random.sample(codes, len(codes) - 4))
        z, x, y = tile_at(lon, lat, zoom)
        yield request("GET", f"/api/v1/tiles/reports/{z}/{x}/{y}.mvt?category={kinds}")


def read_well(port: int, build: Build, seconds: float) -> Measured:
    """One reader's requests; all must be answered well."""
    drive("127.0.0.1", port, build, connections=1, seconds=1)
    measured = drive("127.0.0.1", port, build, connections=1, seconds=seconds)
    if set(measured.statuses) != {200}:
        raise RuntimeError(f"reading answered {measured.statuses}")
    return measured


def _told(name: str, measured: Measured) -> dict[str, float]:
    return {f"{name}_p50_ms": measured.percentile(50), f"{name}_p95_ms": measured.percentile(95)}
