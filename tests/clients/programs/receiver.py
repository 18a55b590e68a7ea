"""A receiver that verifies every message, is ill for a third of them, and counts what came by the feed."""

import random
import sys
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from standardwebhooks import Webhook

url, port, secret, key = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
REPORTS, WAIT_S = 20, 120.0
checker = Webhook(secret)
ill = random.Random(7)
lock = threading.Lock()
tries: dict[str, list[int]] = defaultdict(list)
ids: dict[str, set[str]] = defaultdict(set)


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        message = checker.verify(body, dict(self.headers.items()))
        cursor, identity = message["data"].get("cursor", ""), self.headers["webhook-id"]
        with lock:
            first = not tries[identity]
            status = ill.choice((204, 204, 204, 204, 500, 302)) if first else 204
            tries[identity].append(status)
            ids[cursor].add(identity)
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
threading.Thread(target=server.serve_forever, daemon=True).start()

codes = set()
for number in range(REPORTS):
    place = {"lat": f"{16.46 + number / 1000:.6f}", "long": "107.59"}
    sent = {"api_key": key, "service_code": "litter", "description": f"Rác, chỗ thứ {number}", **place}
    answer = httpx.post(f"{url}/open311/v2/requests.json", data=sent, timeout=60)
    codes.add(answer.json()[0]["service_request_id"])


def of_ours() -> set[str]:
    """Return the cursors of public events of what was just sent, as the feed has them."""
    found: set[str] = set()
    asked = {"limit": "200"}
    while True:
        page = httpx.get(f"{url}/api/v1/feed", params=asked, timeout=30).json()
        found |= {each["cursor"] for each in page["items"] if each["report"]["code"] in codes}
        if not page["items"]:
            return found
        asked["after"] = page["next"]


until = time.monotonic() + WAIT_S
while time.monotonic() < until:
    time.sleep(2)
    wanted = of_ours()
    with lock:
        done = {each for each, names in ids.items() if any(204 in tries[name] for name in names)}
        retried = [name for name, answers in tries.items() if len(answers) > 1]
    if len(wanted) >= REPORTS and wanted <= done:
        break
assert len(wanted) >= REPORTS and wanted <= done, (len(wanted), len(wanted - done))
assert all(len(names) == 1 for names in ids.values()), "an event has one id, however often it is tried"
assert retried, "nothing was tried again"
server.shutdown()
