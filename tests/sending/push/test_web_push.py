"""Web push: what a browser can read, what a push service can check, and where we never knock."""

from __future__ import annotations

import time

import pytest
from py_vapid.utils import b64urldecode

from service.domain.people.devices import endpoint_problem
from service.local.folder import _new_scalar
from service.network.outbound import is_internet_address
from service.sending.envelope import SendFailed
from service.sending.push.web_push import WebPush, public_key
from tests.sending.envelopes import browser_keys, claims_of, envelope
from tests.support.sinks import http_server

KEY = _new_scalar()
CONTACT = "mailto:a@hue.example"


def test_the_browser_reads_what_was_sealed_for_it() -> None:
    keys = browser_keys()
    with http_server() as gate:
        sent = envelope("x", device=keys.device(gate.url + "/push/1?x=2"))
        WebPush(KEY, CONTACT, anywhere=True).send(sent)

    [asked] = gate.asked
    assert asked.path == "/push/1?x=2"
    assert sent.subject.encode() not in asked.body
    told = keys.read(asked.body)
    assert told == {
        "title": sent.subject,
        "body": sent.short,
        "url": sent.link,
        "tag": str(sent.id),
        "lang": "vi",
    }


def test_the_push_service_is_told_who_sends_how_long_it_is_worth_and_what_it_replaces() -> None:
    keys = browser_keys()
    with http_server() as gate:
        for _ in range(2):
            WebPush(KEY, CONTACT, anywhere=True).send(envelope("x", device=keys.device(gate.url)))

    one, two = gate.asked
    claims = claims_of(one.headers["authorization"])
    assert (claims["aud"], claims["sub"]) == (gate.url, CONTACT)
    assert time.time() < claims["exp"] < time.time() + 24 * 3600
    assert public_key(KEY) in one.headers["authorization"]
    assert len(b64urldecode(public_key(KEY).encode())) == 65
    assert 4 * 3600 < int(one.headers["ttl"]) <= 5 * 3600
    assert one.headers["topic"] == two.headers["topic"]
    assert len(one.headers["topic"]) == 32
    assert one.headers["content-encoding"] == "aes128gcm"


@pytest.mark.parametrize(
    ("status", "gone", "for_good"),
    [(404, True, True), (410, True, True), (400, False, True), (429, False, False), (503, False, False)],
)
def test_what_the_push_service_answers_decides_what_comes_next(
    status: int, gone: bool, for_good: bool
) -> None:
    with http_server() as gate:
        gate.answers = [status]
        sent = envelope("x", device=browser_keys().device(gate.url))
        with pytest.raises(SendFailed) as failed:
            WebPush(KEY, CONTACT, anywhere=True).send(sent)

    assert (failed.value.gone, failed.value.for_good) == (gone, for_good)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example/1",
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "https://2130706433/1",
        "https://localhost/1",
        "https://redis.internal/1",
        "https://user:pass@push.example/1",
        "https://push.example:6379/1",
        "https://push.example:99999/1",
        "https:///1",
        "ftp://push.example/1",
        "javascript:alert(1)",
    ],
)
def test_endpoints_that_are_no_push_services_are_refused(endpoint: str) -> None:
    assert endpoint_problem(endpoint)
    with pytest.raises(SendFailed) as failed:
        WebPush(KEY, CONTACT).send(envelope("x", device=browser_keys().device(endpoint)))
    assert failed.value.gone


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "100.64.0.1",
        "fe80::1%eth0",
    ],
)
def test_a_name_that_leads_into_our_own_network_is_never_asked(address: str) -> None:
    assert not is_internet_address(address)
    push = WebPush(KEY, CONTACT, resolve=lambda host, port: ["203.0.114.5", address])
    with pytest.raises(SendFailed) as failed:
        push.send(envelope("x", device=browser_keys().device("https://push.example/1")))
    assert failed.value.gone


def test_public_addresses_are_public() -> None:
    assert is_internet_address("142.250.1.1")
    assert is_internet_address("2607:f8b0::1")


def test_a_browser_with_keys_that_are_none_is_gone() -> None:
    device = browser_keys().device("https://push.example/1")
    broken = type(device)(device.id, device.endpoint, "AAAA", device.auth)
    with pytest.raises(SendFailed) as failed:
        WebPush(KEY, CONTACT, anywhere=True).send(envelope("x", device=broken))
    assert failed.value.gone
