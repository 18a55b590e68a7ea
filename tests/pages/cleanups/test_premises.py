"""A roster on one screen: premises are kept, a day is entered for every unit, a wrong weekday is refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from service.domain.cleanups.offices.roster import DAY_NAMES
from tests.support.site import Site


def test_a_day_is_entered_on_one_screen(site: Site) -> None:
    site.enter("department")
    text = site.look("/premises").text
    keeper = re.search(r'name="department".*?<option value="([^"]+)"', text, flags=re.S)
    assert keeper
    form = {
        "name": "Trụ sở 5 Hoàng Hoa Thám",
        "department": keeper[1],
        "lon": "107.58",
        "lat": "16.47",
        "buildings.0.name": "Nhà A: 3, tầng 1",
        "buildings.0.units": [keeper[1]],
        "buildings.3.name": "Nhà B",
        "buildings.3.units": [keeper[1]],
    }
    empty = site.post("/premises", "/premises", {**form, "buildings.3.units": []})
    assert empty.status_code == 422 and 'id="buildings.1.units-error"' in empty.text
    assert 'value="Nhà B"' in empty.text, "what was typed stays"
    kept = site.post("/premises", "/premises", form)
    assert kept.status_code == 303
    path = kept.headers["location"].partition("?")[0]
    again = site.look(f"/premises?change={path.rpartition('/')[2]}").text
    for at, name in enumerate(("Nhà A: 3, tầng 1", "Nhà B")):
        assert f'name="buildings.{at}.name" type="text" value="{name}"' in again
        assert f'name="buildings.{at}.units" value="{keeper[1]}" checked' in again
    assert 'name="name" type="text" value="Trụ sở 5 Hoàng Hoa Thám"' in again
    assert site.look("/premises?change=999999").status_code == 404
    text = site.look(path).text
    assert text.count('name="slot"') == 2
    day = datetime.now(UTC) + timedelta(days=5)
    names = [f"{day:%d/%m/%Y} ({DAY_NAMES[(day.weekday() + shift) % 7]})" for shift in (0, 1)]
    sent = {
        "id": str(uuid4()),
        "time": "07:30",
        "minutes": "90",
        "slot": ["1", "2"],
        "building": ["Nhà A: 3, tầng 1", "Nhà B"],
        "unit": [keeper[1], keeper[1]],
        "items-1": "Hành lang\nSân",
        "items-2": "Cầu thang",
    }
    refused = site.post(path, path, {**sent, "day": names[1]})
    assert refused.status_code == 422
    assert "không phải" in refused.text
    assert "Cầu thang" in refused.text, "what was typed stays"
    for _ in range(2):
        assert site.post(path, path, {**sent, "day": names[0]}).status_code == 303
    text = site.look(path).text
    assert text.count("0/2</span>") == 1
    assert "Hành lang\nSân" in text, "the next day begins with what was done last"
    assert site.look("/premises/999999").status_code == 404
