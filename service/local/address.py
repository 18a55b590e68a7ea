"""The address that `up` listens on: taken before all else, and held while web processes come and go."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket

from service.problems import SetupError

BACKLOG = 2048


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket that children inherit. Raises SetupError when the address cannot be had.

    Held by the supervisor, it keeps callers waiting in line, not refused, while a web process restarts.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as problem:
        raise SetupError(_why_not(host, port, problem)) from problem
    return listener


def _why_not(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program. End it, or choose another with --port."
    if problem.errno == errno.EACCES:
        return f"Port {port} needs special rights. Choose one above 1023 with --port."
    return (
        f"Cannot listen on {host}, port {port}: {problem.strerror}. Name an address of this machine "
        "with --host, or 0.0.0.0 for all of them."
    )


def reachable_address(host: str, port: int) -> str:
    """Return the URL by which this machine reaches what listens on `host`."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://[{local}]:{port}" if ":" in local else f"http://{local}:{port}"


async def answers(host: str, port: int, path: str, patience_s: float = 2.0) -> bytes | None:
    """Return the body when `GET path` answers 200, else None."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    try:
        async with asyncio.timeout(patience_s):
            reader, writer = await asyncio.open_connection(local, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {local}\r\nConnection: close\r\n\r\n".encode())
                answer = await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
    head, _, body = answer.partition(b"\r\n\r\n")
    return body if head.split(b" ")[1:2] == [b"200"] else None
