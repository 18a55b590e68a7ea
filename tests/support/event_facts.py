"""Every event of a report that a test writes carries what its type is said to carry, and nothing else.

A pytest plugin, named in conftest.py.
"""

from __future__ import annotations

import pytest
from sqlalchemy import event

from service.domain.reports.event_keys import EVENT_KEYS
from service.models import Event


def pytest_configure(config: pytest.Config) -> None:
    """Look at each event before it is written."""
    event.listen(Event, "before_insert", _look)


def _look(mapper: object, connection: object, row: Event) -> None:
    if row.report_id is None or row.type not in EVENT_KEYS:  # a work's; or a type that a test made up
        return
    unknown = set(row.data or {}) - EVENT_KEYS[row.type]
    assert not unknown, f"{row.type} carries {sorted(unknown)}, which event_keys.py does not name"
