"""The service before a real provider, and before its twin; each started once, and only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conftest import Servers
from tests.oidc.entrance import Entrance, address, free_port, open_entrance
from tests.oidc.real import Real, real_provider
from tests.oidc.twin import Twin, twin_provider


@dataclass
class AtReal(Entrance):
    """The service, and its real provider."""

    provider: Real

    def arrive(self, login: str, path: str = "/login/oidc") -> str:
        """Where the provider sends the browser once that person signed in there."""
        self.fresh()
        return self.provider.sign_in(self.set_out(path), login, self.home)


@dataclass
class AtTwin(Entrance):
    """The service, and the twin."""

    twin: Twin


@pytest.fixture(scope="session")
def at_real(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtReal]:
    port = free_port()
    with real_provider(address(port)) as provider:
        name, media = f"oidc_{servers.worker}", tmp_path_factory.mktemp("media")
        scopes = "openid profile email staff"
        with open_entrance(servers, name, media, provider.issuer, port, oidc_scopes=scopes) as made:
            yield AtReal(made.client, made.engine, made.settings, provider)


@pytest.fixture(scope="session")
def _at_twin(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtTwin]:
    with twin_provider() as twin:
        name, media = f"oidc_twin_{servers.worker}", tmp_path_factory.mktemp("media")
        more = {"oidc_second_factor": "mfa hwk", "oidc_link_by_email": True}
        with open_entrance(servers, name, media, twin.issuer, free_port(), **more) as made:
            yield AtTwin(made.client, made.engine, made.settings, twin)


@pytest.fixture
def at_twin(_at_twin: AtTwin) -> AtTwin:
    """The twin is a good provider at first, the browser new."""
    _at_twin.twin.says()
    _at_twin.fresh()
    return _at_twin
