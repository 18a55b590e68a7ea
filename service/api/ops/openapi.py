"""Additions to the OpenAPI beyond what FastAPI sees: bodies read by hand, problems, who may, what next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from service.api.ops.descriptions import MESSAGE, TAGS, close_tuples, event_data, offer_bytes, webhooks
from service.api.shared.answers import PROBLEM_SCHEMA, refusals
from service.domain.reports.drafts import Submission
from service.web.failures import Problem

Schema = dict[str, Any]
Route = tuple[str, str]
"""Method and path below `/api/v1`."""

V1 = "/api/v1"
_BY_HAND: tuple[type[BaseModel], ...] = (Submission, Problem)
_EVENTS = ("FeedItem", "TimelineEvent", "InsideEvent")
_FRAMEWORK = ("HTTPValidationError", "ValidationError")
_ONE = "/reports/{name}"

_OF_REPORT: Mapping[str, Route] = {
    "report": ("get", _ONE),
    "timeline": ("get", f"{_ONE}/events"),
    "routing": ("get", f"{_ONE}/routing"),
    "photos": ("get", f"{_ONE}/photos"),
    "add_photo": ("post", f"{_ONE}/photos"),
    "comments": ("get", f"{_ONE}/comments"),
    "comment": ("post", f"{_ONE}/comments"),
    "follow": ("post", f"{_ONE}/follow"),
    "rate": ("post", f"{_ONE}/rating"),
    "reopen": ("post", f"{_ONE}/reopen"),
    "withdraw": ("post", f"{_ONE}/withdraw"),
    "transition": ("post", f"{_ONE}/transitions"),
    "extend": ("post", f"{_ONE}/extensions"),
    "contact": ("post", f"{_ONE}/contact"),
}
_PAGED: Mapping[Route, str] = {
    ("get", "/reports"): "cursor",
    ("get", f"{_ONE}/events"): "cursor",
    ("get", "/queue"): "cursor",
    ("get", "/feed"): "after",
}

_STAFF: tuple[Schema, ...] = ({"StaffToken": []}, {"StaffSession": []})
_CITIZEN: Schema = {"ReportSecret": []}
_FOR_STAFF: frozenset[Route] = frozenset(
    {
        ("get", "/me"),
        ("delete", "/sessions/current"),
        ("get", "/queue"),
        ("post", "/rules/try"),
        ("post", f"{_ONE}/contact"),
        ("post", f"{_ONE}/transitions"),
        ("post", f"{_ONE}/extensions"),
        ("get", f"{_ONE}/photos/{{photo_id}}/original"),
    }
)
_WITH_SECRET: frozenset[Route] = frozenset(
    ("post", f"{_ONE}/{what}") for what in ("photos", "comments", "rating", "reopen", "withdraw")
)
"""Staff may do some of these too, but nobody may without saying who they are."""


def complete(schema: Schema) -> Schema:
    """Return the framework's schema, completed in place."""
    schemas: Schema = schema["components"]["schemas"]
    for model in _BY_HAND:
        _add(schemas, model)
    for route, operation in _operations(schema):
        _say_who_may(route, operation)
        refused = operation["responses"].get("422", {}).get("content", {})
        if "application/json" in refused:
            refused["application/problem+json"] = {"schema": PROBLEM_SCHEMA}
            del refused["application/json"]
        offer_bytes(operation["responses"])
    for name in _FRAMEWORK:
        schemas.pop(name, None)
    schemas["WebhookMessage"] = MESSAGE
    schemas["EventData"] = event_data()
    for name in _EVENTS:
        schemas[name]["properties"]["data"] = {"$ref": "#/components/schemas/EventData"}
    schema["webhooks"] = webhooks()
    schema["tags"] = [
        {"name": name, "description": description} for name, description in sorted(TAGS.items())
    ]
    close_tuples(schemas)
    _link(schema)
    return schema


def _add(schemas: Schema, model: type[BaseModel]) -> None:
    made = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= made.pop("$defs", {})
    schemas[model.__name__] = made


def _operations(schema: Schema) -> Iterator[tuple[Route, Schema]]:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield (method, path.removeprefix(V1)), operation


def _say_who_may(route: Route, operation: Schema) -> None:
    """Correct who may call each operation: the framework takes every way to say who one is for needed."""
    if route in _FOR_STAFF or route[1].startswith("/admin/"):
        operation["security"] = [*_STAFF]
    elif route in _WITH_SECRET:
        operation["security"] = [*_STAFF, _CITIZEN]
    elif "security" in operation:
        operation["security"] = [{}, *_STAFF, _CITIZEN]
    else:
        operation["security"] = []
    if {"StaffToken": []} in operation["security"]:  # each key of a programme has a limit of its own
        operation["responses"].setdefault("429", refusals(429)[429])


def _link(schema: Schema) -> None:
    """Links from an answer to what may be asked next."""
    _point(schema, ("post", "/reports"), _OF_REPORT, {"name": "$response.body#/id"})
    first = {"first_report": ("get", _ONE), "first_timeline": ("get", f"{_ONE}/events")}
    _point(schema, ("get", "/reports"), first, {"name": "$response.body#/items/0/code"})
    original = {"original": ("get", f"{_ONE}/photos/{{photo_id}}/original")}
    photo = {"name": "$request.path.name", "photo_id": "$response.body#/id"}
    _point(schema, ("post", f"{_ONE}/photos"), original, photo)
    for route, parameter in _PAGED.items():
        here = {"name": "$request.path.name"} if "{name}" in route[1] else {}
        _point(schema, route, {"next": route}, {**here, parameter: "$response.body#/next"})


def _point(
    schema: Schema, source: Route, targets: Mapping[str, Route], parameters: Mapping[str, str]
) -> None:
    responses = _operation(schema, source)["responses"]
    links = {
        name: {"operationId": _operation(schema, target)["operationId"], "parameters": dict(parameters)}
        for name, target in targets.items()
    }
    for status in {"200", "201"} & responses.keys():
        responses[status].setdefault("links", {}).update(links)


def _operation(schema: Schema, route: Route) -> Schema:
    method, path = route
    found: Schema = schema["paths"][V1 + path][method]
    return found
