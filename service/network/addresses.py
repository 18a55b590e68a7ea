"""The client's address: the connection's own, or what trusted proxies say in `X-Forwarded-For`."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

HOUSEHOLD, SITE = 64, 48
"""Bits of an IPv6 network: what one household holds, and what one customer or tunnel may hold."""

PRIVATE_WORD = "private"
PRIVATE: tuple[str, ...] = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)
"""What the word `private` stands for among the trusted networks."""

UNKNOWN = "unknown"
"""The address of a client that has none, such as one on a Unix socket."""

_BRACKETED = re.compile(r"\[([^\]]+)\](?::\d{1,5})?")
_WITH_PORT = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}")


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Proxies whose `X-Forwarded-For` is believed: so many proxies in a row, or every proxy in
    these networks.
    """

    count: int = 0
    networks: tuple[Network, ...] = ()

    def trusts(self, address: Address) -> bool:
        """Return whether this is the address of one of our proxies."""
        return any(address in network for network in self.networks if network.version == address.version)


@lru_cache(maxsize=8)  # 76 µs, for every request
def read_trusted(setting: int | str) -> TrustedProxies:
    """Return the setting `HIENTRUONG_TRUSTED_PROXIES`: a count, or networks separated by commas or spaces.

    Raises ValueError for anything else.
    """
    text = str(setting).strip()
    if not text or re.fullmatch(r"\d{1,2}", text):
        return TrustedProxies(count=int(text or 0))
    networks: list[Network] = []
    for word in re.split(r"[,\s]+", text):
        for each in PRIVATE if word == PRIVATE_WORD else (word,):
            try:
                networks.append(ipaddress.ip_network(each))
            except ValueError:
                raise ValueError(
                    f"expected a number of proxies, or networks such as 10.0.0.0/8, or private; not {word!r}"
                ) from None
    return TrustedProxies(networks=tuple(networks))


@lru_cache(maxsize=4096)  # 7 to 10 µs, some times a request
def read_address(text: str) -> Address | None:
    """Return one entry of `X-Forwarded-For` as an address, its port left off; None for what is no address."""
    host = text.strip().strip('"').strip()
    if found := _BRACKETED.fullmatch(host) or _WITH_PORT.fullmatch(host):
        host = found[1]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def find_client(peer: str | None, lines: Iterable[str], trusted: TrustedProxies) -> str:
    """Return the client's address, as the key that limits count by.

    `lines` are all the `X-Forwarded-For` headers in their order: a proxy may add a line of its own instead
    of extending the one that came. An IPv6 network of 64 bits counts as one address, since one household
    holds all of it.
    """
    address = find_address(peer, lines, trusted)
    if address is None:
        return peer or UNKNOWN
    return str(network_of(address, HOUSEHOLD)) if address.version == 6 else str(address)


def find_address(peer: str | None, lines: Iterable[str], trusted: TrustedProxies) -> Address | None:
    """Return the client's address itself; None for a client that has none."""
    own = read_address(peer) if peer else None
    return _forwarded_client(own, peer, lines, trusted) or own


def names_another(lines: Iterable[str], found: Address | None, trusted: TrustedProxies) -> bool:
    """Return whether `X-Forwarded-For` names somebody who is neither the client `found` nor a proxy
    of ours.
    """
    named = (read_address(entry) for entry in _entries(lines))
    return any(each is not None and each != found and not trusted.trusts(each) for each in named)


def _entries(lines: Iterable[str]) -> list[str]:
    return [part for line in lines for part in line.split(",") if part.strip()]


def _forwarded_client(
    own: Address | None, peer: str | None, lines: Iterable[str], trusted: TrustedProxies
) -> Address | None:
    """Return what the proxies say about the client; None where they say nothing that can be believed."""
    if not trusted.count and not trusted.networks:
        return None
    entries = _entries(lines)
    if trusted.count:
        return read_address(entries[-trusted.count]) if len(entries) >= trusted.count else None
    if own is None and peer:  # a name, not an address: nobody we know
        return None
    if own is not None and not trusted.trusts(own):
        return None
    found: Address | None = None
    for entry in reversed(entries):
        address = read_address(entry)
        if address is None:
            break
        found = address
        if not trusted.trusts(address):
            break
    return found


def network_of(address: Address, bits: int) -> Network:
    """Return the network of so many bits that an address lies in."""
    return ipaddress.ip_network((address, bits), strict=False)


@lru_cache(maxsize=4096)  # 22 µs, some times a request
def site_of(key: str) -> str | None:
    """Return the /48 around a key made by `find_client`; None for IPv4 and for what is no address."""
    if ":" not in key:
        return None
    try:
        network = ipaddress.ip_network(key, strict=False)
    except ValueError:
        return None
    return str(network.supernet(new_prefix=SITE)) if network.prefixlen >= SITE else None


def is_private(key: str) -> bool:
    """Return whether a key made by `find_client` is an address that nobody on the Internet can have."""
    address = read_address(key)
    try:
        network = ipaddress.ip_network(address if address is not None else key, strict=False)
    except ValueError:
        return True
    return any(network.subnet_of(each) for each in _private() if each.version == network.version)  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def _private() -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(each) for each in PRIVATE)
