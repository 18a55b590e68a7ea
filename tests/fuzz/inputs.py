"""What the outside may send: any text, text that looks nearly right, any JSON."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

LOOSE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""For readers that need the database or the example city."""

SCRAPS = (
    *("107.58", "16.46", "-72.4", "1e308", "1e-400", "nan", "inf", "-0", "1_0", "٣", "½", "0x1"),
    *("litter", "hanging_cable", "hue", "closed", "received", "vi", "en", "q=0.5", "q=nan"),
    *("2026-05-04", "T08:30:00", "+07:00", "Z", "24:00", "9999-12-31", "0001-01-01", "2026-W19-1"),
    *("HUE", "7K3M", "92", "hue 7k3m92", "đ", "ß", "ı", "\ufb01", "\u0130", "e\u0301\u0302", "\u202e"),
    *("attribute:", "attribute:owner", "ward", "equals", "in", "gte", "present", "🦆", "\ud7ff"),
    *("+84", "0905", "123 456", "ext. 5", "x", "::1", "2001:db8::", "203.0.113.9", "%00"),
    *(";", ",", "-", "*", "%", "'", '"', "\\", "\n", " ", "{", "}", "\u0000"),
)

PIECES = st.sampled_from(SCRAPS) | st.text(max_size=3)
TEXT = st.text(max_size=80) | st.lists(PIECES, max_size=10).map("".join)
"""Any text, and text made of pieces that parsers look for."""

OFFSETS = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(timezone)
MOMENTS = st.datetimes(timezones=OFFSETS).map(datetime.isoformat)
"""Times of any calendar, also such that no clock on earth shows."""

NUMBERS = st.integers() | st.floats() | st.sampled_from([0, 1, -1, 2**63, 10**400, float("nan"), 1e308])

JSON: st.SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=8,
)


def nearly(fields: dict[str, st.SearchStrategy[object]]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these fields, of which any may be missing, or hold any JSON instead."""
    mixed = {name: st.one_of(right, right, right, JSON) for name, right in fields.items()}
    return st.fixed_dictionaries({}, optional=mixed)
