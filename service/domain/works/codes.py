"""Codes for speech between colleagues: letters, year and number."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.models import CodeCounter


def next_codes(session: Session, letters: str, year: int, count: int = 1) -> list[str]:
    """Return so many new codes, such as `V26-0142`. Others who want one wait until this transaction ends."""
    if count < 1:
        return []
    row = insert(CodeCounter).values(letters=letters, year=year, number=count)
    reached = session.scalar(
        row.on_conflict_do_update(
            index_elements=[CodeCounter.letters, CodeCounter.year],
            set_={"number": CodeCounter.number + count},
        ).returning(CodeCounter.number)
    )
    last = int(reached or count)
    return [f"{letters}{year % 100:02d}-{number:04d}" for number in range(last - count + 1, last + 1)]
