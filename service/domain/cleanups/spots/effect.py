"""Effect of a clean-up against places that were not cleaned.

Hot spots are chosen because they were high, and high counts fall by themselves: a plain before and after
would praise every clean-up. So the change is divided by that of places of the same list without one.
"""

from __future__ import annotations

from dataclasses import dataclass

LEAST, LEAST_CONTROL = 8, 10
"""With fewer reports before and after together, or fewer at the places compared with, nothing is said."""
CURED = 1 / 3
"""A place is cured where three months brought no more than this share of what there was before."""


@dataclass(frozen=True, slots=True)
class SpotCounts:
    """Reports of 28 days before and after, at the place and at those that it is compared with."""

    before: int
    after: int
    control_before: int
    control_after: int

    def effect(self) -> float | None:
        """Return what is left of the reports against places without a clean-up: 0.4 is 40 % of what would
        have been; None where the numbers are too few to say.
        """
        if self.before + self.after < LEAST or self.control_before + self.control_after < LEAST_CONTROL:
            return None
        if not (self.before and self.control_before and self.control_after):
            return None
        return (self.after / self.before) / (self.control_after / self.control_before)


def has_lasting_effect(before: int, lasting: int, months: int = 3) -> bool:
    """Return whether `lasting` reports in so many times 28 days are at most a third of those of before."""
    return lasting / months <= before * CURED
