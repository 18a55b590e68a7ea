"""Colleagues draft a clean-up, announce it and cancel it; others may not."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.models import Campaign, Hotspot
from tests.support.site import Site

PAGE = "/manage/cleanups"


def test_made_announced_and_cancelled(site: Site) -> None:
    site.enter("department")
    text = site.look(PAGE).text
    lead = re.search(r'name="lead".*?<option value="([^"]+)"', text, flags=re.S)
    assert lead
    starts = datetime.now(UTC) + timedelta(days=5)
    data = {
        "id": str(uuid4()),
        "title": "Dọn kênh An Hòa",
        "starts_at": f"{starts:%d/%m/%Y %H:%M}",
        "ends_at": f"{starts + timedelta(hours=2):%d/%m/%Y %H:%M}",
        "lead": lead[1],
        "open_to": "public",
        "meet_words": "Cầu An Hòa",
        "lon": "107.58",
        "lat": "16.47",
    }
    assert site.post(PAGE, PAGE, {**data, "title": ""}).status_code == 422
    assert site.post(PAGE, PAGE, data).status_code == 303
    assert site.post(PAGE, PAGE, data).status_code == 303
    text = site.look(PAGE).text
    assert text.count("Dọn kênh An Hòa</a>") == 1
    assert "Dọn kênh An Hòa" not in site.client.get("/cleanups", headers={"Accept": "text/html"}).text
    code, version = _own(text)
    step = f"{PAGE}/{code}/step"
    refused = site.post(PAGE, step, {"to": "announced", "version": version})
    assert refused.status_code == 422
    assert "không phát sinh rác" in refused.text
    site.enter("executor")
    assert site.post(PAGE, PAGE, {**data, "id": str(uuid4())}).status_code == 403
    site.enter("department")
    data |= {"id": str(uuid4()), "title": "Trồng cây", "no_waste": "1"}
    assert site.post(PAGE, PAGE, data).status_code == 303
    code, version = _own(site.look(PAGE).text, "Trồng cây")
    step = f"{PAGE}/{code}/step"
    assert site.post(PAGE, step, {"to": "announced", "version": version}).status_code == 303
    assert "Trồng cây" in site.look(f"/cleanups/{code}").text
    kept = site.post(PAGE, f"{PAGE}/{code}/announcement", {})
    assert kept.status_code == 303
    assert "Về việc tổ chức ra quân “Trồng cây”" in site.look(kept.headers["location"]).text
    assert site.post(PAGE, f"{PAGE}/report", {"month": "01/2001"}).status_code == 422
    _, version = _own(site.look(PAGE).text, "Trồng cây")
    assert site.post(PAGE, step, {"to": "cancelled", "version": version}).status_code == 422
    gone = {"to": "cancelled", "version": version, "reason": "Bão"}
    assert site.post(PAGE, step, gone).status_code == 303
    assert "đã hủy" in site.look(f"/cleanups/{code}").text


def test_tools_are_a_row_each_with_what_is_wrong_beside_the_row(site: Site) -> None:
    site.enter("department")
    text = site.look(PAGE).text
    lead = re.search(r'name="lead".*?<option value="([^"]+)"', text, flags=re.S)
    assert lead and 'name="tools.29.have"' in text and 'name="tools.30.what"' not in text
    starts = datetime.now(UTC) + timedelta(days=6)
    data = {
        "id": str(uuid4()),
        "title": "Vớt bèo sông Như Ý",
        "starts_at": f"{starts:%d/%m/%Y %H:%M}",
        "ends_at": f"{starts + timedelta(hours=2):%d/%m/%Y %H:%M}",
        "lead": lead[1],
        "open_to": "public",
        "meet_words": "Cầu Vân Dương",
        "lon": "107.61",
        "lat": "16.47",
        "tools.0.what": "Vợt, cán dài: 2 m",
        "tools.0.need": "50",
        "tools.0.have": "20",
        "tools.4.what": "Xẻng",
        "tools.4.need": "mười",
        "tools.7.need": "3",
    }
    refused = site.post(PAGE, PAGE, data)
    assert refused.status_code == 422
    assert re.findall(r'id="(tools[.\d\w]*)-error"', refused.text) == ["tools.1.need", "tools.2.what"]
    assert 'name="tools.1.need" type="text" value="mười"' in refused.text
    data |= {"tools.4.need": "10", "tools.7.what": "Ủng"}
    assert site.post(PAGE, PAGE, data).status_code == 303
    code, version = _own(site.look(PAGE).text, "Vớt bèo sông Như Ý")
    path = f"{PAGE}/{code}/change"
    filled = dict(re.findall(r'name="(tools[^"]+)" type="text" value="([^"]+)"', site.look(path).text))
    assert filled == {
        "tools.0.what": "Vợt, cán dài: 2 m",
        "tools.0.need": "50",
        "tools.0.have": "20",
        "tools.1.what": "Xẻng",
        "tools.1.need": "10",
        "tools.1.have": "0",
        "tools.2.what": "Ủng",
        "tools.2.need": "3",
        "tools.2.have": "0",
    }
    other = {**data, "version": version, "tools.0.have": "50", "tools.4.what": "", "tools.4.need": ""}
    assert site.post(path, path, other).status_code == 303
    filled = dict(re.findall(r'name="(tools[^"]+)" type="text" value="([^"]+)"', site.look(path).text))
    assert filled == {
        "tools.0.what": "Vợt, cán dài: 2 m",
        "tools.0.need": "50",
        "tools.0.have": "50",
        "tools.1.what": "Ủng",
        "tools.1.need": "3",
        "tools.1.have": "0",
    }


def test_what_comes_again_is_made_changed_and_pauses(site: Site) -> None:
    path = f"{PAGE}/series"
    site.enter("department")
    lead = re.search(r'name="lead".*?<option value="([^"]+)"', site.look(path).text, flags=re.S)
    assert lead
    form = {
        "title": "Thứ Sáu sạch",
        "lead": lead[1],
        "open_to": "public",
        "every": "month",
        "weekday": "FR",
        "nth": "1",
        "first": "01/11/2026",
        "time": "16:30",
        "minutes": "90",
        "on_holiday": "before",
        "meet_words": "Cổng chợ",
        "lon": "107.58",
        "lat": "16.47",
        "no_waste": "1",
    }
    assert site.post(path, path, {**form, "weekday": "XX"}).status_code == 422
    for _ in range(2):
        assert site.post(path, path, form).status_code == 303
    text = site.look(path).text
    assert text.count('lang="vi">Thứ Sáu sạch</h2>') == 1
    assert "thứ Sáu đầu tiên mỗi tháng, 16:30" in text
    assert "Thứ Sáu " in text[text.index("Các ngày tới:") :]
    found = re.search(r"series/(\d+)/active", text)
    assert found
    edit = site.look(f"{path}?change={found[1]}").text
    assert 'value="16:30"' in edit
    changed = {**form, "series": found[1], "version": "1", "weekday": "SA"}
    assert site.post(path, path, changed).status_code == 303
    assert site.post(path, path, {**changed, "weekday": "MO"}).status_code == 409
    pause = {"version": "2", "active": "0"}
    assert site.post(path, f"{path}/{found[1]}/active", pause).status_code == 303
    assert "Đang tạm dừng" in site.look(path).text
    assert site.look(f"{path}?change=999").status_code == 404


def test_a_hot_spot_is_made_a_draft_once(site: Site) -> None:
    with unit_of_work(site.engine) as session:
        litter = load_reference(session).category_by_code["litter"].id
        spot = Hotspot(
            found_on=date(2999, 1, 7), category_id=litter, cell=1, lon=107.58, lat=16.47, reports=12, rank=1
        )
        session.add(spot)
        counted = {"before": 10, "after": 3, "control_before": 40, "control_after": 30}
        for rank, (state, counts) in enumerate(
            (("cleaned", {}), ("measured", counted), ("relapsed", {**counted, "control_after": 0})), 2
        ):
            facts = {"found_on": spot.found_on, "cell": rank, "rank": rank, "cleaned_on": date(2026, 3, 8)}
            one = Hotspot(category_id=litter, lon=107.5, lat=16.4, reports=5, state=state, **facts, **counts)
            session.add(one)
        session.flush()
        path = f"{PAGE}/spots/{spot.id}"
    try:
        site.enter("department")
        text = site.look(PAGE).text
        assert "12 phản ánh trong 28 ngày" in text
        assert "đã dọn ngày 08/03/2026, đo sau 28 ngày" in text
        assert "còn 40% so với nơi không ra quân (10 → 3; đối chứng 40 → 30)" in text
        assert "chưa đủ số liệu (10 → 3)" in text
        id_ = re.search(rf'action="{path}".*?name="id" value="([^"]+)"', text, flags=re.S)
        assert id_
        for _ in range(2):
            assert site.post(PAGE, path, {"id": id_[1]}).status_code == 303
        text = site.look(PAGE).text
        assert text.count("Dọn điểm nóng</a>") == 1
        assert "đã có đợt ra quân, chưa làm" in text
        assert site.post(PAGE, f"{PAGE}/spots/x", {"id": id_[1]}).status_code == 404
    finally:
        with unit_of_work(site.engine) as session:
            session.execute(delete(Hotspot))


def test_a_leader_keeps_the_page_of_a_campaign(site: Site) -> None:
    page = "/manage/campaigns"
    form = {"slug": "hue-sach", "title.vi": "Huế sạch", "first": "01/01/2026", "last": "31/12/2026"}
    site.enter("department")
    assert "Lưu trang" not in site.look(page).text
    site.enter("manager")
    refused = site.post(page, page, {**form, "last": "31/02/2026"})
    assert refused.status_code == 422
    assert 'value="Huế sạch"' in refused.text
    for _ in range(2):
        assert site.post(page, page, {**form, "version": "0"}).status_code == 303
    assert "Huế sạch" in site.look("/campaigns/hue-sach").text
    assert 'value="hue-sach"' in site.look(f"{page}?slug=hue-sach").text
    with unit_of_work(site.engine) as session:
        session.execute(delete(Campaign))


def _own(text: str, title: str = "Dọn kênh An Hòa") -> tuple[str, str]:
    after = text[text.index(f"{title}</a>") :]
    found = re.search(r'/manage/cleanups/(R[0-9-]+)/step.*?name="version" value="(\d+)"', after, flags=re.S)
    assert found
    return found[1], found[2]
