"""Addresses that we connect to because somebody named them: on the internet, never in a network of ours.

A name is looked at twice: its spelling when it is given, its address when the connection is made.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], list[str]]
Problem = Literal["url", "scheme", "port", "private"]

_PORTS = frozenset({443, 8443})
_FREE_PORTS = 1024
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""The IPv6 internet. Outside of it are addresses that hold IPv4 ones (compatible, translated), site-local
and segment addresses, some of which Python takes for global.
"""

_PROTOCOLS = ipaddress.IPv4Network("192.0.0.0/24")


def resolve_host(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def plain_address(text: str) -> Address:
    """Return the address without its scope, IPv4 where it is mapped into IPv6. Raises ValueError."""
    found = ipaddress.ip_address(text.partition("%")[0])
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def is_internet_address(address: str) -> bool:
    """Return whether the address is one of the internet, and none of ours."""
    plain = plain_address(address)
    if isinstance(plain, ipaddress.IPv6Address) and (plain not in _UNICAST or _holds_another(plain)):
        return False
    if plain in _PROTOCOLS:
        return False
    return plain.is_global and not plain.is_multicast


@dataclass(frozen=True, slots=True)
class OutboundRules:
    """Addresses that may be connected to besides those of the internet: this machine, and named networks."""

    loopback: bool = False
    networks: tuple[Network, ...] = ()

    def lets(self, address: str) -> bool:
        """Return whether a connection to the address may be made."""
        return self.is_ours(address) or is_internet_address(address)

    def is_ours(self, address: str) -> bool:
        """Return whether the address is one that was let in by name; plain http is for these alone."""
        plain = plain_address(address)
        if self.loopback and plain.is_loopback:
            return True
        return any(plain in network for network in self.networks if network.version == plain.version)

    def url_problem(self, url: str) -> Problem | None:
        """Return what is wrong with the spelling of an address; None where it may be tried."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return "url"
        if not host or parts.username is not None or parts.fragment or not re.fullmatch(r"[!-~]+", url):
            return "url"
        if parts.scheme not in ("https", "http"):
            return "scheme"
        literal = _literal(host)
        if literal is not None and not self.lets(literal):
            return "private"
        if parts.scheme == "http" and not self._may_be_plain(host, literal):
            return "scheme"
        if port is not None and port < _FREE_PORTS and port not in _PORTS:
            return None if parts.scheme == "http" and port == 80 else "port"
        return None

    def _may_be_plain(self, host: str, literal: str | None) -> bool:
        if literal is not None:
            return self.is_ours(literal)
        return bool(self.networks) or (self.loopback and host == "localhost")


def read_networks(text: str) -> tuple[Network, ...]:
    """Return networks with commas or spaces between. Raises ValueError."""
    return tuple(ipaddress.ip_network(word) for word in re.split(r"[,\s]+", text.strip()) if word)


def _literal(host: str) -> str | None:
    """Return the host as an address where it is one, in whatever spelling the system's resolver takes."""
    try:
        return str(plain_address(host))
    except ValueError:
        pass
    if re.fullmatch(r"[0-9a-fx.]+", host, re.IGNORECASE):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))  # 127.1, 0x7f000001, 2130706433
        except OSError:
            return None
    return None


def _holds_another(address: ipaddress.IPv6Address) -> bool:
    """Return whether it is a way around: the IPv4 address inside may be anyone's."""
    return bool(address.sixtofour or address.teredo)
