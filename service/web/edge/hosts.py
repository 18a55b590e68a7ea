"""Host names that this installation answers by: a page of another name must not reach it (DNS rebinding)."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from service.settings import Settings

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


def is_ours(settings: Settings, host_header: str) -> bool:
    """Return whether a request with this `Host` may be answered.

    Names without a dot and plain addresses cannot be had by a stranger's DNS: health checks and other
    containers come by them. Where neither a public address nor names were set, and no demo accounts are open,
    any name is answered.
    """
    names = _names(settings.public_url, settings.allowed_hosts)
    if not settings.demo and not any("." in name for name in names):
        return True
    host = _host_of(host_header)
    return "." not in host or host in names or host.endswith(".localhost") or _is_address(host)


@lru_cache(maxsize=8)  # 25 µs, for every request
def _names(public_url: str, allowed: str) -> frozenset[str]:
    """Return the names set for this installation, without addresses of this machine."""
    own = urlsplit(public_url).hostname or ""
    names = {own, *allowed.replace(",", " ").lower().split()}
    return frozenset(name for name in names if name and not _is_loopback(name))


def _host_of(header: str) -> str:
    """Return the name in a `Host` header, without port, brackets and the root's dot."""
    try:
        return (urlsplit(f"//{header.strip()}").hostname or "").rstrip(".")
    except ValueError:
        return "not.a.host"


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return name in LOCAL_NAMES or (_is_address(name) and ipaddress.ip_address(name).is_loopback)
