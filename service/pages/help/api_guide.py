"""The API explained from its own description: parts, calls, parameters, statuses, an example of each call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.domain.reports.event_keys import EVENT_KEYS
from service.i18n import N_
from service.rendering.engine import page
from service.web.dependencies import ReferenceDep, ResourcesDep

router = APIRouter()

Schema = Mapping[str, Any]
PART_WORDS = {
    "administration": N_("Quản trị"),
    "casework": N_("Xử lý"),
    "clean-ups": N_("Ra quân dọn vệ sinh"),
    "downloads": N_("Tải dữ liệu"),
    "documents": N_("Các văn bản"),
    "emulation": N_("Thi đua"),
    "feed": N_("Diễn biến"),
    "figures": N_("Số liệu"),
    "inspection": N_("Kiểm tra thực địa"),
    "numbers": N_("Số điện thoại rao vặt"),
    "participation": N_("Người dân tham gia"),
    "photos": N_("Ảnh"),
    "plans": N_("Kế hoạch"),
    "reference data": N_("Danh mục"),
    "reports": N_("Các phản ánh"),
    "routing": N_("Phân công"),
    "sessions": N_("Đăng nhập"),
    "tiles": N_("Ô bản đồ"),
    "visibility": N_("Ẩn và hiện"),
    "works": N_("Công việc theo kế hoạch"),
    "surveys": N_("Đợt kiểm tra"),
    "cables": N_("Cáp treo và kế hoạch ngầm hóa"),
}
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class CallGuide:
    """A call as the page shows it; `who` are the ways to say who one is, none for everybody."""

    id: str
    method: str
    path: str
    about: str
    parameters: Sequence[tuple[str, str, str, bool]]
    statuses: Sequence[tuple[str, str]]
    who: Sequence[str]
    example: str


@dataclass(frozen=True, slots=True)
class PartGuide:
    """A part of the API with its calls."""

    name: str
    about: str
    calls: Sequence[CallGuide]


@router.get("/help/api")
async def guide(request: Request, reference: ReferenceDep, resources: ResourcesDep) -> Response:
    """The whole API on one page, without scripts."""
    url = resources.settings.public_url.rstrip("/")
    document: Schema = request.app.openapi()
    context = {
        "reference": reference,
        "parts": parts_of_document(document, url),
        "words": PART_WORDS,
        "events": [(type_, sorted(keys)) for type_, keys in EVENT_KEYS.items() if keys],
        "facts": facts_of_events(document),
        "url": url,
    }
    return page(request, "help/api.html", context)


def facts_of_events(document: Schema) -> list[tuple[str, str]]:
    """Return each fact that an event may carry, by its name, with what it means."""
    properties: Schema = document["components"]["schemas"]["EventData"]["properties"]
    return [(name, properties[name]["description"]) for name in sorted(properties)]


def parts_of_document(document: Schema, url: str) -> list[PartGuide]:
    """Return the parts of the document in its order, each with its calls."""
    calls: dict[str, list[CallGuide]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            found = _call(document, url, path, method, operation)
            calls.setdefault((operation.get("tags") or [""])[0], []).append(found)
    about = {each["name"]: each["description"] for each in document["tags"]}
    return [PartGuide(name, about.get(name, ""), calls[name]) for name in sorted(calls)]


def _call(document: Schema, url: str, path: str, method: str, operation: Schema) -> CallGuide:
    parameters = [
        (each["name"], each["in"], _plain(each.get("description", "")), each.get("required", False))
        for each in operation.get("parameters", ())
    ]
    statuses = [(status, _plain(each["description"])) for status, each in operation["responses"].items()]
    who = [next(iter(each)) for each in operation.get("security", ()) if each]
    open_to_all = {} in operation.get("security", ()) or not who
    return CallGuide(
        operation["operationId"],
        method.upper(),
        path,
        _plain(operation.get("description", "")),
        parameters,
        statuses,
        [] if open_to_all else who,
        _curl(document, url, path, method, operation, signed=not open_to_all),
    )


def _curl(document: Schema, url: str, path: str, method: str, operation: Schema, *, signed: bool) -> str:
    """Return a command line that makes the call."""
    words = [f"curl -X {method.upper()} '{url}{path}'"] if method != "get" else [f"curl '{url}{path}'"]
    if signed:
        words.append('-H "Authorization: Bearer $KEY"')
    content: Schema = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        body = _sample(document, content["application/json"].get("schema", {}), 0)
        words += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body, ensure_ascii=False)}'"]
    elif "multipart/form-data" in content:
        words.append("-F 'file=@photo.jpg'")
    return " \\\n  ".join(words)


def _sample(document: Schema, schema: Schema, depth: int) -> object:
    """Return a value of the right shape: an example or default where there is one, else what is required."""
    if "$ref" in schema:
        return _sample(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], depth)
    for known in _known(schema):
        return known
    for either in ("anyOf", "oneOf", "allOf"):
        if schema.get(either):
            return _sample(document, schema[either][0], depth)
    if schema.get("type") == "object" or "properties" in schema:
        required = schema.get("required", ())
        properties: Schema = schema.get("properties", {})
        if depth > _DEEPEST:
            return {}
        return {
            name: _sample(document, properties[name], depth + 1) for name in required if name in properties
        }
    if schema.get("type") == "array":
        return []
    return {"integer": 1, "number": 1.0, "boolean": True}.get(
        schema.get("type", ""), _TEXTS.get(schema.get("format", ""), "…")
    )


_TEXTS = {
    "uuid": "0190b5a2-6c1e-7000-8000-000000000001",
    "date-time": "2026-05-04T08:30:00+07:00",
    "date": "2026-05-04",
}


def _known(schema: Schema) -> Iterator[object]:
    yield from schema.get("examples", ())
    for name in ("const", "default"):
        if schema.get(name) is not None:
            yield schema[name]
    yield from schema.get("enum", ())


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").split())
