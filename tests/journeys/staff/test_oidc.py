"""A member of staff comes by the city's own account in a real browser, and leaves both by one button."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.db import unit_of_work
from service.models import City
from tests.journeys.accessibility.test_citizens import DESK, check
from tests.journeys.conftest import open_phone
from tests.oidc.entrance import SIGN_IN, address, free_port
from tests.oidc.real import CLIENT, SECRET, Real, real_provider
from tests.support.site import Site
from tests.support.web import running

pytestmark = pytest.mark.browser


@pytest.fixture
def entrance(site: Site) -> Iterator[tuple[Site, Real]]:
    """The site at an address that a provider knows."""
    port = free_port()
    with unit_of_work(site.engine) as session:
        city = session.get_one(City, 1)
        city.config = {**city.config, "sign_in": SIGN_IN}
    with real_provider(address(port)) as provider:
        told = {
            "public_url": address(port),
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_name": "Cổng thành phố",
            "oidc_scopes": "openid profile staff",
        }
        settings = site.settings.model_validate(site.settings.model_dump() | told)
        with running(settings, port) as client:
            yield Site(client, site.engine, settings), provider


def at_the_provider(page: Page, login: str) -> None:
    page.fill("[name=login]", login)
    page.fill("[name=password]", "x")
    page.click("button[type=submit]")


def test_in_by_the_citys_account_and_out_of_both(browser: Browser, entrance: tuple[Site, Real]) -> None:
    site, provider = entrance
    provider.says("thu", name="Thu", preferred_username="thu", groups=["ioc"])
    provider.says("khach", name="Khách", groups=[])
    for options in ({"color_scheme": "dark"}, {"viewport": DESK}):
        with open_phone(browser, site, **options) as phone:
            page = phone.open("/login?next=/account")
            check(page)
            page.get_by_role("link", name="Đăng nhập bằng Cổng thành phố").click()
            at_the_provider(page, "khach")
            expect(page.get_by_role("alert")).to_contain_text("Phòng Công nghệ, 0234 000 000")
            check(page)
    with open_phone(browser, site, viewport=DESK) as phone:
        page = phone.open("/login?next=/account")
        page.get_by_role("link", name="Đăng nhập bằng Cổng thành phố").click()
        at_the_provider(page, "thu")
        page.wait_for_url(f"{site.url}/account")
        expect(page.get_by_role("heading", name="Đăng nhập bằng Cổng thành phố")).to_be_visible()
        check(page)

        page.get_by_label("Tài khoản: Thu").click()
        page.get_by_role("button", name="Đăng xuất").filter(visible=True).first.click()
        page.wait_for_url(f"{provider.issuer}/session/end*")
        page.click("button[name=logout]")
        page.wait_for_url(f"{site.url}/login*")
        phone.go(page, "/account")
        assert "/login?next=%2Faccount" in page.url
        page.get_by_role("link", name="Đăng nhập bằng Cổng thành phố").click()
        expect(page.locator("[name=password]")).to_be_visible()
        assert page.url.startswith(provider.issuer), "the provider asks anew: its own session ended too"
