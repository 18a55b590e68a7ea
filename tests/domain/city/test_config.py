"""The city's stored configuration: what counts without a key, what is refused, what older versions stored."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from service.domain.city.config import read_config
from service.domain.configuration.cityfile.folder import read_folder
from service.errors import Unavailable
from service.i18n import translate

HUE = Path(__file__).parents[3] / "service/cities/hue"
LEAST: dict[str, object] = {
    "bbox": [107.5, 16.4, 107.6, 16.5],
    "working_hours": {"0": [["07:30", "11:30"], ["13:00", "00:00"]]},
}


def test_a_city_that_says_only_where_and_when_has_every_default() -> None:
    config = read_config(LEAST)
    assert config.working_hours == {0: ((time(7, 30), time(11, 30)), (time(13), time(0)))}
    assert config.middle == (107.55, 16.45)
    assert (config.reopen_days, config.waiting_days, config.reminder_days) == (15, 10, 3)
    assert (config.retention.contact_months, config.inspection.photo_minutes) == (12, 30)
    assert (config.masking.phones, config.masking.words, config.spam.hold_at) == (True, (), 10)
    assert (config.channels, config.hotline, config.escalation) == ((), None, ())


def test_what_an_older_version_stored_is_read() -> None:
    stored = {
        **LEAST,
        "no_longer_known": {"a": 1},
        "hotline": None,
        "masking": None,
        "colour": None,
        "retention": {"contact_months": 6, "gone_months": 1},
        "streets": [["Lê Lợi", "", 107.58, 16.46, 900]],
    }
    config = read_config(stored)
    assert (config.hotline, config.colour, config.masking.identifiers) == (None, "#5b2a86", True)
    assert (config.retention.contact_months, config.retention.device_months) == (6, 3)
    assert config.streets[0].name == "Lê Lợi"


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("waiting_days", "soon", "waiting_days"),
        ("tolerance_m", -1, "tolerance_m"),
        ("retention", {"contact_months": 0}, "retention.contact_months"),
        ("working_hours", {"0": [["half past seven", "11:30"]]}, "working_hours.0.0.0"),
        ("bbox", None, "bbox"),
    ],
)
def test_a_wrong_value_is_refused_by_name(key: str, value: object, named: str) -> None:
    with pytest.raises(Unavailable) as refused:
        read_config({**LEAST, key: value})
    assert f"“{named}”" in translate(refused.value.detail, **refused.value.params)


def test_what_a_folder_stores_is_read_as_it_was_meant() -> None:
    folder = read_folder(HUE).city
    assert folder is not None
    config = read_config(folder.config())
    assert config.middle == (folder.centre.lon, folder.centre.lat)
    assert config.spam.phrases == folder.spam.phrases
    assert config.hotline is not None
    assert config.hotline.phone == folder.hotline.phone
    assert config.sign_in.grants == tuple(folder.sign_in.grants)
