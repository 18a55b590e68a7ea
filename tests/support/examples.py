"""How many examples a test of a rule tries: few in the run of all tests, ten times as many in a long one."""

from __future__ import annotations

import os

LONG = bool(os.environ.get("HIENTRUONG_LONG_TESTS"))
"""Ten times as many examples, as often as one has time for it."""


def examples(usual: int) -> int:
    """Return the number of examples to try where the run of all tests tries `usual`."""
    return usual * 10 if LONG else usual
