"""The logo that stands beside the service's name: which is in force, and its file."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.i18n import N_
from service.models.city.city import CityLogo


@dataclass(frozen=True, slots=True)
class LogoView:
    """A logo's address is its `digest`; `width` × `height` are its pixels."""

    digest: str
    width: int
    height: int


def read_logo(session: Session, digest: str | None) -> LogoView | None:
    """Return the logo with that digest, None for none."""
    query = select(CityLogo.digest, CityLogo.width, CityLogo.height).where(CityLogo.digest == digest)
    row = session.execute(query).first() if digest else None
    return LogoView(*row) if row else None


def logo_file(session: Session, digest: str) -> bytes:
    """Return the PNG file of a logo that is kept. Raises NotFound."""
    data = session.scalar(select(CityLogo.data).where(CityLogo.digest == digest))
    if data is None:
        raise NotFound(N_("Không có tệp này."))
    return data
