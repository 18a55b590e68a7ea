"""Forms at the edge: whole, or refused with nothing left open."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect
from starlette.types import Message

from service.errors import Malformed
from service.storage import StorageFull, StorageUnavailable
from service.web.forms import close_form, read_form
from tests.support.spools import CONTENT_TYPE, HEAD, Spools, watch_spools
from tests.web.small import Server, edge_settings, serving, small_app

LARGE = b"x" * (2 * 1024 * 1024)
"""More than stays in memory."""

FIELD = b'\r\n--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n7'
END = b"\r\n--b--\r\n"

BROKEN: dict[str, list[bytes]] = {
    "within a file": [HEAD + b"x"],
    "within a large file": [HEAD + LARGE],
    "within a file of two pieces": [HEAD + LARGE, LARGE],
    "within the last boundary": [HEAD + b"x\r\n--b-"],
    "before the last boundary": [HEAD + b"x" + FIELD],
    "after a boundary": [HEAD + b"x\r\n--b\r\n"],
    "after a head": [HEAD + b"x\r\n" + HEAD],
    "in the second file": [HEAD + LARGE, b"\r\n" + HEAD + LARGE],
    "a broken head": [HEAD + LARGE, b"\r\n--b\r\nContent Disposition: form-data\r\n\r\n1" + END],
    "a head without a name": [HEAD + LARGE + b"\r\n--b\r\nContent-Disposition: form-data\r\n\r\n1" + END],
    "too many files": [HEAD + b"1\r\n" + HEAD + b"2\r\n" + HEAD + b"3" + END],
    "too large a field": [HEAD + b"1" + FIELD + b"7" * 2000 + END],
}


@pytest.fixture
def spools(monkeypatch: pytest.MonkeyPatch) -> Spools:
    return watch_spools(monkeypatch)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(small_app(edge_settings())) as made:
        yield made


def request_of(*chunks: bytes, content_type: str = CONTENT_TYPE, torn: bool = False) -> Request:
    """A request whose body comes in these pieces; torn, the client is gone after them."""
    coming: list[Message] = [{"type": "http.request", "body": each, "more_body": True} for each in chunks]
    coming.append({"type": "http.disconnect"} if torn else {"type": "http.request", "body": b""})

    async def receive() -> Message:
        return coming.pop(0)

    headers = [(b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}
    return Request(scope, receive)


def read(request: Request) -> dict[str, Any]:
    return dict(asyncio.run(read_form(request, max_files=2, max_fields=4, max_part_size=1024)))


@pytest.mark.parametrize("how", BROKEN)
def test_a_form_that_breaks_off_is_refused_and_leaves_nothing_open(spools: Spools, how: str) -> None:
    with pytest.raises(Malformed):
        read(request_of(*BROKEN[how]))
    assert spools.made() >= 1


def test_a_client_that_is_gone_leaves_nothing_open(spools: Spools) -> None:
    with pytest.raises(ClientDisconnect):
        read(request_of(HEAD + LARGE, torn=True))
    assert spools.made() == 1


@pytest.mark.parametrize("coding", ["utf-8", "undefined", "utf-7", "unicode_escape", "punycode", "UTF-16"])
@pytest.mark.parametrize("option", ["; charset={}", ';Charset="{}"'])
def test_texts_are_utf_8_whatever_coding_is_named(coding: str, option: str) -> None:
    text = "hẻm \\ud800 +2AA- "
    head = b'--b\r\nContent-Disposition: form-data; name="id"\r\n\r\n'
    content_type = CONTENT_TYPE + option.format(coding)
    assert read(request_of(head + text.encode() + END, content_type=content_type)) == {"id": text}


@pytest.mark.parametrize("content_type", [CONTENT_TYPE, "Multipart/Form-Data; boundary=b"])
@pytest.mark.parametrize("end", [END, b"\r\n--b--", END + b"what comes after means nothing"])
def test_a_whole_form_is_read_once_and_closed_once(spools: Spools, content_type: str, end: bytes) -> None:
    request = request_of(HEAD + LARGE, FIELD + end, content_type=content_type)
    form = read(request)
    assert form["id"] == "7"
    assert isinstance(form["file"], UploadFile) and form["file"].file.read() == LARGE
    assert read(request)["file"] is form["file"]
    close_form(request.scope)
    close_form(request.scope)
    assert spools.made() == 1


@pytest.mark.parametrize(
    ("body", "content_type", "found"),
    [
        (b"", CONTENT_TYPE, {}),
        (b"--b--\r\n", CONTENT_TYPE, {}),
        (b"a=1&b=", "application/x-www-form-urlencoded", {"a": "1", "b": ""}),
        (b'{"a": 1}', "application/json", {}),
    ],
)
def test_a_form_without_parts_and_one_without_files(
    body: bytes, content_type: str, found: dict[str, str]
) -> None:
    request = request_of(body, content_type=content_type)
    assert read(request) == found
    close_form(request.scope)


def test_a_form_that_nobody_read_has_nothing_to_close() -> None:
    close_form(request_of(b"").scope)


def test_a_form_without_its_boundary_is_refused() -> None:
    with pytest.raises(Malformed):
        read(request_of(HEAD, content_type="multipart/form-data"))


@pytest.mark.parametrize(
    ("number", "refusal"),
    [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EIO, StorageUnavailable)],
)
def test_a_full_disk_is_said_and_leaves_nothing_open(
    spools: Spools, monkeypatch: pytest.MonkeyPatch, number: int, refusal: type[StorageUnavailable]
) -> None:
    async def full(self: UploadFile, data: bytes) -> None:
        raise OSError(number, "no")

    monkeypatch.setattr(UploadFile, "write", full)
    with pytest.raises(StorageUnavailable) as told:
        read(request_of(HEAD + LARGE + END))
    assert type(told.value) is refusal
    assert spools.made() == 1


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (b"/form", HEAD + LARGE + END, b"200"),
        (b"/form", HEAD + LARGE, b"400"),
        (b"/form/refused", HEAD + LARGE + END, b"403"),
    ],
)
def test_the_edge_closes_what_a_route_read(
    server: Server, spools: Spools, path: bytes, body: bytes, status: bytes
) -> None:
    head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-CSRF-Token: x\r\n" % path
    head += b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n" % (CONTENT_TYPE.encode(), len(body))
    assert server.ask(head + body).startswith(b"HTTP/1.1 %s " % status)
    assert spools.made() == 1
