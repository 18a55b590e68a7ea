"""Clean-ups in a test: drafted, announced, signed up for as the routes do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.cleanups.access import CleanupWork
from service.domain.cleanups.drafts import make_cleanup
from service.domain.cleanups.forms import CleanupStep, NewCleanup, NewSignup
from service.domain.cleanups.signups import sign_up
from service.domain.cleanups.steps import take_cleanup_step
from service.models import CleanupSignup, Message, Photo, Work
from tests.support.people import KEY, Person
from tests.support.small_city import NOON
from tests.support.works.stage import WorksStage

MORNING = NOON + timedelta(days=4)


def cleanup_form(**said: object) -> dict[str, Any]:
    """A public clean-up of the ward in the west, hauled away by the sanitation company."""
    return {
        "id": str(uuid4()),
        "title": "Chủ nhật Xanh ở bến Trường Tiền",
        "lead": "ward-W2",
        "starts_at": MORNING.isoformat(),
        "ends_at": (MORNING + timedelta(hours=2)).isoformat(),
        "location": {"lon": 107.59, "lat": 16.44},
        "meet_words": "Chân cầu Trường Tiền",
        "capacity": 30,
        "collector": "sanitation",
        "pickup_words": "Góc đường Lê Lợi",
        **said,
    }


def add_cleanup_photo(session: Session, work: Work, kind: str = "after") -> Photo:
    """A photo of it that can be shown."""
    photo = Photo(
        id=uuid4(),
        work_id=work.id,
        kind=kind,
        state="ready",
        sha256=uuid4().bytes,
        media_type="image/jpeg",
        size=1,
        width=1,
        height=1,
        original_key=f"original/{uuid4()}.jpg",
        public_key=f"public/{uuid4()}/full.webp",
        thumbnail_key=f"public/{uuid4()}/small.webp",
        created_at=NOON,
        published=False,
    )
    session.add(photo)
    session.flush()
    return photo


@dataclass
class CleanupStage(WorksStage):
    """One city with clean-ups."""

    def make(self, person: Person, **said: object) -> CleanupWork:
        """The person drafts one."""
        return make_cleanup(self.ctx(person), NewCleanup.model_validate(cleanup_form(**said)))[0]

    def announce(self, person: Person, **said: object) -> CleanupWork:
        """The person drafts and announces one."""
        return self.take(person, self.make(person, **said), "announced")

    def take(self, person: Person, found: CleanupWork, to: str, **said: Any) -> CleanupWork:
        """The person takes a step of its life."""
        body = CleanupStep.model_validate({"to": to, "version": found.work.version, **said})
        return take_cleanup_step(self.ctx(person), KEY, found.work.code, body)

    def join(self, found: CleanupWork, people: int = 1, email: str = "", **said: Any) -> CleanupSignup:
        """Somebody signs up."""
        body = NewSignup.model_validate({"id": str(uuid4()), "people": people, "email": email, **said})
        return sign_up(self.session, self.reference, KEY, found.work.code, body, language="vi", now=self.now)[
            0
        ]

    def told(self, notice: str) -> list[str]:
        """The addresses that are told of this, in the order of the alphabet."""
        about = select(Message.recipient).where(Message.notice == notice)
        return sorted(self.session.scalars(about))

    def at(self, moment: datetime) -> None:
        """The time goes on."""
        self.now = moment
