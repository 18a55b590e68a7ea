"""The refusals a route declares, so that the OpenAPI names every status that can come back."""

from __future__ import annotations

_MEANINGS = {
    400: "The request cannot be read",
    401: "Nobody is signed in, or the secret or token is not valid",
    403: "Known, but not allowed",
    404: "It does not exist, or one may not know that it does",
    406: "Not available in the form asked for",
    409: "The state of things does not allow it",
    410: "It has been erased",
    413: "Too large",
    415: "A kind of content that is not taken",
    422: "A value is wrong; `errors` says which",
    429: "Too many requests; see Retry-After, or solve the `challenge` and send again",
    503: "A part of the service is away; nothing was stored",
    507: "There is no room for files; nothing was stored",
}

Responses = dict[int | str, dict[str, object]]

PROBLEM_SCHEMA = {"$ref": "#/components/schemas/Problem"}
"""The schema itself is put there by `openapi.py`."""


def refusals(*statuses: int) -> Responses:
    """Return `responses=` for the statuses; 503 goes without saying."""
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {"application/problem+json": {"schema": PROBLEM_SCHEMA}},
        }
        for status in sorted({*statuses, 503})
    }
