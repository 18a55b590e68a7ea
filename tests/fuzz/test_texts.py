"""Words in headers and fields: languages, tracking codes, phone numbers, addresses, free text."""

from __future__ import annotations

import unicodedata

from fastapi import Request
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from service.domain.kernel.codes import new_code, tidy_code
from service.domain.kernel.texts import fold, tidy
from service.domain.reports.drafts import tidy_phone
from service.i18n import LANGUAGES, negotiate
from service.web.edge.middleware import _chosen_language
from service.web.rates import client_address
from tests.fuzz.inputs import TEXT

HEADER = TEXT.map(lambda text: text.encode().replace(b"\0", b"").replace(b"\n", b""))


@given(TEXT)
@example("vi;q=nan, en;q=1e999")
@example("en;q=")
@example("-,;,*")
def test_a_language_is_always_found(text: str) -> None:
    assert negotiate(text) in LANGUAGES


@given(st.lists(st.tuples(st.sampled_from(["vi", "en-GB", "fr", "*"]), st.integers(0, 1000)), max_size=20))
def test_the_language_wanted_most_is_taken(wishes: list[tuple[str, int]]) -> None:
    header = ", ".join(f"{tag};q={weight / 1000}" for tag, weight in wishes)
    ours = [(weight, tag[:2]) for tag, weight in wishes if tag[:2] in LANGUAGES and weight]
    best = max((weight for weight, _ in ours), default=0)
    other = any(tag == "fr" and weight for tag, weight in wishes)
    first = next((tag for weight, tag in ours if weight == best), "en" if other else "vi")
    assert negotiate(header) == first


@given(HEADER, HEADER)
def test_the_edge_finds_a_language_or_none_in_any_request(query: bytes, cookie: bytes) -> None:
    headers = Headers(raw=[(b"cookie", b"lang=" + cookie)])
    assert _chosen_language({"type": "http", "query_string": b"lang=" + query}, headers) in (None, *LANGUAGES)


@given(TEXT)
@example("ﬁ-7K3M-92")
@example("HUE-7K3M-92\n")
def test_a_tracking_code_is_read_or_is_none(text: str) -> None:
    code = tidy_code(text)
    assert code is None or tidy_code(code) == code


@given(st.sampled_from(["HUE", "SML"]), st.text(" -\t", max_size=3), st.text(" -", max_size=3), st.booleans())
def test_a_code_is_read_however_it_is_typed(prefix: str, first: str, second: str, lower: bool) -> None:
    code = new_code(prefix)
    head, middle, end = code.split("-")
    typed = f" {head}{first}{middle}{second}{end} "
    assert tidy_code(typed.lower() if lower else typed) == code


@given(TEXT)
def test_a_phone_number_is_read_or_is_none(text: str) -> None:
    number = tidy_phone(text, "VN")
    assert number is None or (number.startswith("+") and tidy_phone(number, "VN") == number)


@given(st.text())
def test_tidied_text_stays_and_can_be_stored(text: str) -> None:
    tidied = tidy(text)
    assert tidy(tidied) == tidied
    assert "\0" not in tidied
    assert unicodedata.is_normalized("NFC", tidied)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(HEADER, st.integers(0, 3), TEXT)
def test_a_client_address_is_always_found(forwarded: bytes, proxies: int, host: str) -> None:
    scope: dict[str, object] = {
        "type": "http",
        "client": (host, 1),
        "headers": [(b"x-forwarded-for", forwarded)],
    }
    assert isinstance(client_address(Request(scope), proxies), str)
