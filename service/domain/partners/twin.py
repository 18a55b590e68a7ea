"""The demo's partner: another system inside the demo, reached by Open311 as a real one is."""

from __future__ import annotations

TWIN_PATH = "/dev/partner/open311/v2"
"""Below the installation's own address."""

TWIN_KEY = "khoa-dung-thu"
MOST_KEPT = 500
STEPS = ("IN_PROGRESS", "FIXED", "NOT_COUNCILS_RESPONSIBILITY", "CLOSED")
"""What the people there can say of a request; the last one closes nothing here."""
