"""Former wards and communes, loaded with the city: every one names the unit that it went into."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.domain.configuration.cityload import load_city
from service.models import Area, FormerUnit
from tests.domain.configuration.cityfile.cities import HUE, SHARED

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def test_every_unit_of_the_register_is_loaded_with_its_new_one(session: Session) -> None:
    load_city(session, HUE, now=NOW)
    with (SHARED / "areas" / "hue_ward_old_to_new.csv").open(encoding="utf-8") as file:
        register = {row["old_code"]: row["new_name"] for row in csv.DictReader(file)}
    query = select(FormerUnit.code, Area.full_name).join(Area, Area.code == FormerUnit.area_code)
    loaded = {row.code: row.full_name for row in session.execute(query.where(Area.valid_to.is_(None)))}
    assert {code: loaded.get(code) for code in register} == register
