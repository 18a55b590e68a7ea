"""Addresses that may be connected to because somebody named them: none of a network of ours."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.network.outbound import is_internet_address

OURS = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.8",
    "0.0.0.0",  # noqa: S104
)


@pytest.mark.parametrize(
    "address", [*OURS, "::1", "::", "fe80::1%eth0", "fec0::1", "fd00::1", "ff02::1", "5f00::1", "2001:db8::1"]
)
def test_networks_of_ones_own_are_no_internet(address: str) -> None:
    assert not is_internet_address(address)


@given(
    st.sampled_from(OURS),
    st.sampled_from(["::ffff:{}", "::{}", "::ffff:0:{}", "64:ff9b::{}", "64:ff9b:1::{}", "2002:{hex}::1"]),
)
def test_no_spelling_of_ipv6_leads_there(address: str, spelling: str) -> None:
    high, low = divmod(int(IPv4Address(address)), 1 << 16)
    assert not is_internet_address(spelling.format(address, hex=f"{high:x}:{low:x}"))


@pytest.mark.parametrize("address", ["1.1.1.1", "::ffff:8.8.8.8", "2606:4700::1111"])
def test_the_internet_is(address: str) -> None:
    assert is_internet_address(address)
