"""A mailbox over IMAP on the loopback: as much of the protocol as a reader needs."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

USER, PASSWORD = "dttm", "mat khau"


@dataclass
class ImapBox:
    """Letters by their numbers; `down` refuses everybody, `fetched` tells what was asked for."""

    port: int = 0
    uidvalidity: int = 7
    letters: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    fetched: list[str] = field(default_factory=list)
    down: bool = False

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD.replace(' ', '%20')}@127.0.0.1:{self.port}/INBOX"

    def put(self, raw: bytes) -> int:
        uid = max(self.letters, default=0) + 1
        self.letters[uid] = raw
        return uid


@contextmanager
def imap_server() -> Iterator[ImapBox]:  # noqa: C901 - a protocol
    """The mailbox, running."""
    box = ImapBox()

    class Talk(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("* OK ready" if not box.down else "* BYE no")
            while not box.down and (line := self.rfile.readline().decode().strip()):
                tag, _, command = line.partition(" ")
                if self.answer(command):
                    self.say(f"{tag} OK done")
                    return
                self.say(f"{tag} {self.verdict}")

        verdict = "OK done"

        def answer(self, command: str) -> bool:
            """Answer a command; whether the conversation ends with it."""
            self.verdict, upper = "OK done", command.upper()
            if upper.startswith("CAPABILITY"):
                self.say("* CAPABILITY IMAP4rev1")
            elif upper.startswith("LOGIN"):
                given = f"{USER} {PASSWORD}"
                right = command.split(" ", 1)[1].replace('"', "") == given
                self.verdict = "OK in" if right else "NO [AUTHENTICATIONFAILED] no"
            elif upper.startswith("SELECT"):
                self.say(f"* {len(box.letters)} EXISTS")
                self.say(f"* OK [UIDVALIDITY {box.uidvalidity}] valid")
            elif upper.startswith("UID SEARCH"):
                self.search(command)
            elif upper.startswith("UID FETCH"):
                self.fetch(command)
            elif upper.startswith("UID STORE"):
                box.seen.add(int(command.split(" ")[2]))
            elif upper.startswith("LOGOUT"):
                self.say("* BYE bye")
                return True
            return False

        def search(self, command: str) -> None:
            found = sorted(box.letters)
            if span := re.search(r"UID (\d+):\*", command[4:]):
                first = int(span[1])
                found = [uid for uid in found if uid >= first] or found[-1:]  # `n:*` always names the last
            self.say("* SEARCH " + " ".join(map(str, found)))

        def fetch(self, command: str) -> None:
            uid, what = int(command.split(" ")[2]), command.split(" ", 3)[3]
            box.fetched.append(f"{uid} {what}")
            raw = box.letters.get(uid)
            if raw is None:
                return
            if "SIZE" in what:
                self.say(f"* {uid} FETCH (UID {uid} RFC822.SIZE {len(raw)})")
                return
            data = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if "HEADER" in what else raw
            self.wfile.write(
                f"* {uid} FETCH (UID {uid} BODY[] {{{len(data)}}}\r\n".encode() + data + b")\r\n"
            )

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Talk) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield box
        server.shutdown()
