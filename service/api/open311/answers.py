"""Answers in the form that the address ends with: JSON, or XML without namespaces; refusals too."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic_core import PydanticSerializationError, to_json

from service.errors import AppError, FieldError
from service.i18n import translate
from service.web.any_site import ANY_SITE

BASE = "/open311"

_PARTS = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "photos": "photo",
    "notes": "note",
    "errors": "error",
}
"""What stands in each list."""

_THEIR_STATUS = {401: 403, 409: 400, 422: 400}
"""The specification knows a missing key, a thing that is not found, and one refusal of everything else."""

_MANY = ("service_request_id", "service_code", "status")

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


Route = TypeVar("Route", bound=Callable[..., Awaitable[Response]])


def in_both_forms(
    router: APIRouter, path: str, *, methods: Sequence[str] = ("GET",), **how: Any
) -> Callable[[Route], Route]:
    """Mount a function at this path in both forms."""

    def mount(function: Route) -> Route:
        for form in ("json", "xml"):
            router.add_api_route(f"{path}.{form}", function, methods=list(methods), **how)
        return function

    return mount


def is_json(path: str) -> bool:
    """Return whether this address wants JSON; what ends in neither is XML, the first form there was."""
    return path.endswith(".json")


def listed_parameters(request: Request) -> dict[str, str]:
    """Return the parameters of the address without empty ones; lists may be repeated or have commas."""
    params: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if text := value.strip():
            params[name] = f"{params[name]},{text}" if name in _MANY and name in params else text
    return params


def render_answer(
    request: Request,
    root: str,
    payload: object,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer: in JSON without its root, a list as a list, however long."""
    if is_json(request.url.path):
        content, kind = _dumped(payload), "application/json; charset=utf-8"
    else:
        body = f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, payload)}\n'
        content, kind = body.encode("utf-8", "replace"), "text/xml; charset=utf-8"
    return Response(content, status, headers={**(headers or {}), **ANY_SITE}, media_type=kind)


def _dumped(payload: object) -> bytes:
    try:
        return to_json(payload)  # a page of 200 requests in a third of the time
    except PydanticSerializationError:  # half of a character, in what a refusal repeats
        return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def answer_refusal(request: Request, error: AppError, status: int) -> Response:
    """Return a refusal as Open311 says it: a list of code and description."""
    shown = _THEIR_STATUS.get(status, status)
    sentences = [_field_sentence(each) for each in error.errors] or [translate(error.detail, **error.params)]
    errors = [{"code": shown, "description": each} for each in sentences]
    headers = {name: value for name, value in error.headers.items() if name.lower() != "www-authenticate"}
    return render_answer(request, "errors", errors, status=shown, headers=headers)


def _field_sentence(field: FieldError) -> str:
    sentence = translate(field.msg, **(field.params or {}))
    name = str(field.loc[-1]) if field.loc else ""
    return sentence if not name or name in sentence else f"{name}: {sentence}"


def _element(name: str, value: object) -> str:
    inside = _inside(name, value)
    return f"<{name}>{inside}</{name}>" if inside else f"<{name}/>"


def _inside(name: str, inner: object) -> str:
    if inner is None:
        return ""
    if isinstance(inner, bool):
        return "true" if inner else "false"
    if isinstance(inner, Mapping):
        return "".join(_element(str(each), value) for each, value in inner.items())
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return "".join(_element(_PARTS[name], value) for value in inner)
    return escape(_NO_XML.sub("", str(inner)))
