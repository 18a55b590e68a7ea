"""Works at size: a plan of 500 rows, 20,000 works beside the reports, and taking such a plan in."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from uuid import uuid4

import httpx
from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from service.domain.city.city import load_calendar
from service.domain.city.reference import load_reference
from service.domain.plans.forms import PlanDraft, PlanStep
from service.domain.plans.plan_drafts import keep_draft
from service.domain.plans.plan_steps import take_plan_step
from service.domain.reports.events import Actor
from service.domain.works.actions import ActionContext
from service.models import PlanState, Role, Work
from service.models.reports.event import ActorKind
from service.web.viewer import SESSION_COOKIE
from tests.bench.installation import Installation
from tests.bench.load import request
from tests.bench.pages import PAGE_S, read_well, sign_in_everybody

ROWS, WORKS = 500, 20_000
IMPORTS = 5


def measure_works(bench: Installation, seconds: float = PAGE_S) -> dict[str, float]:
    """A queue and a plan of 500 rows among 20,000 works, p95; the median of understanding 500 rows."""
    engine = make_engine(bench.url)
    code = _fill(engine)
    cookies = {role: f"{SESSION_COOKIE}={token}" for role, token in sign_in_everybody(engine).items()}
    engine.dispose()
    figures: dict[str, float] = {}
    with bench.api() as (port, _):
        for name, role, path in (
            ("queue_works", "department", "/queue"),
            ("queue_works_only", "department", "/queue?about=works"),
            ("plan", "administrator", f"/plans/{code}"),
        ):
            asked = request("GET", path, headers={"Cookie": cookies[role]})
            measured = read_well(port, lambda: asked, seconds)  # noqa: B023
            figures[f"page_{name}_p95_ms"] = measured.percentile(95)
        figures["plan_import_ms"] = _import(port, cookies["administrator"])
    return figures


def _fill(engine: Engine) -> str:
    """Put a plan in force as people do; its works are copied for the other plans. The plan's code."""
    at = datetime.now(UTC)
    with unit_of_work(engine) as session:
        reference = load_reference(session)
        units = [each for each in reference.departments.values() if each.active and each.kind == "ward"]
        issuer = reference.department_by_code[reference.config.triage_department]
        whole = frozenset(reference.departments)
        actor = Actor(ActorKind.STAFF, role=Role.MANAGER, department_id=issuer.id, departments=whole)
        ctx = ActionContext(session, reference, load_calendar(session, reference), actor, at)
        rows = [
            {
                "label": str(number + 1),
                "task": f"Việc {number + 1} của kế hoạch",
                "lead_words": unit.name["vi"],
                "time_words": "trong năm",
                "understood": {"lead": unit.code, "last": (at + timedelta(days=5 + number % 80)).date()},
            }
            for number, unit in enumerate(islice(cycle(units), ROWS))
        ]
        draft = {"title": "Kế hoạch dài", "issuer": issuer.code, "rows": rows}
        plan, _ = keep_draft(ctx, PlanDraft.model_validate(draft))
        step = PlanStep(to=PlanState.IN_FORCE, version=plan.version, acknowledge=True)
        code = take_plan_step(ctx, plan.code, step).code
        _copy(session, at)
        return code


def _copy(session: Session, at: datetime) -> None:
    """Copy the plan's works until there are 20,000: nine of ten are over, as after some years."""
    names = [column.name for column in Work.__table__.columns]
    known = {name: getattr(Work, name) for name in names}
    there = session.execute(select(*known.values())).mappings().all()
    copies = []
    for number, row in enumerate(islice(cycle(there), WORKS - len(there))):
        over = number % 10
        ended = {"status": "closed", "done_at": at, "closed_at": at, "warn_at": None} if over else {}
        own = {"id": uuid4(), "code": f"V19-{number:05}", "plan_row_id": None, "unit_id": None}
        copies.append({**row, **own, **ended})
    session.execute(insert(Work), copies)


def _import(port: int, cookie: str) -> float:
    """The median time in ms of 500 rows that are pasted, with words to be understood in each."""
    heading = "STT\tNội dung công việc\tĐơn vị chủ trì\tThời gian\tGhi chú\n"
    leads = ("UBND phường Thuận Hóa", "Văn phòng phối hợp các phòng", "Sở KH&CN/ IOC", "Các phòng, đơn vị")
    times = ("Quý II/2026", "trước 15/9/2026", "Từ 01/2026 – 12/2026", "chiều thứ Sáu hàng tuần")
    rows = "".join(
        f"{n}\tTuyên truyền, vận động người dân lần {n}\t{leads[n % 4]}\t{times[n % 4]}\tghi\n"
        for n in range(1, ROWS + 1)
    )
    took = []
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}/api/v1", headers={"Cookie": cookie}, timeout=60
    ) as api:
        token = api.get("/me").json()["csrf_token"]
        for _ in range(IMPORTS):
            begun = time.perf_counter()
            answer = api.post(
                "/plans/import",
                content=json.dumps({"text": heading + rows}),
                headers={"X-CSRF-Token": token, "Content-Type": "application/json"},
            )
            took.append((time.perf_counter() - begun) * 1000)
            if answer.status_code != 200 or len(answer.json()["rows"]) != ROWS:
                raise RuntimeError(f"importing answered {answer.status_code}: {answer.text[:200]}")
    return sorted(took)[IMPORTS // 2]
