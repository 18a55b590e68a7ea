"""What tools that read the OpenAPI need: linters, generators of clients, the page about the API."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import jsonschema

from tests.api.ops.test_openapi import document


def calls() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every call that the document names."""
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", operation


def schemas(part: object, place: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document, with where it stands."""
    if isinstance(part, dict):
        yield place, part
        for name, each in part.items():
            yield from schemas(each, f"{place}/{name}")
    elif isinstance(part, list):
        for number, each in enumerate(part):
            yield from schemas(each, f"{place}/{number}")


def test_it_says_what_it_is_and_where() -> None:
    assert {"title", "version", "summary", "description", "license", "contact"} <= document()["info"].keys()
    assert [each["url"].startswith("http") for each in document()["servers"]] == [True]
    assert {"StaffToken", "ReportSecret"} <= document()["components"]["securitySchemes"].keys()


def test_every_call_is_named_once_belongs_to_a_described_part_and_says_who_may() -> None:
    described = {each["name"] for each in document()["tags"] if each["description"]}
    names = [operation["operationId"] for _, operation in calls()]
    assert len(set(names)) == len(names)
    for label, operation in calls():
        assert set(operation["tags"]) <= described and operation["tags"], label
        assert "security" in operation, label
        answers = "".join(status[0] for status in operation["responses"])
        assert "2" in answers or "3" in answers, label
        assert "4" in answers, label


def test_no_address_fits_two_paths() -> None:
    paths = [path.split("/") for path in document()["paths"]]
    for one, other in itertools.combinations(paths, 2):
        if len(one) == len(other) and all(a == b or "{" in a + b for a, b in zip(one, other, strict=True)):
            by_one = {"{" in a for a, b in zip(one, other, strict=True) if a != b}
            assert len(by_one) == 1, (one, other)  # the router asks the plainer one first


def test_examples_are_what_their_schemas_say() -> None:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    for place, schema in schemas(document()["components"]["schemas"]):
        if isinstance(schema.get("examples"), list) and "type" in schema:
            whole = {**schema, "components": document()["components"]}
            validator = jsonschema.Draft202012Validator(whole, format_checker=checker)
            for example in schema["examples"]:
                assert list(validator.iter_errors(example)) == [], place


def test_no_array_leaves_open_what_it_holds() -> None:
    for place, schema in schemas(document()["components"]["schemas"]):
        assert schema.get("type") != "array" or "items" in schema, place


def test_the_messages_of_webhooks_are_described() -> None:
    operation = document()["webhooks"]["event"]["post"]
    assert {each["name"] for each in operation["parameters"]} == {
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    }
    assert "WebhookMessage" in document()["components"]["schemas"]


def test_every_answer_with_content_has_a_kind_that_generators_of_clients_read() -> None:
    for label, operation in calls():
        for status, answer in operation["responses"].items():
            kinds = answer.get("content", {})
            plain = [
                each for each in kinds if each.startswith("text/") or "json" in each or "octet-stream" in each
            ]
            assert plain or not kinds, (label, status)
            for kind in kinds:
                binary = kinds[kind].get("schema", {}).get("format") == "binary"
                assert not (binary and kind.startswith("text/")), (label, kind)
