"""Files of open data in force: which there are, putting a new edition in their place, when one is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.domain.city.reference import Reference
from service.domain.opendata.datasets import DatasetId
from service.domain.opendata.formats import FORMATS, FileKind
from service.errors import NotFound
from service.i18n import N_, Language, translate
from service.models import OpenFile, PendingDeletion

AT = time(3)
"""When a day's edition is made, in the city's time."""

STILL_READ = timedelta(hours=1)
"""So long the files of the edition before stay in the store, where nobody can ask for them: downloads that
have begun end.
"""


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """File as it was measured when it was written; `first_at`, `last_at` frame when its reports came, where
    there are reports in it.
    """

    name: str
    kind: FileKind
    key: str
    sha256: str
    size: int
    rows: int
    first_at: datetime | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedFile(MeasuredFile):
    """File in force."""

    made_at: datetime

    def title(self, language: Language | None = None) -> str:
        """Return what it is called, in that language or the one in use."""
        return translate(FORMATS[self.kind].title, language, year=self.name.removesuffix(".csv")[-4:])

    @property
    def dataset(self) -> DatasetId:
        """Return the data set that it is of."""
        return FORMATS[self.kind].dataset


def list_files(session: Session) -> list[PublishedFile]:
    """Return the files in force, in the order in which people see them; newer years first."""
    order = list(FORMATS)
    found = [_shelved(row) for row in session.scalars(select(OpenFile).order_by(OpenFile.name.desc()))]
    return sorted(found, key=lambda each: order.index(each.kind))


def find_file(session: Session, name: str) -> PublishedFile:
    """Return the file in force of that name. Raises NotFound."""
    row = session.get(OpenFile, name)
    if row is None:
        raise NotFound(N_("Không có tệp dữ liệu mở này."))
    return _shelved(row)


def replace_files(session: Session, files: Sequence[MeasuredFile], now: datetime) -> int:
    """Put an edition in the place of the one before, all of it at once; how many files are no more."""
    before = list(session.scalars(select(OpenFile.key)))
    session.execute(delete(OpenFile))
    if before:
        doomed = [{"key": key, "since": now, "next_at": now + STILL_READ} for key in before]
        session.execute(insert(PendingDeletion).values(doomed).on_conflict_do_nothing())
    columns = ("name", "kind", "key", "sha256", "size", "rows", "first_at", "last_at")
    session.add_all(
        OpenFile(made_at=now, **{name: getattr(file, name) for name in columns}) for file in files
    )
    session.flush()
    return len(before)


def is_edition_due(session: Session, reference: Reference, now: datetime) -> bool:
    """Return whether an edition is to be made: the day's is missing, or files are to be taken back."""
    newest = session.scalar(select(func.max(OpenFile.made_at)))
    if reference.config.open_data is None:
        return newest is not None
    zone = ZoneInfo(reference.timezone)
    here = now.astimezone(zone)
    day = here.date() if here.time() >= AT else here.date() - timedelta(days=1)
    return newest is None or newest < datetime.combine(day, AT, zone)


def _shelved(row: OpenFile) -> PublishedFile:
    return PublishedFile(
        row.name,
        FileKind(row.kind),
        row.key,
        row.sha256,
        row.size,
        row.rows,
        row.first_at,
        row.last_at,
        row.made_at,
    )
