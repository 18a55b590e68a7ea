"""Reading an uploaded map file of routes, in a child process without secrets. Blocking: use a thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from service.errors import AppError, Invalid, TooLarge, UnsupportedMedia
from service.i18n import N_

MAX_BYTES = 5 << 20
WAIT_S = 40
ENDINGS = frozenset({".gpkg", ".geojson", ".json", ".kml", ".kmz"})
_OTHER_MAPS = frozenset({".shp", ".gpx", ".dxf", ".dwg", ".tab", ".zip"})
_ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "TMPDIR")

_WHY: dict[str, tuple[type[AppError], str]] = {
    "kind": (
        UnsupportedMedia,
        N_("Chỉ nhận Excel (.xlsx), Word (.docx), GeoPackage (.gpkg), GeoJSON (.geojson), KML (.kml, .kmz)."),
    ),
    "too_large": (TooLarge, N_("Tệp bản đồ quá lớn, tối đa 5 MB. Hãy chỉ xuất các tuyến cần nhập.")),
    "unpacked": (TooLarge, N_("Tệp KMZ giải nén ra quá lớn, tối đa 20 MB. Hãy chỉ xuất các tuyến cần nhập.")),
    "crs": (Invalid, N_("Tệp dùng hệ tọa độ khác. Hãy xuất lại với hệ tọa độ WGS 84 (EPSG:4326).")),
    "many": (TooLarge, N_("Tệp có quá nhiều tuyến, mỗi lần nhận tối đa {most} tuyến.")),
    "no_lines": (
        Invalid,
        N_("Tệp không có đường nào. Mỗi tuyến phải là một đường, không phải điểm hay vùng."),
    ),
    "no_points": (Invalid, N_("Tệp không có điểm nào. Mỗi cột phải là một điểm.")),
    "no_areas": (Invalid, N_("Tệp không có vùng nào. Mỗi trụ sở phải là một vùng.")),
    "many_points": (TooLarge, N_("Tệp có quá nhiều điểm, hãy chia thành nhiều tệp.")),
    "broken": (Invalid, N_("Không đọc được tệp bản đồ này. Hãy xuất lại rồi thử lần nữa.")),
}


def is_map_file(name: str) -> bool:
    """Return whether a file is a map file by the ending of its name, also one of a kind that is refused."""
    return Path(name).suffix.lower() in ENDINGS | _OTHER_MAPS


def read_route_lines(name: str, data: bytes) -> list[tuple[dict[str, str], dict[str, object] | None]]:
    """Return (attributes, line as GeoJSON, None where there is none) of every feature.

    Raises UnsupportedMedia, TooLarge, Invalid.
    """
    return [(fields, line) for fields, line in _ask_child("lines", name, data)]


def read_pole_points(name: str, data: bytes) -> list[dict[str, str]]:
    """Return the attributes of every point, with `lon` and `lat`. Raises as the reading of lines does."""
    found: list[dict[str, str]] = _ask_child("points", name, data)
    return found


def read_ground_areas(name: str, data: bytes) -> list[tuple[dict[str, str], dict[str, object]]]:
    """Return (attributes, area as GeoJSON) of every feature that is an area. Raises as for lines."""
    return [(fields, area) for fields, area in _ask_child("areas", name, data)]


def _ask_child(what: str, name: str, data: bytes) -> list[Any]:
    suffix = Path(name).suffix.lower()
    if suffix not in ENDINGS:
        raise _refused("kind")
    if len(data) > MAX_BYTES:
        raise _refused("too_large")
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ}
    environment["OGR_GEOJSON_MAX_OBJ_SIZE"] = "8"
    command = [sys.executable, "-m", "service.routefile.child", what, str(os.getpid()), suffix]
    try:
        ended = subprocess.run(
            command, input=data, capture_output=True, cwd=_ROOT, env=environment, timeout=WAIT_S, check=False
        )
        answer: dict[str, Any] = json.loads(ended.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise _refused("broken") from None
    if why := answer.get("refused"):
        raise _refused(why)
    features: list[Any] = answer["features"]
    return features


def _refused(why: str) -> AppError:
    kind, sentence = _WHY.get(why, _WHY["broken"])
    return kind(sentence, most=500) if why == "many" else kind(sentence)
