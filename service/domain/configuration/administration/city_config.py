"""Settings of the city beside its entries: channels, times of retention, periods, the hotline."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.city import CONTACTS_A_DAY
from service.domain.configuration.administration.changes import (
    EditStamp,
    alone,
    differing,
    same_version,
    told,
    version_of,
)
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.domain.configuration.cityfile.schema.city import (
    Channel,
    ContactsADay,
    FlagsToDesk,
    Hotline,
    Periods,
    Retention,
)
from service.domain.reports.flags import FLAGS_TO_DESK
from service.models import City

PERIODS = tuple(Periods.model_fields)


class ConfigChange(CityFileModel):
    """The settings as they are to be. `version` is the one that was read."""

    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=20)]
    retention: Retention
    periods: Periods
    hotline: Hotline | None = None
    service_name: NameByLanguage | None = None
    tolerance_m: Annotated[float, Field(ge=0, le=5000)]
    flags_to_desk: FlagsToDesk = FLAGS_TO_DESK
    contact_for_lead: bool
    contacts_a_day: ContactsADay = CONTACTS_A_DAY
    version: str


def read_settings(session: Session) -> ConfigChange:
    """The settings now."""
    city = session.scalars(select(City)).one()
    return ConfigChange.model_validate({**_said(city.config), "version": version_of(_said(city.config))})


def put_settings(session: Session, stamp: EditStamp, change: ConfigChange) -> ConfigChange:
    """Change the settings. Raises Conflict for a stale version."""
    alone(session)
    city = session.scalars(select(City).with_for_update()).one()
    before, config = _said(city.config), {**city.config, **_config(change)}
    old, new = differing(before, _said(config))
    if new:
        same_version(change.version, version_of(before))
        city.config = config
        told(session, stamp, "city.changed", ("city", city.code), before=old, after=new)
    return read_settings(session)


def _said(config: dict[str, Any]) -> dict[str, Any]:
    """Return what the form is about, with what counts where the city says nothing."""
    periods = {name: config.get(name, field.default) for name, field in Periods.model_fields.items()}
    return {
        "channels": list(config.get("channels") or ("app", "portal")),
        "retention": {**Retention().model_dump(), **(config.get("retention") or {})},
        "periods": periods,
        "hotline": config.get("hotline"),
        "service_name": config.get("service_name"),
        "tolerance_m": float(config.get("tolerance_m", 100.0)),
        "flags_to_desk": int(config.get("flags_to_desk", FLAGS_TO_DESK)),
        "contact_for_lead": bool(config.get("contact_for_lead", True)),
        "contacts_a_day": int(config.get("contacts_a_day", CONTACTS_A_DAY)),
    }


def _config(change: ConfigChange) -> dict[str, Any]:
    said: dict[str, Any] = {
        "channels": list(change.channels),
        "retention": change.retention.model_dump(),
        "tolerance_m": change.tolerance_m,
        "flags_to_desk": change.flags_to_desk,
        "contact_for_lead": change.contact_for_lead,
        "contacts_a_day": change.contacts_a_day,
        **change.periods.model_dump(),
    }
    if change.hotline is not None:
        note = change.hotline.note.spec() if change.hotline.note else None
        said["hotline"] = {"phone": change.hotline.phone, "name": change.hotline.name.spec(), "note": note}
    if change.service_name is not None:
        said["service_name"] = change.service_name.spec()
    return said
