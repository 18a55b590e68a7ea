"""The map as one picture: names keep out of each other's way, on a phone too."""

from __future__ import annotations

import re

from geo.picture import MapView
from service.domain.city.outlines import Outline
from service.pages.shared.map_picture import draw_map

TEXT = re.compile(r'<text class="([^"]*)"[^>]*>([^<]*)</text>')


def drawn(width: int, *wards: Outline) -> dict[str, str]:
    """The classes of each name on a picture."""
    picture = draw_map(MapView(107.58, 16.46, 12, width, 420), wards, [])
    return {name: style for style, name in TEXT.findall(picture)}


def ward(name: str, x: float, y: float) -> Outline:
    return Outline(code=name, name=name, path="M0 0h1v1z", x=x, y=y)


def test_a_phone_is_shown_only_names_that_have_room_twice_as_large() -> None:
    alone, near, far = (
        ward("Phường An Cựu", 150, 100),
        ward("Phường Vỹ Dạ", 270, 100),
        ward("A Lưới", 600, 300),
    )
    names = drawn(720, alone, near, far)
    assert names["Phường An Cựu"] == names["A Lưới"] == "name"
    assert names["Phường Vỹ Dạ"] == "name wide"


def test_what_lies_over_another_name_is_left_out() -> None:
    assert "Phường Vỹ Dạ" not in drawn(720, ward("Phường An Cựu", 150, 100), ward("Phường Vỹ Dạ", 160, 102))


def test_only_wide_pictures_are_drawn_smaller_on_a_phone() -> None:
    small = draw_map(MapView(107.58, 16.46, 12, 320, 320), [], [])
    assert "max-width" not in small
    assert "max-width:480px" in draw_map(MapView(107.58, 16.46, 12, 720, 420), [], [])
