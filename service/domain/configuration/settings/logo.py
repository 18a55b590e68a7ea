"""The city's logo as administrators change it: kept when it is uploaded, put in force when it was seen."""

from __future__ import annotations

from hashlib import sha256
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.domain.city.logo import LogoView, read_logo
from service.domain.configuration.administration.changes import (
    EditStamp,
    lock_configuration,
    record_change,
    same_version,
)
from service.errors import NotFound, invalid
from service.i18n import N_
from service.models import City
from service.models.city.city import CityLogo

KEPT_LOGOS = 6
"""So many of the newest stay beside the one in force, to be put back."""

LEAST_SIDE = 24
"""Fewest pixels either way of what can still be seen beside the service's name."""


class RenderedLogo(Protocol):
    """PNG file that was drawn anew from what was uploaded."""

    @property
    def data(self) -> bytes: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


def stored_logos(session: Session) -> list[LogoView]:
    """Return the logos that are kept, the newest first."""
    query = select(CityLogo.digest, CityLogo.width, CityLogo.height)
    rows = session.execute(query.order_by(CityLogo.made_at.desc(), CityLogo.digest))
    return [LogoView(*row) for row in rows]


def store_logo(session: Session, stamp: EditStamp, picture: RenderedLogo) -> LogoView:
    """Keep a logo to be looked at; nobody sees it on a page yet. Raises Invalid for one too small to see."""
    if min(picture.width, picture.height) < LEAST_SIDE:
        raise invalid(
            ["file"], N_("Hình quá nhỏ hoặc quá dài. Cạnh ngắn cần ít nhất {side} điểm ảnh."), side=LEAST_SIDE
        )
    lock_configuration(session)
    digest = sha256(picture.data).hexdigest()
    row = session.get(CityLogo, digest) or CityLogo(
        digest=digest, data=picture.data, width=picture.width, height=picture.height
    )
    row.made_at, row.staff_id = stamp.at, stamp.staff_id
    session.add(row)
    session.flush()
    in_force = session.scalars(select(City.logo)).one()
    newest = [each.digest for each in stored_logos(session)][:KEPT_LOGOS]
    session.execute(delete(CityLogo).where(CityLogo.digest.not_in({*newest, in_force or digest})))
    return LogoView(digest, picture.width, picture.height)


def put_logo(session: Session, stamp: EditStamp, digest: str | None, version: str) -> LogoView | None:
    """Put a logo that is kept in force, or none. `version` is the digest that was in force when it was read,
    empty for none. Saying again what is in force changes nothing. Raises NotFound, Conflict.
    """
    lock_configuration(session)
    city = session.scalars(select(City).with_for_update()).one()
    logo = read_logo(session, digest)
    if digest and logo is None:
        raise NotFound(N_("Không còn biểu trưng này. Hãy tải lên lại."))
    if city.logo != digest:
        same_version(version, city.logo or "")
        before, city.logo = read_logo(session, city.logo), digest
        record_change(
            session,
            stamp,
            "city.logo_set" if digest else "city.logo_removed",
            ("logo", city.code),
            before={"logo": _size_of(before)} if before else None,
            after={"logo": _size_of(logo)} if logo else None,
        )
    return logo


def _size_of(logo: LogoView) -> str:
    return f"{logo.width} × {logo.height}"
