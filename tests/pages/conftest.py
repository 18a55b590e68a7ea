"""One running site for the tests of pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import Servers
from tests.support.site import Site, open_site


@pytest.fixture(scope="session")
def site(servers: Servers, city_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    name = f"pages_{servers.worker}"
    with open_site(servers, city_template, name, tmp_path_factory.mktemp("media")) as made:
        yield made
