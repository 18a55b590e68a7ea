"""The state of what is hidden: an answer that is kept ready to hand out is good for one such state alone."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.publication.ledger import Action
from service.models import PrivacyEntry

_OF_REPORTS = (Action.HIDE_REPORT.value, Action.SHOW_REPORT.value)
"""Whatever takes a report off the public pages enters one of these, withdrawal and erasure too."""


def newest_edition(session: Session) -> int:
    """Return a number that is another one after every report that is hidden or shown."""
    newest = select(func.max(PrivacyEntry.id)).where(PrivacyEntry.action.in_(_OF_REPORTS))
    return session.scalar(newest) or 0


class HiddenEdition:
    """Keeps the newest edition and looks for a newer one at most every `every_s` seconds."""

    def __init__(self, every_s: float = 1.0) -> None:
        self._every_s = every_s
        self._checked = float("-inf")
        self._kept = 0
        self.decided = 0
        """How often this process decided something itself: a look that began before may be too old."""

    def fresh(self, now_s: float) -> int | None:
        """Return the kept edition if it was looked for within `every_s` of the monotonic time `now_s`."""
        return self._kept if now_s - self._checked < self._every_s else None

    def get(self, session: Session, now_s: float) -> int:
        """Return the edition, looked for when the kept one is old."""
        if (found := self.fresh(now_s)) is not None:
            return found
        began = self.decided
        edition = newest_edition(session)
        if began == self.decided:  # otherwise it may have been read before what was decided meanwhile
            self._kept, self._checked = edition, now_s
        return edition

    def forget(self) -> None:
        """Look again before the next answer: something was just decided."""
        self._checked = float("-inf")
        self.decided += 1
