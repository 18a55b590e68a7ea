"""Spans of a day's hours as pairs of time fields: how many are drawn, and what was sent.

The fields are `<name>.<n>.from` and `<name>.<n>.to`, drawn by `staff/_time_spans.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from service.pages.shared.forms import SentForm

MOST_SPANS = 4
"""So many spans a day are asked for at most."""

_LEAST_DRAWN, _MOST_READ = 2, 12
_CLOCK = re.compile(r"(\d{1,2}) ?[:h] ?(\d{2})?(?::00)?")

TimeSpan = tuple[str, str]
"""Beginning and end as typed, `07:30`; an end at midnight is `00:00`."""


def drawn_spans(spans: Iterable[Sequence[object]]) -> list[TimeSpan]:
    """Return the spans with empty ones behind them: one more than there are, and two at least."""
    filled = [(_minutes(each[0]), _minutes(each[1])) for each in spans]
    wanted = max(_LEAST_DRAWN, min(MOST_SPANS, len(filled) + 1), len(filled))
    return filled + [("", "")] * (wanted - len(filled))


def sent_spans(form: SentForm, name: str) -> list[TimeSpan]:
    """Return the spans that were filled in, wholly or by half, earliest beginning first."""
    sent = [
        (_tidy(form.text(f"{name}.{at}.from")), _tidy(form.text(f"{name}.{at}.to")))
        for at in range(_MOST_READ)
    ]
    filled = [each for each in sent if any(each)]
    return sorted(filled) if all(begins for begins, _ in filled) else filled


def _tidy(text: str) -> str:
    """Return a time as it is stored; the text where it is none. A browser without time fields lets people
    type `7h30`.
    """
    found = _CLOCK.fullmatch(text.lower())
    if found is None:
        return text
    clock = f"{int(found[1]):02}:{found[2] or '00'}"
    return "00:00" if clock == "24:00" else clock


def _minutes(value: object) -> str:
    text = str(value)
    return "00:00" if text == "24:00" else text[:5] if re.match(r"\d\d:\d\d:", text) else text
