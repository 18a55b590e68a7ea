"""Data sets beside the reports: clean-ups and cable routes in the same nightly pass."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pyogrio
from sqlalchemy import select

from service.db import unit_of_work
from service.domain.city.reference import load_reference
from service.domain.opendata.catalogue import data_package, dcat_catalogue
from service.domain.opendata.datasets import DATASETS
from service.domain.opendata.published_files import list_files
from service.models import Work
from tests.opendata.test_editions import NOW, URL, Stage, stage, table
from tests.support.cleanups.stage import CleanupStage
from tests.support.people import make_cast
from tests.support.works.cables import CableStage

__all__ = ["stage"]

MEETING = "=Cầu Trường Tiền, gọi 0905 123 456"


def test_cleanups_and_cables_have_files_and_what_is_not_public_any_more_is_gone(
    stage: Stage, tmp_path: Path
) -> None:
    with unit_of_work(stage.engine) as session:
        cast, reference = make_cast(session, load_reference(session)), load_reference(session)
        days = CleanupStage(session, reference)
        codes = [
            days.announce(cast.other_department, meet_words=MEETING, title=f"Ra quân {number}").work.code
            for number in range(2)
        ]
        draft = days.make(cast.other_department, title="Còn nháp").work.code
        cables = CableStage(session, reference)
        for street in ("Điện Biên Phủ", "Ngự Bình"):
            cables.route(cast.department, street=street)
        cables.route(cast.department, street="Chưa vẽ", geometry=None, length_m=200)
    files = stage.publish()
    rows = {row["Mã buổi dọn vệ sinh"]: row for row in table(files["don-ve-sinh.csv"], delimiter=";")}
    assert set(rows) == set(codes)
    one = rows[codes[0]]
    assert one["Nơi tập trung"].startswith("'=Cầu")
    assert "0905" not in one["Nơi tập trung"]
    assert (one["Kinh độ"], one["Vĩ độ"]) == ("107,59", "16,44")
    for name, content in files.items():
        assert b"0905" not in content, name
        assert draft.encode() not in content, name
    routes = {row["Tuyến"]: row for row in table(files["cap-ngam.csv"], delimiter=";")}
    assert set(routes) == {"Điện Biên Phủ", "Ngự Bình", "Chưa vẽ"}
    drawn = {each["properties"]["street"]: each for each in json.loads(files["cap-ngam.geojson"])["features"]}
    assert drawn["Chưa vẽ"]["geometry"] is None
    for name in ("don-ve-sinh.geojson", "cap-ngam.geojson"):
        (tmp_path / name).write_bytes(files[name])
        assert pyogrio.read_info(tmp_path / name)["features"] in (2, 3)
    with unit_of_work(stage.engine) as session:
        shelved, reference = list_files(session), load_reference(session)
    sets = dcat_catalogue(reference, shelved, URL)["dcat:dataset"]
    assert isinstance(sets, list)
    assert [each["@id"] for each in sets] == [f"{URL}/open-data#{name}" for name in DATASETS]
    assert {each["@language"] for each in sets[1]["dct:title"]} == {"vi", "en"}
    resources = data_package(reference, shelved, URL)["resources"]
    assert isinstance(resources, list)
    told = {each["path"]: each for each in resources}
    headings = [each["name"] for each in told["files/don-ve-sinh.csv"]["schema"]["fields"]]
    assert headings == list(one)
    assert "description" not in told["files/don-ve-sinh.csv"]["schema"]["fields"][0]

    with unit_of_work(stage.engine) as session:
        row = session.scalars(select(Work).where(Work.code == codes[0])).one()
        row.public = False
    files = stage.publish(NOW + timedelta(days=1))
    for name, content in files.items():
        assert codes[0].encode() not in content, name
    assert codes[1].encode() in files["don-ve-sinh.geojson"]
    with unit_of_work(stage.engine) as session:
        session.scalars(select(Work).where(Work.code == codes[1])).one().public = False
    files = stage.publish(NOW + timedelta(days=2))
    assert not [name for name in files if name.startswith("don-ve-sinh")]
    assert files["cap-ngam.csv"]
