"""What a citizen reads of the plan beside a hanging cable."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from service.domain.cables.views import RouteFilter, list_routes
from service.domain.city.reference import Reference
from service.pages.shared.cable_words import near_words
from tests.support.people import Cast
from tests.support.works.cables import CableStage


def test_the_sentence_says_how_it_stands(session: Session, reference: Reference, cast: Cast) -> None:
    stage = CableStage(session, reference)
    route = stage.route(cast.department, sections=[{"company": "telecom"}, {"company": "sanitation"}])

    def words(**later: float) -> str:
        [view] = list_routes(session, RouteFilter(ids=[route.id]), stage.now + timedelta(**later))
        return near_words(reference, view)

    assert words().startswith("Tuyến Điện Biên Phủ có kế hoạch hạ ngầm: quý III/2026. ")
    assert words().count("chưa làm") == 2
    stage.change(cast.department, route, quarter="2026-Q4", reason="Chờ cấp phép")
    assert "quý IV/2026 (hứa lần đầu: quý III/2026)." in words()
    assert "quý IV/2026 (hứa lần đầu: quý III/2026), nay trễ hẹn." in words(days=400)
    work = stage.section(route)
    stage.take(cast.executor, work, "agreed", data={"agreed": "2026-08-31"})
    stage.take(cast.executor, work, "under_way")
    stage.take(cast.executor, work, "waiting", reason="Chờ phép", data={"block": "permit", "who": "Sở"})
    assert "chưa làm, chờ cấp phép đào" in words()
    for company, person in (("telecom", cast.executor), ("sanitation", cast.other_executor)):
        work = stage.section(route, company)
        if company == "sanitation":
            stage.take(person, work, "agreed", data={"agreed": "2026-08-31"})
        stage.take(person, work, "under_way")
        data = {"metres_done": 299, "old_removed_m": 299}
        stage.take(person, work, "done", data=data, photos=[stage.photo(work)])
        stage.take(cast.inspector, work, "checked", photos=[stage.photo(work)])
    assert words() == (
        "Cáp trên tuyến Điện Biên Phủ đã hạ ngầm xong. Dây còn treo là cáp sót lại, cứ phản ánh."
    )
