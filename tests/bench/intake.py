"""Reception: reports a second over HTTP, beside the same route without a database and pgbench."""

from __future__ import annotations

import json
import random
import re
import subprocess
from uuid import UUID

from tests.bench.installation import DATABASE, Installation
from tests.bench.load import Measured, drive, request

CONNECTIONS = 16
SECONDS = 10.0
WARM_UP_S = 2.0
WORDS = tuple(
    "rác chất đống trước cổng trường ba ngày chưa dọn mùi hôi cáp viễn thông sà xuống lòng đường".split(" ")  # noqa: SIM905
)


def measure(bench: Installation, seconds: float = SECONDS) -> dict[str, float]:
    """Figures of reception; every answer must be 201."""
    with bench.api(forgetful=True) as (port, _):
        nodb = _drive(port, seconds, bench)
    with bench.api() as (port, _):
        one = _drive(port, seconds, bench)
    with bench.api(processes=2) as (port, _):
        two = _drive(port, seconds, bench)
    tps = pgbench(bench, seconds)
    return {
        "intake_rps": one.per_s,
        "intake_nodb_rps": nodb.per_s,
        "intake_ratio": one.per_s / nodb.per_s,
        "intake_p50_ms": one.percentile(50),
        "intake_p99_ms": one.percentile(99),
        "intake_two_rps": two.per_s,
        "intake_two_p50_ms": two.percentile(50),
        "intake_two_p99_ms": two.percentile(99),
        "pgbench_tps": tps,
    }


def new_report() -> bytes:
    """A report as a phone sends it, with contact and a place in the city's middle."""
    body = {
        "id": str(UUID(int=random.getrandbits(128), version=4)),
        "category": random.choice(("litter", "illegal_ad", "hanging_cable")),
        "description": " ".join(random.choices(WORDS, k=14)),
        "location": {
            "lon": round(random.uniform(107.5, 107.68), 6),
            "lat": round(random.uniform(16.40, 16.52), 6),
            "accuracy_m": 12.5,
        },
        "address": "Đường Lê Lợi",
        "contact": {"name": "Người dân", "phone": "0905 123 456"},
    }
    return request("POST", "/api/v1/reports", json.dumps(body, ensure_ascii=False).encode())


def pgbench(bench: Installation, seconds: float = SECONDS) -> float:
    """The same rows by the same statement from PostgreSQL's own load generator, a report a transaction."""
    script = bench.folder / "intake.sql"
    script.write_text(_SCRIPT)
    bench.checkpoint()
    program = bench.postgres.binaries / "pgbench"
    command = [
        str(program),
        "-n",
        "-M",
        "prepared",
        "-c",
        str(CONNECTIONS),
        "-j",
        "2",
        "-T",
        f"{seconds:.0f}",
    ]
    ran = subprocess.run(
        [*command, "-f", str(script), "-h", str(bench.postgres.sockets), "-U", "hientruong", DATABASE],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"tps = ([\d.]+)", ran.stdout)
    return float(found[1]) if found else 0.0


def _drive(port: int, seconds: float, bench: Installation) -> Measured:
    drive("127.0.0.1", port, new_report, connections=CONNECTIONS, seconds=WARM_UP_S)
    bench.checkpoint()
    measured = drive("127.0.0.1", port, new_report, connections=CONNECTIONS, seconds=seconds)
    if set(measured.statuses) != {201}:
        raise RuntimeError(f"reception answered {measured.statuses}")
    return measured


_SCRIPT = """
\\set lon random(1075000, 1076800)
\\set lat random(164000, 165200)
WITH stored AS (
  INSERT INTO report (id, code, category_id, description, location, accuracy_m, address,
                      attributes, channel, language, published, body_hash, created_at, updated_at)
  VALUES (gen_random_uuid(), 'PGB-' || gen_random_uuid(), 1, 'rác chất đống trước cổng trường ba ngày',
          ST_SetSRID(ST_MakePoint(:lon / 10000.0, :lat / 10000.0), 4326), 12.5, 'Đường Lê Lợi',
          '{}', 'app', 'vi', true, '\\\\x00', now(), now())
  RETURNING id
), people AS (
  INSERT INTO contact (report_id, name, phone) SELECT id, 'Người dân', '+84905123456' FROM stored
)
INSERT INTO event (report_id, type, at, public, actor, status, category_id, lon, lat, data)
SELECT id, 'report.received', now(), true, 'reporter', 'received', 1, :lon / 10000.0, :lat / 10000.0, '{}'
FROM stored;
"""
