"""Whose request it is: what is believed of `X-Forwarded-For`, and how addresses are counted."""

from __future__ import annotations

import pytest

from service.network.addresses import find_client, is_private, read_trusted, site_of

PEER = "172.18.0.5"

CASES: list[tuple[int | str, str | None, list[str], str]] = [
    # (setting, the connection's address, X-Forwarded-For lines, the client)
    (0, "198.51.100.7", ["203.0.113.1"], "198.51.100.7"),
    (1, PEER, ["203.0.113.1"], "203.0.113.1"),
    (1, PEER, ["9.9.9.9, 203.0.113.1"], "203.0.113.1"),
    (1, PEER, ["9.9.9.9", "203.0.113.1"], "203.0.113.1"),
    (2, PEER, ["9.9.9.9", "203.0.113.1, 172.18.0.1"], "203.0.113.1"),
    (2, PEER, ["203.0.113.1"], PEER),
    (1, PEER, ["203.0.113.1:51234"], "203.0.113.1"),
    (1, PEER, ["[2001:db8:1:2:3::4]:51234"], "2001:db8:1:2::/64"),
    (1, PEER, ['"[2001:db8:1:2:3::4]"'], "2001:db8:1:2::/64"),
    (1, PEER, ["2001:db8:1:2:3::4"], "2001:db8:1:2::/64"),
    (1, PEER, ["::ffff:203.0.113.1"], "203.0.113.1"),
    (1, PEER, ["unknown"], PEER),
    (1, PEER, ["<script>"], PEER),
    (1, PEER, [""], PEER),
    ("1", PEER, ["203.0.113.1"], "203.0.113.1"),
    ("172.16.0.0/12", PEER, ["9.9.9.9, 203.0.113.1"], "203.0.113.1"),
    ("172.16.0.0/12", PEER, ["9.9.9.9", "203.0.113.1", "172.18.0.1"], "203.0.113.1"),
    ("172.16.0.0/12, 192.0.2.7", PEER, ["203.0.113.1, 192.0.2.7"], "203.0.113.1"),
    ("172.16.0.0/12", "198.51.100.7", ["203.0.113.1"], "198.51.100.7"),
    ("private", PEER, ["203.0.113.1, 172.18.0.1"], "203.0.113.1"),
    ("private", PEER, ["203.0.113.1, nonsense, 172.18.0.1"], "172.18.0.1"),
    ("private", PEER, [], PEER),
    ("private", "::ffff:172.18.0.5", ["203.0.113.1"], "203.0.113.1"),
    ("private", None, ["203.0.113.1"], "203.0.113.1"),
    (0, None, ["203.0.113.1"], "unknown"),
]


@pytest.mark.parametrize(("setting", "peer", "lines", "client"), CASES)
def test_the_client_is_found(setting: int | str, peer: str | None, lines: list[str], client: str) -> None:
    assert find_client(peer, lines, read_trusted(setting)) == client


@pytest.mark.parametrize("setting", ["-1", "everybody", "10.0.0.0/8;172.16.0.0/12", "10.0.0.1/8", "300"])
def test_what_names_no_proxies_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        read_trusted(setting)


def test_a_network_of_48_bits_is_one_site() -> None:
    keys = {find_client(f"2001:db8:7:{index:x}::1", [], read_trusted(0)) for index in range(300)}
    assert len(keys) == 300
    assert {site_of(key) for key in keys} == {"2001:db8:7::/48"}
    assert site_of("203.0.113.1") is None and site_of("unknown") is None


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "10.2.3.4", "::ffff:192.168.1.1", "172.18.0.1"])
def test_addresses_of_inner_networks_are_private(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", ["203.0.113.1", "2001:db8::1", "172.32.0.1", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet(address: str) -> None:
    assert not is_private(address)
