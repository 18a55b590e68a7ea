"""The certificate of the public address, shown by a server of this test."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.ops.host.certificate import look_at

ENDS = datetime(2040, 5, 4, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The port of a server with a certificate of its own, and that certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(ENDS)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "own.pem"
    plain = serialization.NoEncryption()
    pkcs8 = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(pkcs8 + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            try:
                connection, _ = listening.accept()
                with context.wrap_socket(connection, server_side=True):
                    pass
            except OSError:
                pass

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1], file


def test_a_trusted_one_says_when_it_ends(shown: tuple[int, Path]) -> None:
    port, file = shown
    found = look_at("127.0.0.1", port, ssl.create_default_context(cafile=str(file)))
    assert (found.until, found.problem) == (ENDS, "")
    assert found.ends_soon(ENDS - timedelta(days=13)) and not found.ends_soon(ENDS - timedelta(days=15))


def test_one_that_browsers_do_not_trust_is_a_problem(shown: tuple[int, Path]) -> None:
    found = look_at("127.0.0.1", shown[0])
    assert found.until is None and "self" in found.problem


def test_nobody_there_is_a_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert look_at("127.0.0.1", port).problem
