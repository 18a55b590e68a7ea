"""Board, feed and figures: filters, further pages, what they show, and what can be downloaded."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from service.pages.feed.feed import feed_days
from service.pages.shared import ward_map
from tests.pages.html import Page
from tests.support.site import Site

CARD = re.compile(r'data-code="([A-Z0-9-]+)"')
LATER = re.compile(r'hx-get="([^"]*cursor=[^"]*)"')


def codes(text: str) -> list[str]:
    return CARD.findall(text)


def test_board_walks_through_all_reports_once(site: Site) -> None:
    text, seen = site.get("/map?state=all").text, []
    for _ in range(20):
        seen += codes(text)
        further = LATER.search(text)
        if not further:
            break
        part = {"HX-Request": "true", "HX-Request-Type": "partial"}
        text = site.get(further[1].replace("&amp;", "&"), **part).text
        assert "<html" not in text
    assert len(seen) == len(set(seen))
    whole = site.client.get("/api/v1/reports?limit=200").json()["items"]
    assert set(seen) == {each["code"] for each in whole}


@pytest.mark.parametrize(
    ("query", "api"),
    [
        ("state=done", "status=resolved,closed"),
        ("state=late", "overdue=true"),
        ("category=litter", "category=litter"),
        ("ward=19789", "ward=19789"),
        ("near=107.59,16.4637", "near=107.59,16.4637&radius_m=20000&sort=distance"),
    ],
)
def test_board_filters_as_the_lists_do(site: Site, query: str, api: str) -> None:
    shown = codes(site.get(f"/map?state=all&{query}").text)
    listed = [each["code"] for each in site.client.get(f"/api/v1/reports?{api}&limit=20").json()["items"]]
    assert shown == listed


def test_board_finds_words_without_marks_and_codes(site: Site) -> None:
    code = site.code("closed")
    assert codes(site.get(f"/map?q={code}").text) == [code]
    assert "Không có phản ánh nào khớp" in site.get("/map?q=zzzzqqq").text


def test_board_keeps_its_filters_in_the_address(site: Site) -> None:
    page = Page(site.get("/map?state=late&category=litter&q=r%C3%A1c").text)
    chosen = [each for each in page.all("input") if each.get("name") == "state" and "checked" in each]
    assert [each["value"] for each in chosen] == ["late"]
    assert [each["value"] for each in page.all("input") if each.get("id") == "b-q"] == ["rác"]
    assert [each["value"] for each in page.all("option") if "selected" in each] == ["litter"]


def test_feed_tells_newest_first_and_goes_on(site: Site) -> None:
    text = site.get("/feed").text
    stream = re.sub(r'(?s)<section aria-labelledby="today-title">.*?</section>', "", text)
    moments = [str(each["datetime"]) for each in Page(stream).all("time")]
    assert moments == sorted(moments, reverse=True)
    further = LATER.search(text)
    assert further
    older = [str(each["datetime"]) for each in Page(site.get(further[1]).text).all("time")]
    assert older
    assert max(older) <= min(moments)


def test_no_day_of_the_feed_comes_twice(site: Site) -> None:
    path, days, parts = "/feed", [], 0
    while path and parts < 12:
        text = site.get(path, **({"HX-Request": "true"} if parts else {})).text
        days += re.findall(r'<h2 class="feed-day">([^<]*)</h2>', text)
        further = LATER.search(text)
        path, parts = further[1] if further else "", parts + 1
    assert parts > 2
    assert len(days) == len(set(days)) > 2
    whole = site.get(further[1] if further else "/feed").text
    assert '<h2 class="feed-day">' in whole, "a page of its own names its day"


def test_what_became_known_late_stands_on_the_day_it_was_told() -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    told = ["2026-05-04T08", "2026-04-30T21", "2026-05-02T10", "2026-05-04T07", "2026-05-03T23"]
    days = feed_days([datetime.fromisoformat(f"{each}:00+07:00") for each in told], zone)
    assert [each.date().isoformat() for each in days] == ["2026-05-04"] * 4 + ["2026-05-03"]


def test_feed_of_what_was_done_shows_pairs(site: Site) -> None:
    text = site.get("/feed?done=1").text
    assert 'class="pair"' in text
    assert "Đã tiếp nhận" not in text


def test_english_pages_name_wards_and_days_in_english(site: Site) -> None:
    english = {"Accept-Language": "en"}
    drawn = site.get("/figures?days=0", **english).text
    assert "<title>Thuận Hóa Ward: " in drawn and "<title>Phường" not in drawn
    assert "<title>Phường Thuận Hóa: " in site.get("/figures?days=0").text
    penalties = site.get("/penalties", **english).text
    ward = site.client.get("/api/v1/places?q=phuong+thuan+hoa", headers=english).json()["items"][0]
    assert (ward["name"], ward["ward"]["name"]) == ("Thuận Hóa Ward", "Thuận Hóa Ward")
    assert re.search(r"checked on \d{1,2} [A-Z][a-z]{2} \d{4},", penalties)


def test_figures_are_those_of_the_api(site: Site) -> None:
    stats = site.client.get("/api/v1/stats", headers={"Accept-Language": "vi"}).json()
    text = site.get("/figures?days=0").text
    assert f'<p class="figure-value">{stats["total"]["received"]}</p>' in text
    answer = site.get("/figures/category.csv?days=0")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["code"], int(row["received"])) for row in rows] == [
        (row["code"], row["received"]) for row in stats["by_category"]
    ]


@pytest.mark.parametrize("table", ["ward", "department", "month"])
def test_every_chart_can_be_downloaded(site: Site, table: str) -> None:
    assert site.get(f"/figures/{table}.csv").text.count("\r\n") > 1


@pytest.mark.parametrize("path", ["/figures?days=7", "/figures/x.csv", "/map?category=nope", "/feed?ward=0"])
def test_what_does_not_exist_is_refused(site: Site, path: str) -> None:
    assert site.get(path).status_code == 422


def test_wards_are_shaded_by_what_was_reported_there(site: Site) -> None:
    page = Page(site.get("/figures?days=0").text)
    shades = [
        str(each.get("class")) for each in page.all("path") if str(each.get("class")).startswith("shade-")
    ]
    rows = list(csv.DictReader(io.StringIO(site.get("/figures/ward.csv?days=0").text.lstrip("\ufeff"))))
    counts = {row["code"]: int(row["received"]) for row in rows if row["code"]}
    assert len(shades) == 40
    assert shades.count("shade-0") == 40 - len(counts)
    assert "shade-5" in shades, "where most was reported it is darkest"
    told = {text.strip() for text in page.texts}
    busiest = max(rows, key=lambda row: int(row["received"]) if row["code"] else 0)
    assert f"{busiest['name']}: {busiest['received']}" in told


def test_the_first_page_tells_the_numbers_and_shows_the_wards(site: Site) -> None:
    home, figures = site.get("/").text, site.get("/figures?days=90").text
    values = re.findall(r'<p class="figure-value">([^<]+)</p>', figures)
    assert len(values) == 4 and re.findall(r'<p class="figure-value">([^<]+)</p>', home) == values
    [picture] = [each for each in Page(home).all("img") if "wards.svg" in str(each.get("data-late"))]
    drawn = site.get(str(picture["data-late"]))
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert drawn.text.count("<path") == 40 and "#5b2a86" in drawn.text
    assert site.get("/figures/wards.svg?days=7").status_code == 422


@pytest.mark.parametrize(
    ("counts", "tops", "shades"),
    [
        ([], [], []),
        ([0, 0], [], [0, 0]),
        ([0, 7], [7], [0, 5]),
        ([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]),
        ([1, 1, 1, 9], [1, 9], [4, 4, 4, 5]),
        ([1, 1, 2, 2, 3, 3, 4, 4, 5, 900], [1, 2, 3, 4, 900], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
    ],
)
def test_wards_are_shaded_by_their_counts(counts: list[int], tops: list[int], shades: list[int]) -> None:
    assert ward_map._tops(counts) == tops
    assert [ward_map._shade(count, tops) for count in counts] == shades
