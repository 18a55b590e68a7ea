"""Where messages of webhooks go: what is judged is what is connected to, and a connection is used again."""

from __future__ import annotations

import asyncio
import socket
from uuid import uuid4

import pytest

from service.domain.webhooks.deliveries import Outcome, Parcel
from service.network.outbound import OutboundRules
from service.sending.receivers import AT_ONCE, JudgedNames, NotSent, Receivers
from tests.workers.webhooks.receivers import receiving

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"


def outcomes(receivers: Receivers, url: str, number: int = 1) -> list[Outcome | Parcel]:
    async def send_all() -> list[Outcome | Parcel]:
        async with receivers:
            parcels = [Parcel(uuid4(), 1, url, (SECRET,), b"{}") for _ in range(number)]
            return await asyncio.gather(*(receivers.send(each) for each in parcels))

    return asyncio.run(send_all())


def errors(receivers: Receivers, url: str) -> list[str]:
    return [each.error for each in outcomes(receivers, url) if isinstance(each, Outcome)]


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1"])
def test_no_socket_is_made_for_a_place_of_ours(address: str) -> None:
    """However it came there: written out, or out of a name."""
    names = JudgedNames(OutboundRules(), lambda host, port: [], plain=False)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(NotSent):
        names.open((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 443)))


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]"])
def test_an_address_in_another_spelling_is_the_same_address(host: str) -> None:
    receivers = Receivers(OutboundRules(), resolve=lambda host, port: ["127.0.0.1"])
    assert errors(receivers, f"https://{host}:8443/in") == ["address refused: private"]


def test_of_several_addresses_one_of_ours_is_too_many() -> None:
    receivers = Receivers(OutboundRules(), resolve=lambda host, port: ["93.184.216.34", "10.0.0.1"])
    assert errors(receivers, "https://hooks.example/in") == ["address refused: private"]


def test_a_name_is_judged_once_a_connection_and_goes_along() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    with receiving() as healthy:
        url = healthy.url.replace("127.0.0.1", "localhost")
        ended = outcomes(Receivers(OutboundRules(loopback=True), resolve=resolve), f"{url}?a=%2Fb", 40)
    assert all(isinstance(each, Outcome) and each.taken for each in ended)
    assert len(healthy.got) == 40 and set(asked) == {"localhost"} and len(asked) <= AT_ONCE
    assert {each.headers["host"].partition(":")[0] for each in healthy.got} == {"localhost"}


def test_what_a_receiver_answers_is_cut_off() -> None:
    """A receiver that answers without end costs a few kilobytes and one connection."""

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async def send() -> Outcome | Parcel:
        server = await asyncio.start_server(endless, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, Receivers(OutboundRules(loopback=True)) as receivers:
            return await receivers.send(Parcel(uuid4(), 1, f"http://127.0.0.1:{port}/in", (SECRET,), b"{}"))

    outcome = asyncio.run(send())
    assert isinstance(outcome, Outcome)
    assert (outcome.status, outcome.taken, outcome.answer) == (200, True, "x" * 1000)
