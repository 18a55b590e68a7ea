"""Reading an uploaded boundary file, in a child process without secrets. Blocking: use a thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import cast

from geo.boundaries.answers import AreaFileRead
from service.errors import AppError, Invalid, TooLarge, UnsupportedMedia
from service.i18n import N_

MAX_BYTES = 40 << 20
WAIT_S = 180
_ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "TMPDIR")
# GDAL must open nothing but the file itself: nothing from the net, no helper files it was not given.
_GDAL = {"CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "GDAL_DISABLE_READDIR_ON_OPEN": "TRUE"}

_WHY: dict[str, tuple[type[AppError], str]] = {
    "kind": (UnsupportedMedia, N_("Chỉ nhận tệp GeoJSON, GeoPackage, hoặc Shapefile nén .zip.")),
    "content": (UnsupportedMedia, N_("Nội dung tệp không đúng với tên của nó.")),
    "too_large": (TooLarge, N_("Tệp ranh giới quá lớn. Tối đa 40 MB, giải nén 200 MB.")),
    "no_shapefile": (UnsupportedMedia, N_("Trong tệp nén không có Shapefile nào.")),
    "several": (UnsupportedMedia, N_("Trong tệp nén có nhiều Shapefile. Hãy gửi từng tệp.")),
    "broken": (Invalid, N_("Không đọc được tệp ranh giới này.")),
}


def read_area_file(name: str, data: bytes) -> AreaFileRead:
    """Return what is in the file. Raises UnsupportedMedia, TooLarge, Invalid."""
    if len(data) > MAX_BYTES:
        raise refusal("too_large")
    environment = {key: os.environ[key] for key in _KEPT if key in os.environ} | _GDAL
    # Only the ending of the name is of use, and nothing of it reaches a path or a shell.
    command = [sys.executable, "-m", "service.areafile.child", f"areas{Path(name).suffix[:9].lower()}"]
    command.append(str(os.getpid()))
    try:
        ended = subprocess.run(
            command, input=data, capture_output=True, cwd=_ROOT, env=environment, timeout=WAIT_S, check=False
        )
        answer = json.loads(ended.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise refusal("broken") from None
    if why := answer.get("refused"):
        raise refusal(why)
    return cast("AreaFileRead", answer)


def refusal(why: str) -> AppError:
    """Return the error for a word that the child said."""
    kind, sentence = _WHY.get(why, _WHY["broken"])
    return kind(sentence)
