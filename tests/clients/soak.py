"""`python -m tests.clients.soak`: many events to ten receivers, three of them ill, worker and relay killed.

Each public event of the feed has to reach each healthy receiver at least once, under one id. The figures are
printed as JSON; 1 where an event is missing or has two ids.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx

from tests.clients.place import Place, running_place
from tests.faults.stack import descendants
from tests.support.sinks import BusyServer

HEALTHY, ILL = 7, ("fails", "hangs", "overloaded")
HANGS_S, REST_S, WAIT_S = 40.0, 3.0, 240.0
SENDERS = 4
WITHIN_S = 5.0


@dataclass
class Listener:
    """A receiver: which ids each event came under, when it came first, and how late that was."""

    illness: str = ""
    url: str = ""
    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    late_s: dict[str, float] = field(default_factory=dict)
    messages: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, identity: str, body: bytes) -> None:
        """Write a message down."""
        told = json.loads(body)
        cursor, at = told["data"].get("cursor", ""), datetime.fromisoformat(told["timestamp"])
        with self.lock:
            self.messages += 1
            self.ids[cursor].add(identity)
            self.late_s.setdefault(cursor, time.time() - at.timestamp())

    @property
    def status(self) -> int:
        """Return what it answers."""
        return {"fails": 500, "overloaded": 429}.get(self.illness, 204)


@contextlib.contextmanager
def listening(listener: Listener) -> Iterator[Listener]:
    """Run the receiver while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            listener.take(self.headers["webhook-id"], body)
            time.sleep(HANGS_S if listener.illness == "hangs" else 0)
            with contextlib.suppress(ConnectionError):
                self.send_response(listener.status)
                self.send_header("content-length", "0")
                if listener.status == 429:
                    self.send_header("retry-after", "30")
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Quiet(BusyServer):
        def handle_error(self, *_: object) -> None:
            """A worker that was killed breaks its connections off."""

    server = Quiet(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    listener.url = f"http://127.0.0.1:{server.server_port}/in"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield listener
    finally:
        server.shutdown()


def main() -> int:
    """Run it; 1 where a promise does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.clients.soak", description=__doc__)
    parser.add_argument("--events", type=int, default=2000)
    parser.add_argument("--rate", type=float, default=15.0, help="reports a second; each has two events")
    asked = parser.parse_args()
    os.environ["HIENTRUONG_RATE_LIMITS"] = "off"
    listeners = [Listener() for _ in range(HEALTHY)] + [Listener(illness=each) for each in ILL]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        place = stack.enter_context(running_place(folder))
        for number, each in enumerate(listeners):
            stack.enter_context(listening(each))
            place.admin("POST", "/webhooks", {"name": f"soak {number} {each.illness}", "url": each.url})
        start = _feed(place, None)[1]
        killed = _send(place, asked.events, asked.rate)
        facts = _settle(place, listeners, start) | {"killed": killed}
    sys.stdout.write(json.dumps(facts, indent=1) + "\n")
    return 1 if facts["missing"] or facts["two_ids"] or facts["events"] < asked.events else 0


def _send(place: Place, events: int, rate: float) -> int:
    """Send reports by several people until there are so many events, and kill worker and relay meanwhile."""
    number, killed, began = events // 2 + 5, 0, time.monotonic()
    kills = {number // 4, number // 2, 3 * number // 4}
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(SENDERS) as senders:

        def send(each: int) -> None:
            place_ = {"lon": 107.5 + each % 100 / 1000, "lat": 16.4 + each // 100 / 1000}
            body = {"category": "litter", "description": f"Rác chỗ {each}", "location": place_}
            client.post(f"{place.url}/api/v1/reports", json=body).raise_for_status()

        waiting = []
        for each in range(number):
            waiting.append(senders.submit(send, each))
            if each in kills:
                killed += _kill(place, "celeryd: webhooks@") + _kill(place, " relay")
            time.sleep(max(0.0, began + each / rate - time.monotonic()))
        for one in waiting:
            one.result()
    return killed


def _kill(place: Place, words: str) -> int:
    """SIGKILL whatever processes of the installation are called so."""
    killed = 0
    for pid in descendants(place.pid):
        with contextlib.suppress(OSError):
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if words in line:
                os.kill(pid, signal.SIGKILL)
                killed += 1
    return killed


def _feed(place: Place, after: str | None) -> tuple[set[str], str]:
    """(cursors of all public events after a position, where the feed ends)."""
    found: set[str] = set()
    asked = {"limit": "200"} | ({"after": after} if after else {})
    while True:
        page = httpx.get(f"{place.url}/api/v1/feed", params=asked, timeout=60).json()
        found |= {each["cursor"] for each in page["items"]}
        asked["after"] = page["next"]
        if not page["items"]:
            return found, str(page["next"])


def _settle(place: Place, listeners: Sequence[Listener], start: str) -> dict[str, float]:
    """Wait until the healthy ones have all, and say how it went."""
    healthy = [each for each in listeners if not each.illness]
    until = time.monotonic() + WAIT_S
    while True:
        wanted = _feed(place, start)[0]
        missing = sum(len(wanted - each.ids.keys()) for each in healthy)
        if not missing or time.monotonic() > until:
            break
        time.sleep(REST_S)
    late = sorted(late for each in healthy for cursor, late in each.late_s.items() if cursor in wanted)
    return {
        "events": len(wanted),
        "missing": missing,
        "two_ids": sum(len(ids) > 1 for each in listeners for ids in each.ids.values()),
        "repeated": sum(each.messages - len(each.ids) for each in healthy),
        "p50_s": round(statistics.median(late), 2),
        "p95_s": round(late[int(len(late) * 0.95)], 2),
        "worst_s": round(late[-1], 2),
        "within_5_s": round(sum(each <= WITHIN_S for each in late) / len(late), 4),
    }


if __name__ == "__main__":
    sys.exit(main())
