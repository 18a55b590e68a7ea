"""The page about the API: complete, and its snippet verifies what is sent."""

from __future__ import annotations

import html
import re
import time

import pytest

from service.app import create_app
from service.domain.webhooks.signing import make_secret, signature_headers
from tests.support.site import Site


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_call_has_its_place_and_an_example(site: Site, language: str) -> None:
    shown = site.look("/help/api", language).text
    for path, operations in create_app(site.settings).openapi()["paths"].items():
        for method, operation in operations.items():
            assert f'id="{operation["operationId"]}"' in shown
            assert f"{method.upper()} {path}" in shown
    assert f"curl &#39;{site.settings.public_url}/api/v1/reports&#39;" in shown


def test_the_snippet_verifies_a_message(site: Site) -> None:
    snippet = re.search(r"<code>(import base64.*?)</code>", site.look("/help/api").text, re.DOTALL)
    assert snippet
    names: dict[str, object] = {}
    exec(html.unescape(snippet[1]), names)  # noqa: S102 - what the page tells people to run
    verify = names["verify"]
    assert callable(verify)
    secret, body = make_secret(), b'{"type":"report.closed"}'
    headers = signature_headers([make_secret(), secret], "msg_1", int(time.time()), body)
    assert verify(secret, headers, body)
    assert not verify(secret, headers, body + b" ")
    assert not verify(make_secret(), headers, body)
    assert not verify(secret, signature_headers([secret], "msg_1", int(time.time()) - 400, body), body)
