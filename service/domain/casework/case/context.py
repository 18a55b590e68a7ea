"""Circumstances in which somebody acts on a case, carried as one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service.domain.city.reference import Reference
from service.domain.reports.access import Asker
from service.domain.rules.rulebook import RulebookCache


@dataclass(frozen=True, slots=True)
class CaseContext:
    """City and rulebook by which an act on a case is judged, who asks for it, and when."""

    reference: Reference
    books: RulebookCache
    asker: Asker
    now: datetime
