"""Words of the OpenAPI about the whole: what it is, its parts, and the messages that webhooks get."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from service.domain.reports.event_keys import EVENT_KEYS
from service.models import EventData, EventType

Schema = dict[str, Any]

SUMMARY = "Reports from citizens: sending, following, working on them, and reading what is public."
ABOUT = (
    "Times are RFC 3339 with a zone, positions WGS 84 as `lon`, `lat`. Refusals are problems (RFC 9457) with "
    "a stable `type`; `errors` says which value is wrong. Every GET answers HEAD too. Lists go on with "
    "`next`. A page with examples: `/help/api`."
)
LICENCE = {"name": "No licence yet", "identifier": "LicenseRef-none-yet"}
CONTACT = {"name": "Hiện Trường"}

TAGS: dict[str, str] = {
    "numbers": "Telephone numbers on illegal advertisements: read, confirmed, their cases, carriers, lists.",
    "administration": "What administrators change: rules, policies, categories, accounts, keys, webhooks.",
    "casework": "The steps that staff take with a case.",
    "downloads": "Files of lists, made while one waits.",
    "clean-ups": "Clean-ups: what comes, signing up without an account, the day and its one result.",
    "feed": "Public events in one order that never changes, page by page or as they happen.",
    "figures": "Numbers of reports and of how fast they were dealt with.",
    "emulation": "Movements: criteria over indicators, claims, points of the council, standings, papers.",
    "documents": "Official documents: made, numbered, kept signed; how units write them.",
    "inspection": "Verdicts of inspectors, also those made without a network.",
    "participation": "What citizens do with a report: follow, comment, rate, reopen, withdraw.",
    "photos": "Photos of reports, at once or in pieces.",
    "plans": "Plans of the office: imported, drafted, put in force, read, told of.",
    "reference data": "Categories, departments, wards and places.",
    "reports": "Sending reports and reading them.",
    "routing": "Why a report went where it went, and trying rules.",
    "sessions": "Signing in and out, and who one is.",
    "tiles": "Vector tiles for maps.",
    "works": "Works of plans: steps, notes, parts, more time, difficulties.",
    "surveys": "Inspection surveys: points split among inspectors, seen on the phone, faults become reports.",
    "cables": "Hanging cables: the undergrounding plan by street and company, and its files.",
    "visibility": "Taking reports, photos and comments off the public pages.",
}

_HEADERS = {
    "webhook-id": "Number of the message, the same at every try: do nothing the second time.",
    "webhook-timestamp": "When this try was made, in seconds since 1970.",
    "webhook-signature": "`v1,` and the HMAC-SHA256 of `{id}.{timestamp}.{body}` in base64; several with "
    "spaces between while the secret is being changed.",
}


def webhooks() -> Schema:
    """Return the section `webhooks` of the document: what a receiver gets for each public event."""
    parameters = [
        {
            "name": name,
            "in": "header",
            "required": True,
            "description": description,
            "schema": {"type": "string"},
        }
        for name, description in _HEADERS.items()
    ]
    answers = {
        "2XX": {"description": "Received. Anything else is tried again, up to nine times in three days."},
        "410": {"description": "Never again: the webhook is switched off."},
        "429": {"description": "Later, after `Retry-After`."},
    }
    operation = {
        "operationId": "receive_event",
        "summary": "A public event",
        "description": "Sent by the Standard Webhooks specification 1.0.0 to what an administrator named. "
        "Messages may come twice, and in another order after a failure: `data.cursor` is the feed's.",
        "tags": ["feed"],
        "security": [],
        "parameters": parameters,
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/WebhookMessage"}}},
        },
        "responses": answers,
    }
    return {"event": {"post": operation}}


MESSAGE: Schema = {
    "title": "WebhookMessage",
    "description": "Body of a message: `data` is the item as the feed has it; a `webhook.test` has none.",
    "type": "object",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string", "examples": [EventType.CLOSED.value, "webhook.test"]},
        "timestamp": {"type": "string", "format": "date-time", "examples": ["2026-05-04T01:30:00Z"]},
        "data": {"anyOf": [{"$ref": "#/components/schemas/FeedItem"}, {"type": "object"}]},
    },
}


def event_data() -> Schema:
    """Return the schema of the facts of an event of a report, with the types of events that carry each."""
    made: Schema = TypeAdapter(EventData).json_schema()
    carried = "\n".join(
        f"- `{type_}`: {', '.join(f'`{key}`' for key in sorted(keys))}"
        for type_, keys in sorted(EVENT_KEYS.items())
        if keys
    )
    made["description"] = f"{made['description']}\n\nBy type:\n\n{carried}"
    return made


_READ = ("application/json", "application/octet-stream")


def offer_bytes(answers: Schema) -> None:
    """Say of each answer that is a file or a picture that it is bytes: generators of clients know no other
    kind of content, and leave the call out.
    """
    for answer in answers.values():
        kinds = answer.get("content", {})
        if kinds and not any(each in _READ or each.startswith("text/") or "json" in each for each in kinds):
            kinds["application/octet-stream"] = {"schema": {"type": "string", "format": "binary"}}


def close_tuples(part: object) -> None:
    """Say of arrays with a fixed length what further items would be: some tools read none without it."""
    if isinstance(part, dict):
        if "prefixItems" in part:
            part.setdefault("items", {})
        for each in part.values():
            close_tuples(each)
    elif isinstance(part, list):
        for each in part:
            close_tuples(each)
