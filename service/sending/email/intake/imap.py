"""A mailbox over IMAP: asked every half minute, since waiting connections (IDLE) hang after hours."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

Line = TypeVar("Line")

TIMEOUT_S = 20.0
RESCAN = timedelta(days=7)
"""So far back a mailbox is read again whose numbers start anew; what is known is dropped by its key."""

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxFailed(Exception):
    """Failure of the mailbox or of the way to it."""


@dataclass(frozen=True, slots=True)
class Imap:
    """An open mailbox."""

    server: imaplib.IMAP4
    uidvalidity: int

    def uids_after(self, uidvalidity: int | None, last: int, now: datetime) -> Sequence[int]:
        """Return the letters that are new, oldest first.

        `n:*` always names the last letter, also where its number is smaller: those are left out.
        """
        if uidvalidity == self.uidvalidity:
            criteria = ("UID", f"{last + 1}:*")
        else:
            day = (now - RESCAN).date()
            criteria = ("SINCE", f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}")
            last = 0
        found = _ok(self.server.uid("SEARCH", *criteria))
        numbers = {int(each) for line in found if line for each in line.split()}
        return sorted(number for number in numbers if number > last)

    def size(self, uid: int) -> int | None:
        """Return how many bytes a letter has, None where it is gone."""
        for line in _ok(self.server.uid("FETCH", str(uid), "(RFC822.SIZE)")):
            head = line[0] if isinstance(line, tuple) else line
            if head and (size := _SIZE.search(head)):
                return int(size[1])
        return None

    def whole(self, uid: int) -> bytes | None:
        """Return a raw letter, None where it is gone."""
        return self._body(uid, "(BODY.PEEK[])")

    def head(self, uid: int) -> bytes | None:
        """Return a letter's headers alone."""
        return self._body(uid, "(BODY.PEEK[HEADER])")

    def mark_seen(self, uid: int) -> None:
        """Mark a letter as read, for people who look into the mailbox."""
        self.server.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Seen)")

    def _body(self, uid: int, what: str) -> bytes | None:
        for line in _ok(self.server.uid("FETCH", str(uid), what)):
            if isinstance(line, tuple) and len(line) > 1:
                return bytes(line[1])
        return None


@contextmanager
def open_mailbox(url: str) -> Iterator[Imap]:
    """Open `imaps://user:password@host/INBOX`. Raises MailboxFailed, also for what fails inside."""
    parts = urlsplit(url)
    server: imaplib.IMAP4 | None = None
    try:
        server = _connect(parts.scheme, parts.hostname or "localhost", parts.port, parse_qs(parts.query))
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        _ok(server.select(f'"{folder}"'))
        validity = server.response("UIDVALIDITY")[1]
        yield Imap(server, int(validity[0]) if validity and validity[0] else 0)
    except (imaplib.IMAP4.error, OSError, ValueError, EOFError) as error:
        # The library's words hold the command, and with it a password.
        raise MailboxFailed(f"IMAP: {_reason(error)}") from None
    finally:
        if server is not None:
            _leave(server)


def _connect(scheme: str, host: str, port: int | None, query: dict[str, list[str]]) -> imaplib.IMAP4:
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(
            host, port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S
        )
    server = imaplib.IMAP4(host, port or 143, timeout=TIMEOUT_S)
    if query.get("tls") == ["start"]:
        server.starttls(ssl.create_default_context())
    return server


def _leave(server: imaplib.IMAP4) -> None:
    try:
        server.logout()
    except (imaplib.IMAP4.error, OSError, EOFError):
        return


def _ok(answer: tuple[str, list[Line]]) -> list[Line]:
    """Return the data of a server's answer. Raises IMAP4.error unless its status is OK."""
    state, lines = answer
    if state != "OK":
        raise imaplib.IMAP4.error("refused")
    return lines


def _reason(error: Exception) -> str:
    if isinstance(error, imaplib.IMAP4.abort):
        return "connection lost"
    if isinstance(error, imaplib.IMAP4.error):
        return "sign-in failed" if "AUTHENTICATION" in str(error).upper() else "refused"
    return type(error).__name__
