"""Servers that stand where the world would: a mail server and an HTTP gateway that keep all."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class BusyServer(ThreadingHTTPServer):
    """Server with room for many callers at once: of twenty the system resets some with the usual five."""

    request_queue_size = 64


class Answering(BaseHTTPRequestHandler):
    """Answers with bytes, and says nothing of it."""

    def tell(self, status: int, data: bytes) -> None:
        """Answer with this status and body."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the test's output clean."""


@contextmanager
def answering(handler: type[Answering]) -> Iterator[str]:
    """The address on the loopback where it answers, while the block runs."""
    with BusyServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@dataclass
class Mailbox:
    """A mail server that takes everything; `refuse` is what it answers to a recipient instead."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: str = ""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mail_server() -> Iterator[Mailbox]:  # noqa: C901 - a conversation
    """A mailbox behind SMTP."""
    box = Mailbox()

    class Conversation(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 sink")
            while line := self.rfile.readline().decode("utf-8").strip():
                verb = line.split(" ")[0].upper()
                if verb == "EHLO":
                    self.say("250-sink")
                    self.say("250 SMTPUTF8")
                elif verb == "RCPT" and box.refuse:
                    self.say(box.refuse)
                elif verb == "RCPT":
                    box.recipients.append(line.split("<")[1].split(">")[0])
                    self.say("250 ok")
                elif verb == "DATA":
                    self.say("354 go on")
                    box.mails.append(self.letter())
                    self.say("250 ok")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def letter(self) -> EmailMessage:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            return message_from_bytes(b"".join(lines), policy=policy.default)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Conversation) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield box
        server.shutdown()


@dataclass
class Asked:
    """One request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Gate:
    """An HTTP server that keeps what it is asked; answers with `answers` in turn, the last one for ever."""

    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [201])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def http_server() -> Iterator[Gate]:
    """A gateway over HTTP."""
    gate = Gate()

    class Handler(BaseHTTPRequestHandler):
        def take(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            gate.asked.append(Asked(self.command, self.path, headers, body))
            self.send_response(gate.answers.pop(0) if len(gate.answers) > 1 else gate.answers[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = take  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the test's output clean."""

    with BusyServer(("127.0.0.1", 0), Handler) as server:
        gate.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield gate
        server.shutdown()
