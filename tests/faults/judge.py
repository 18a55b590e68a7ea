"""The verdict of a survival run: which of its figures break a promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.table import Table

from tests.faults.pace import ACCEPTED_S, ROUTED_S, Pace

MUST_BE_ZERO = (
    "lost",
    "routed_twice",
    "not_routed",
    "feed_missing",
    "feed_repeated",
    "stream_missing",
    "stream_repeated",
    "photos_missing",
    "untold",
    "told_twice",
    "refused",
    "died",
)

CONTROL = "nothing"
"""The phase in which nothing is done to the service; shown beside the others."""


@dataclass
class Findings:
    """What a run found: the counts, how often each fault hit something, the pace during each abuse."""

    counts: dict[str, float] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)
    paces: dict[str, Pace] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    missed: list[str] = field(default_factory=list)

    def note(self, name: str, hits: int, pace: Pace | None = None) -> None:
        """Add one fault that happened, and the pace meanwhile."""
        self.hits[name] = self.hits.get(name, 0) + hits
        if pace is not None:
            self.paces.setdefault(name, Pace()).add(pace)

    def figures(self) -> dict[str, float]:
        """Everything as figures, for the JSON and the table."""
        figures = dict(self.counts) | {f"hits {name}": hits for name, hits in self.hits.items()}
        for name, pace in self.paces.items():
            figures[f"accepted_p99_s {name}"] = round(pace.accepted_p99_s, 2)
            figures[f"routed_max_s {name}"] = round(pace.routed_max_s, 2)
        return figures

    def broken(self) -> list[str]:
        """Every promise that was broken, a sentence each; nothing where all is well."""
        return [
            *(f"{name} is {count:,.0f}" for name, count in self.counts.items() if _counts(name) and count),
            *(f"{name} was not counted" for name in MUST_BE_ZERO if name not in self.counts),
            *(f"{name}: hit nothing, so it shows nothing" for name, hits in self.hits.items() if not hits),
            *(f"missed: {what}" for what in self.missed),
            *(told for name, pace in self.paces.items() for told in _slow(name, pace)),
        ]

    def table(self) -> Table:
        """The counts and the hits."""
        table = Table("what", "figure")
        for name, figure in self.figures().items():
            if not name.startswith(("accepted_p99_s", "routed_max_s")):
                table.add_row(name, f"{figure:,}")
        for name, why in self.left_out.items():
            table.add_row(f"left out: {name}", why)
        return table

    def pace_table(self) -> Table:
        """The pace during each abuse, beside that of a quiet service."""
        table = Table("during", "reports", "accepted, p99 (s)", "routed, slowest (s)", "refused", "kept")
        for name, pace in self.paces.items():
            refused = ", ".join(f"{why} × {times}" for why, times in sorted(pace.refused.items()))
            figures = (f"{pace.accepted_p99_s:.2f}", f"{pace.routed_max_s:.2f}")
            kept = "yes" if pace.kept and not pace.refused else "NO"
            table.add_row(name, f"{len(pace.accepted_s):,}", *figures, refused or "0", kept)
        return table


def _counts(name: str) -> bool:
    return name in MUST_BE_ZERO


def _slow(name: str, pace: Pace) -> list[str]:
    found = []
    if pace.accepted_p99_s > ACCEPTED_S:
        found.append(
            f"{name}: reports accepted after {pace.accepted_p99_s:.2f} s (p99), not {ACCEPTED_S:.0f}"
        )
    if pace.routed_max_s > ROUTED_S:
        found.append(f"{name}: a report routed after {pace.routed_max_s:.2f} s, not {ROUTED_S:.0f}")
    if pace.refused:
        found.append(f"{name}: reports refused: {_told(pace.refused)}")
    if pace.unsaid:
        found.append(f"{name}: reception suffered and /readyz did not say so")
    return found


def _told(refused: Mapping[str, int]) -> str:
    return ", ".join(f"{times} by {why}" for why, times in sorted(refused.items()))
