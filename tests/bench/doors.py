"""Doors for machines at size: the same reports by the list, by OGC API – Features and by Open311."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg

from tests.bench.installation import Installation
from tests.bench.load import request
from tests.bench.reading import read_pages

PAGE, WHOLE = 200, 1000
DOOR_S = 4.0
WIDTHS = (0.01, 0.03, 0.08)


def measure_doors(bench: Installation, seconds: float = DOOR_S) -> dict[str, float]:
    """Pages of the same boxes by each door, as parts of what the list costs; pages of 1,000 from anywhere."""
    with psycopg.connect(bench.url.replace("+psycopg", "")) as connection:
        places = connection.execute("SELECT lon, lat FROM report ORDER BY random() LIMIT 200").fetchall()

    def boxed(path: str) -> Callable[[], bytes]:
        def build() -> bytes:
            lon, lat = random.choice(places)
            width = random.choice(WIDTHS)
            return request("GET", f"{path}&bbox={lon - width},{lat - width},{lon + width},{lat + width}")

        return build

    def whole() -> bytes:
        until = datetime.now(UTC) - timedelta(days=random.uniform(0, 300))
        moment = until.isoformat(timespec="seconds").replace("+00:00", "Z")
        return request("GET", f"/ogc/collections/reports/items?limit={WHOLE}&datetime=../{moment}")

    since = (datetime.now(UTC) - timedelta(days=89)).date()
    wanted = {
        "door_list": boxed(f"/api/v1/reports?limit={PAGE}&created_after={since}"),
        "door_ogc": boxed(f"/ogc/collections/reports/items?limit={PAGE}&datetime={since}T00:00:00Z/.."),
        "door_open311": boxed(f"/open311/v2/requests.json?page_size={PAGE}&start_date={since}"),
        "ogc_page_1000": whole,
    }
    figures: dict[str, float] = {}
    with bench.api() as (port, _):
        for name, build in wanted.items():
            figures[f"{name}_p50_ms"], figures[f"{name}_p95_ms"] = read_pages(port, build, seconds)
    for name in ("ogc", "open311"):
        figures[f"{name}_ratio"] = figures[f"door_{name}_p50_ms"] / figures["door_list_p50_ms"]
    return figures
