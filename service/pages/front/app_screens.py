"""Pictures of the app that a browser shows before it is put on the home screen.

They are real screens of one city, made by `tests/tools/screenshots.py --app CITY`; another city has none
until it makes its own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import Image

from service.errors import NotFound
from service.i18n import N_, translate

SCREENS = Path(__file__).parents[2] / "static" / "screens"
NAMES = {
    "report": N_("Chọn loại việc bạn thấy"),
    "track": N_("Theo dõi từng bước xử lý"),
    "board": N_("Bản đồ phản ánh của thành phố"),
}


def app_screens(city_code: str) -> list[dict[str, str]]:
    """Return the manifest's entries for the pictures of this city; none where there are none."""
    return [
        {
            "src": f"/screens/{name}.webp",
            "sizes": f"{width}x{height}",
            "type": "image/webp",
            "form_factor": "wide" if width > height else "narrow",
            "label": translate(NAMES[name]),
        }
        for name, (width, height) in _sizes(city_code)
    ]


def screen_file(city_code: str, name: str) -> bytes:
    """Return one picture. Raises NotFound."""
    if name not in dict(_sizes(city_code)):
        raise NotFound(N_("Không có tệp này."))
    return (SCREENS / city_code / f"{name}.webp").read_bytes()


@cache
def _sizes(city_code: str) -> tuple[tuple[str, tuple[int, int]], ...]:
    found = []
    for name in NAMES:
        file = SCREENS / city_code / f"{name}.webp"
        if file.is_file():
            with Image.open(file) as picture:
                found.append((name, picture.size))
    return tuple(found)
