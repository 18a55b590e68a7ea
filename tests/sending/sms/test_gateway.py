"""SMS as the city's gateway gets it."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from service.sending.envelope import SendFailed
from service.sending.sms.gateway import Gateway
from service.sending.sms_text import parts, plain_letters
from tests.sending.envelopes import envelope
from tests.support.sinks import http_server

PHONE = "+84905123456"
TRICKY = 'Nói "xong" \\ {id} & 100% ắ\n{phone}'


def test_a_get_has_everything_in_its_address() -> None:
    with http_server() as gate:
        Gateway(gate.url + "/send?to={digits}&text={text}").send(envelope(PHONE, short=TRICKY, link=""))

    [asked] = gate.asked
    query = parse_qs(urlsplit(asked.path).query)
    assert asked.method == "GET"
    assert query == {"to": ["84905123456"], "text": [plain_letters(TRICKY)]}


def test_a_json_body_stays_json_whatever_the_text_holds() -> None:
    body = '{"phone": "{phone}", "message": {"text": "{text}"}, "ref": "{id}"}'
    with http_server() as gate:
        Gateway(gate.url, body, {"Authorization": "Bearer bi-mat"}).send(
            envelope(PHONE, short=TRICKY, link="")
        )

    [asked] = gate.asked
    told = json.loads(asked.body)
    assert told["phone"] == PHONE
    assert told["message"]["text"] == plain_letters(TRICKY)
    assert asked.headers["authorization"] == "Bearer bi-mat"
    assert asked.headers["idempotency-key"] == told["ref"] == str(envelope(PHONE).id)


def test_a_form_body_is_a_form() -> None:
    with http_server() as gate:
        Gateway(gate.url, "to={phone}&m={text}").send(envelope(PHONE, short="a&b=c", link=""))

    [asked] = gate.asked
    assert parse_qs(asked.body.decode()) == {"to": [PHONE], "m": ["a&b=c"]}
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("status", "for_good", "away"),
    [(400, True, False), (429, False, False), (500, False, False), (401, False, True), (302, True, False)],
)
def test_what_the_gateway_answers_decides_what_comes_next(status: int, for_good: bool, away: bool) -> None:
    with http_server() as gate:
        gate.answers = [status]
        with pytest.raises(SendFailed) as failed:
            Gateway(gate.url).send(envelope(PHONE))

    assert (failed.value.for_good, failed.value.away) == (for_good, away)


def test_what_has_no_words_of_an_sms_goes_in_two_parts_without_marks() -> None:
    with http_server() as gate:
        Gateway(f"{gate.url}?text={{text}}&to={{phone}}").send(envelope(PHONE, short="chữ " * 400))
        [asked] = gate.asked
    text = parse_qs(urlsplit(asked.path).query)["text"][0]

    assert parts(text) <= 2 and text.startswith("chu chu")
    assert text.endswith(f"... {envelope(PHONE).link}")
