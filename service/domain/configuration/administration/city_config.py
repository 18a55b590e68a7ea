"""Settings of the city beside its entries: channels, times of retention, periods, the hotline."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.city.config import CityConfig, ContactsADay, FlagsToDesk, read_config
from service.domain.configuration.administration.changes import (
    EditStamp,
    differing_columns,
    lock_configuration,
    record_change,
    same_version,
    version_of,
)
from service.domain.configuration.cityfile.schema.base import CityFileModel, NameByLanguage
from service.domain.configuration.cityfile.schema.city import (
    Channel,
    Hotline,
    Periods,
    Retention,
)
from service.models import City

PERIODS = tuple(Periods.model_fields)
OF_THE_FORM = (
    "retention",
    "hotline",
    "service_name",
    "tolerance_m",
    "flags_to_desk",
    "contact_for_lead",
    "contacts_a_day",
)
PUBLIC_CHANNELS = ("app", "portal")
"""What the form shows as open where the city says nothing."""


class ConfigChange(CityFileModel):
    """The settings as they are to be. `version` is the one that was read."""

    channels: Annotated[tuple[Channel, ...], Field(min_length=1, max_length=20)]
    retention: Retention
    periods: Periods
    hotline: Hotline | None = None
    service_name: NameByLanguage | None = None
    tolerance_m: Annotated[float, Field(ge=0, le=5000)]
    flags_to_desk: FlagsToDesk
    contact_for_lead: bool
    contacts_a_day: ContactsADay
    version: str


def read_settings(session: Session) -> ConfigChange:
    """Return the settings now."""
    city = session.scalars(select(City)).one()
    settings = _settings(read_config(city.config))
    return ConfigChange.model_validate({**settings, "version": version_of(settings)})


def put_settings(session: Session, stamp: EditStamp, change: ConfigChange) -> ConfigChange:
    """Change the settings. Raises Conflict for a stale version."""
    lock_configuration(session)
    city = session.scalars(select(City).with_for_update()).one()
    before, config = _settings(read_config(city.config)), {**city.config, **_config(change)}
    old, new = differing_columns(before, _settings(read_config(config)))
    if new:
        same_version(change.version, version_of(before))
        city.config = config
        record_change(session, stamp, "city.changed", ("city", city.code), before=old, after=new)
    return read_settings(session)


def _settings(config: CityConfig) -> dict[str, object]:
    """Return the part of the configuration that the form is about."""
    whole = config.model_dump(mode="json")
    return {
        **{name: whole[name] for name in OF_THE_FORM},
        "channels": list(config.channels or PUBLIC_CHANNELS),
        "periods": {name: whole[name] for name in PERIODS},
    }


def _config(change: ConfigChange) -> dict[str, object]:
    said: dict[str, object] = {
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
