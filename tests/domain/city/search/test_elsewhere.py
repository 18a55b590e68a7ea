"""A street and a ward that do not belong together are told; what no map knows contradicts nothing."""

from __future__ import annotations

import pytest

from geo.points import Point
from service.domain.city.search import elsewhere
from service.domain.city.search.candidates import ward_parts
from service.domain.city.search.elsewhere import street_elsewhere
from tests.domain.city.real_hue import RealHue

LE_LOI = Point(107.5883, 16.4655)


def test_a_street_of_another_ward_is_told(mapped_hue: RealHue, monkeypatch: pytest.MonkeyPatch) -> None:
    session, reference, locator = mapped_hue.session, mapped_hue.book.reference, mapped_hue.book.locator
    codes = {ward.said_name: ward.code for ward in reference.wards.values()}

    def told(ward: str, address: str, pin: Point | None = None) -> tuple[str, tuple[str, ...]] | None:
        found = street_elsewhere(session, reference, locator, ward_code=codes[ward], address=address, pin=pin)
        return (found.street, found.wards) if found else None

    assert told("Phường Phú Bài", "103 Lê Lợi") == ("103 Lê Lợi", ("Phường Thuận Hóa",))
    assert told("Phường Phú Bài", "so 103 le loi, phuong vinh ninh") == ("103 Lê Lợi", ("Phường Thuận Hóa",))
    alley = told("Phường Vỹ Dạ", "kiet 109 dang huy tru")
    assert alley is not None and alley[1][0] == "Phường Thuận Hóa"
    assert told("Phường Phú Xuân", "103 đường Lê Lợi") == ("103 Lê Lợi", ("Phường Thuận Hóa",))
    assert told("Phường Phú Xuân", "gần 5 Bà Triệu") == ("5 Bà Triệu", ("Phường Vỹ Dạ", "Phường Thuận Hóa"))
    assert told("Phường Phú Bài", "12 Lê Hồng Phong") is None, "the list tells one of that name there"
    assert told("Phường Phú Xuân", "12 Lê Hồng Phong") is not None
    monkeypatch.setattr(elsewhere, "find_places", None)  # from here on nothing is searched
    assert told("Phường Thuận Hóa", "103 Lê Lợi") is None
    assert told("Phường Thuận Hóa", "gần nhà bà Lan, sau lưng chùa") is None
    highway = ward_parts(session, ["quoc lo 49b"])["quoc lo 49b"]
    assert len(highway) > 4
    for part in highway:
        assert told(reference.ward_by_code[part.ward_code].said_name, "km 12 Quốc lộ 49B") is None
    monkeypatch.undo()
    assert told("Phường Phú Xuân", "Lê Lợi", LE_LOI) is None  # the pin is at the street
    assert told("Phường Phú Xuân", "Lê Lợi", Point(107.57, 16.50)) is not None
    for unknown in ("trước cổng trường, gần cầu", "chợ Đông Ba", "nhà văn hóa thôn 3", "", "  "):
        assert told("Phường Phú Bài", unknown) is None, unknown
