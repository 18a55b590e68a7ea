"""Several reports by code at once: those that a browser remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.queries.views import COLUMNS, ReportView, public_views
from service.models import Report


def reports_by_code(
    session: Session, reference: Reference, codes: Sequence[str], *, now: datetime, public_url: str
) -> list[ReportView]:
    """Return the published reports with these codes, in the order of `codes`; unknown codes are left out."""
    if not codes:
        return []
    rows = session.execute(select(*COLUMNS).where(Report.code.in_(codes), Report.published)).all()
    views = public_views(session, reference, rows, now=now, public_url=public_url, reader=None)
    known = {view.code: view for view in views}
    return [known[code] for code in codes if code in known]
