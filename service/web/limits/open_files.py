"""The process's limit of open files, which is also the limit of its connections."""

from __future__ import annotations

import resource
from contextlib import suppress

WANTED = 65_536
SPARE = 256
"""Files that are no client's connection: database, Redis, logs, spooled uploads."""


def raise_limit() -> None:
    """Raise the soft limit of open files as far as the hard one lets it.

    Ordinary shells and service managers give 1024, which a few hundred open streams use up.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # what the process has is then what the ceilings go by
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connections_limit() -> int:
    """Return how many connections this process can hold beside the files it needs itself."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return WANTED if soft == resource.RLIM_INFINITY else max(64, soft - SPARE)
