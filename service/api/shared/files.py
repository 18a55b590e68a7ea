"""Bodies of routes that take one file."""

from __future__ import annotations

from collections.abc import Mapping

FILE_BODY: dict[str, object] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
"""`openapi_extra=` of a route whose form holds one `file` and nothing else."""


def file_form(file: str, **others: Mapping[str, object]) -> dict[str, object]:
    """Return the `requestBody` of a form with a `file` that is described by these words; `others` are schemas
    of its further fields, and nothing else is taken.
    """
    binary = {"type": "string", "format": "binary", "description": file}
    schema = {
        "type": "object",
        "required": ["file"],
        "additionalProperties": False,
        "properties": {"file": binary, **others},
    }
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}
