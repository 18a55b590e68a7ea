"""`python -m tests.bench.upward`: a half-year report of 40 wards, of which 37 answered, merged."""

from __future__ import annotations

import argparse
import io
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from docx import Document
from sqlalchemy.orm import Session

from service.db import make_engine, unit_of_work
from service.documents.upward import make_upward
from service.domain.city.calendar import Calendar
from service.domain.city.city import load_calendar
from service.domain.city.reference import Reference, load_reference
from service.domain.documents.register import NewDocument
from service.domain.periodic.due_requests import ask_for
from service.domain.periodic.kinds import ReportKindDraft, period_around, put_report_kind
from service.domain.periodic.unit_answers import UnitAnswer, finish_report, freeze_report, send_answer
from service.domain.reports.events import Actor
from service.models import ReportPeriod, Role
from service.models.documents.kinds import DocumentKind
from service.models.reports.event import ActorKind
from tests.bench.installation import Installation, make_installation

WARDS, SILENT = 40, (3, 17, 39)
CODES = ("received", "done", "on_time_rate", "open_late", "reopened", "median_hours")
WORDS = "Đã ra quân dọn dẹp, vận động người dân không bỏ rác ra lòng đường; " * 12


@dataclass(frozen=True, slots=True)
class _Office:
    """The office that merges, at this moment."""

    session: Session
    reference: Reference
    calendar: Calendar
    now: datetime

    def actor(self, code: str, role: Role) -> Actor:
        """Somebody of the unit with that code."""
        unit = self.reference.department_by_code[code].id
        below = self.reference.departments_below(unit)
        return Actor(ActorKind.STAFF, role=role, department_id=unit, departments=below)


def measure_upward(bench: Installation) -> dict[str, float]:
    """Seconds from the button to the document: figures counted and frozen, words gathered, DOCX written.

    Raises RuntimeError where a ward that is missing is not named, or one too many is.
    """
    engine, now = make_engine(bench.url), datetime.now(UTC)
    with unit_of_work(engine) as session:
        reference = load_reference(session)
        office = _Office(session, reference, load_calendar(session, reference), now)
        wards = sorted(each.code for each in reference.departments.values() if each.kind == "ward")[:WARDS]
        report = _answered(office, wards)
    with unit_of_work(engine) as session:
        office = _Office(session, reference, load_calendar(session, reference), now)
        begun = time.perf_counter()
        body = _merge(office, report)
        took = time.perf_counter() - begun
    engine.dispose()
    silent = [reference.department_by_code[wards[at]].name["vi"] for at in SILENT]
    lines = [each.text for each in Document(io.BytesIO(body)).paragraphs]
    if not any("(3):" in line and all(name in line for name in silent) for line in lines):
        raise RuntimeError(f"the document does not name {silent}")
    return {"upward_merge_s": took, "upward_missing": float(len(silent)), "upward_units": float(len(wards))}


def _answered(office: _Office, wards: list[str]) -> int:
    sections = [
        {"heading": "Kết quả xử lý", "holds": "figures", "indicators": list(CODES)},
        {"heading": "Kết quả của đơn vị", "holds": "results"},
        {"heading": "Khó khăn, vướng mắc", "holds": "hindrances"},
        {"heading": "Kiến nghị", "holds": "proposals"},
    ]
    issuer = office.reference.config.triage_department
    begun = period_around(ReportPeriod.HALF, office.calendar.local(office.now).date()).first
    facts = {
        "code": "bench-half",
        "title": "Kết quả xử lý phản ánh",
        "issuer": issuer,
        "period": "half",
        "sections": sections,
        "units": wards,
        "due_days": 3,
        "begins_on": "2020-01-01",
    }
    director = office.actor(issuer, Role.MANAGER)
    put_report_kind(office.session, office.reference, director, ReportKindDraft.model_validate(facts))
    day = begun - timedelta(days=1)
    asked = office.session, office.reference, office.calendar, director, "bench-half", day, office.now
    report = ask_for(*asked).id
    for at, code in enumerate(wards):
        if at not in SILENT:
            said = UnitAnswer(results=WORDS, hindrances=WORDS, proposals=WORDS, version=1)
            actor = office.actor(code, Role.DEPARTMENT)
            send_answer(office.session, office.reference, actor, report, code, said, office.now)
    return report


def _merge(office: _Office, report: int) -> bytes:
    director = office.actor(office.reference.config.triage_department, Role.MANAGER)
    said = office.session, office.reference, office.calendar, director, report, office.now
    merged = freeze_report(*said)
    made = make_upward(office.reference, merged, office.now.date())
    about = DocumentKind.REPORT, made.about, merged.kind.issuer_id, made.symbol
    new = NewDocument(*about, "original/document/bench.docx", "bench.docx")
    finish_report(office.session, director, merged, new, office.now)
    return made.body


def main() -> int:
    """Measure it alone, over so many demo reports."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.upward", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, help="reports in the database")
    rows = parser.parse_args().rows
    bench = make_installation()
    try:
        bench.start()
        bench.fresh_database()
        bench.command("demo", "--reports", str(rows), "--days", "365")
        figures = measure_upward(bench)
    finally:
        bench.stop()
    sys.stdout.write(
        f"{figures['upward_units']:.0f} wards over {rows:,} reports, "
        f"{figures['upward_missing']:.0f} named as missing: "
        f"{figures['upward_merge_s']:.2f} s (at most 5)\n"
    )
    return 0 if figures["upward_merge_s"] <= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
