"""Forms on their way in: read once a request, whole or not at all, their files closed in any case."""

from __future__ import annotations

import errno
from collections.abc import AsyncGenerator
from contextlib import aclosing

from fastapi import Request
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Scope

from service.errors import Malformed
from service.i18n import N_
from service.storage import StorageFull, StorageUnavailable

MULTIPART = "multipart/form-data"
PLAIN = "application/x-www-form-urlencoded"
FIELDS = FILES = 1000
FIELD_BYTES = 1024 * 1024
"""The framework's own limits, for forms of pages; what the edge lets in bounds them all."""

_KEPT = "hientruong.form"


async def read_form(
    request: Request, *, max_files: int = FILES, max_fields: int = FIELDS, max_part_size: int = FIELD_BYTES
) -> FormData:
    """Return the request's form; empty where its body is none. Who asks again gets the same.

    Nobody else reads a form (`request.form()`): that one keeps the file of a part without an end open, and
    what was read before somebody refused the request. The edge closes it when the request is answered;
    `close_form` may do so before.

    Raises Malformed where the body is no such form or ends before the form does, StorageUnavailable where a
    file cannot be set down, ClientDisconnect.
    """
    if (known := request.scope.get(_KEPT)) is not None:
        form: FormData = known
        return form
    limits = {"max_fields": max_fields, "max_part_size": max_part_size}
    if not is_multipart(request.headers):
        form = await request.form(**limits)
    else:
        try:
            async with aclosing(request.stream()) as stream:
                headers = _in_utf8(request.headers)
                form = await _WholeForm(headers, stream, max_files=max_files, **limits).parse()
        except MultiPartException as error:
            raise Malformed(
                N_("Biểu mẫu gửi lên bị hỏng, thiếu phần cuối hoặc có quá nhiều mục. Hãy gửi lại.")
            ) from error
        except OSError as error:  # large files wait on the disk
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise (StorageFull if full else StorageUnavailable)(str(error)) from error
    request.scope[_KEPT] = form
    return form


def sent_form(scope: Scope) -> FormData | None:
    """Return the request's form if it was read by now, None otherwise. Its files may be closed."""
    form: FormData | None = scope.get(_KEPT)
    return form


def close_form(scope: Scope) -> None:
    """Close the files of the request's form, if it was read. At once: a request that is broken off waits for
    nothing any more.
    """
    form = sent_form(scope)
    for _, value in form.multi_items() if form is not None else ():
        if isinstance(value, UploadFile):
            value.file.close()


def is_multipart(headers: Headers) -> bool:
    """Return whether the body says that it is a form with files."""
    return _media_type(headers) == MULTIPART


def is_form(headers: Headers) -> bool:
    """Return whether the body says that it is a form, with or without files."""
    return _media_type(headers) in (MULTIPART, PLAIN)


def is_page_form(request: Request) -> bool:
    """Return whether the body is a page's form; those of the API are for its routes to read."""
    return is_form(request.headers) and not request.url.path.startswith(("/api/", "/open311/"))


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _in_utf8(headers: Headers) -> Headers:
    """Return the headers without a coding of the form's texts. Browsers name none, and several that Python
    knows make letters that cannot be written again, fail in errors of their own, or take minutes.
    """
    kind, *options = headers["content-type"].split(";")
    known = [each for each in options if each.partition("=")[0].strip().lower() != "charset"]
    return Headers({"content-type": ";".join((kind, *known))})


class _WholeForm(MultiPartParser):
    """The framework's parser, which takes a body that breaks off for a form without its last part and leaves
    that part's file open. Here it fails within `parse`, which then closes every file it made.
    """

    def __init__(
        self,
        headers: Headers,
        stream: AsyncGenerator[bytes, None],
        *,
        max_files: int,
        max_fields: int,
        max_part_size: int,
    ) -> None:
        super().__init__(
            headers,
            self._to_the_end(stream),
            max_files=max_files,
            max_fields=max_fields,
            max_part_size=max_part_size,
        )
        self._begun = self._ended = False

    def on_part_begin(self) -> None:
        self._begun = True
        super().on_part_begin()

    def on_end(self) -> None:
        self._ended = True
        super().on_end()

    async def _to_the_end(self, stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        async for chunk in stream:
            yield chunk
        if self._begun and not self._ended:
            raise MultiPartException("The form ends before its last boundary.")
