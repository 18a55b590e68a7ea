"""Words of the channels' figures."""

from __future__ import annotations

from service.domain.rules.deadline_words import duration_words
from service.i18n import N_, language_in_use, translate

SECONDS = N_("{n} giây")


def wait_words(seconds: float | None) -> str:
    """Return how long an answer took: seconds below two minutes, else minutes and hours; a dash for none."""
    if seconds is None:
        return "–"
    if seconds < 120:
        return translate(SECONDS, n=round(seconds))
    return duration_words(round(seconds / 60), language_in_use.get())
