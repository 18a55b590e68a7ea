"""`python -m tests.clients.handover`: cases handed to another installation, answers lost between the two.

Each case has to become exactly one request there, and each of its steps there has to come back. The figures
are printed as JSON; 1 where a promise does not hold.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx

from tests.clients.place import Place, running_place
from tests.imaging.pictures import encoded, quarters
from tests.workers.partners.proxy import proxy_to

DEPARTMENT, CATEGORY = "so-khcn.bcvt", "hanging_cable"
PATIENCE_S = 1800.0
"""What is looked for and whose answer is lost again is looked for after 5 minutes, then after 15."""

PAUSE_S = 3.0
STEPS = ("in_progress", "resolved")


def main() -> int:
    """Run it; 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients.handover", description=__doc__)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--share", type=float, default=0.3, help="answers lost between the two")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folders = [
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"handover-{side}-")))
            for side in ("ours", "theirs")
        ]
        ours, theirs = (stack.enter_context(running_place(folder)) for folder in folders)
        proxy = stack.enter_context(proxy_to(theirs.url))
        _introduce(ours, proxy.url, theirs.key())
        proxy.share = asked.share
        codes = [_send(ours, number) for number in range(asked.cases)]
        began = time.monotonic()
        there = _arrived(theirs, codes)
        facts: dict[str, object] = {"cases": asked.cases, "arrived_s": round(time.monotonic() - began, 1)}
        for step in STEPS:
            _move(theirs, there, step)
        back = _back(ours, codes)
        facts |= {
            "steps_s": round(time.monotonic() - began, 1),
            "requests_there": len(there),
            "twice": _twice(theirs, codes),
            "steps_back": Counter(back.values())["resolved"],
            "answers_lost": proxy.lost,
            "posts": proxy.posts(),
        }
    sys.stdout.write(json.dumps(facts, indent=1) + "\n")
    well = facts["requests_there"] == facts["steps_back"] == asked.cases and not facts["twice"]
    return 0 if well else 1


def _introduce(ours: Place, endpoint: str, key: str) -> None:
    partner = {"department": DEPARTMENT, "endpoint": f"{endpoint}/open311/v2/", "poll_minutes": 1}
    ours.admin("POST", "/partners", {**partner, "services": {CATEGORY: CATEGORY}})
    ours.admin("PUT", f"/partners/{DEPARTMENT}/key", {"secret": key})


def _send(ours: Place, number: int) -> str:
    """Report a cable to us; its code."""
    place = {"lon": 107.55 + number % 10 / 200, "lat": 16.44 + number // 10 / 200}
    body = {"category": CATEGORY, "description": f"Cáp sà xuống đường, chỗ {number}", "location": place}
    answer = httpx.post(f"{ours.url}/api/v1/reports", json=body, timeout=60)
    answer.raise_for_status()
    return str(answer.json()["code"])


def _theirs(theirs: Place) -> list[dict[str, Any]]:
    """Return the requests there that came from us, with the code that each was sent with."""
    url = f"{theirs.url}/open311/v2/requests.json?service_code={CATEGORY}&page_size=500"
    answer = httpx.get(url, timeout=60)
    answer.raise_for_status()
    found: list[dict[str, object]] = answer.json()
    return found


def _named(theirs: Place, codes: list[str]) -> list[tuple[str, str]]:
    """Return our code and theirs of every request there that names one of ours."""
    lines = [
        (line, str(each["service_request_id"]))
        for each in _theirs(theirs)
        for line in (each["description"] or "").splitlines()
    ]
    names = {f"Mã: {code}": code for code in codes}
    return [(names[line], remote) for line, remote in lines if line in names]


def _arrived(theirs: Place, codes: list[str]) -> list[str]:
    """Wait until all have arrived; their codes there."""
    until = time.monotonic() + PATIENCE_S
    found = dict(_named(theirs, codes))
    while len(found) < len(codes):
        assert time.monotonic() < until, f"{len(found)} of {len(codes)} arrived"
        time.sleep(PAUSE_S)
        found = dict(_named(theirs, codes))
    return list(found.values())


def _twice(theirs: Place, codes: list[str]) -> list[str]:
    counted = Counter(ours for ours, _ in _named(theirs, codes))
    return [code for code, number in counted.items() if number > 1]


def _move(theirs: Place, codes: list[str], to: str) -> None:
    """Move reports there on, as their department does: what is done is shown on a photo."""
    headers = {"Authorization": f"Bearer {theirs.token('cables')}"}
    with httpx.Client(base_url=f"{theirs.url}/api/v1", headers=headers, timeout=60) as desk:
        for code in codes:
            wish: dict[str, object] = {"to": to, "public_reply": "Đã treo lại gọn gàng."}
            if to == STEPS[-1]:
                file = ("after.jpg", encoded(quarters(), "JPEG"), "image/jpeg")
                shown = desk.post(f"/reports/{code}/photos", files={"file": file})
                wish["evidence"] = [shown.raise_for_status().json()["id"]]
            wish["version"] = desk.get(f"/reports/{code}").raise_for_status().json()["version"]
            desk.post(f"/reports/{code}/transitions", json=wish).raise_for_status()


def _back(ours: Place, codes: list[str]) -> dict[str, str]:
    """Wait until every case here stands where it stands there; the status of each."""
    until, found = time.monotonic() + PATIENCE_S, dict.fromkeys(codes, "")
    with httpx.Client(base_url=f"{ours.url}/api/v1", timeout=60) as client:
        while set(found.values()) != {STEPS[-1]} and time.monotonic() < until:
            time.sleep(PAUSE_S)
            found = {code: client.get(f"/reports/{code}").json()["status"] for code in codes}
    return found


if __name__ == "__main__":
    sys.exit(main())
