"""Priority of this process for the processor."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")
"""Where Linux shares the processor between sessions first and within them afterwards, what `nice` says counts
only within one; each child of `up` is a session of its own.
"""


def step_back(nice: int, autogroup: Path = AUTOGROUP) -> None:
    """Lower the priority of this process by `nice`; where Linux shares by session, that of the session."""
    if nice <= 0:
        return
    os.nice(nice)
    with suppress(OSError):
        if autogroup.exists():
            autogroup.write_text(str(nice))
