"""Asking the provider over HTTP: within a time and a size, no redirects followed, JSON objects only."""

from __future__ import annotations

import json
from typing import Any

import httpx
from anyio import fail_after

from service.errors import Unauthenticated, Unavailable
from service.i18n import N_
from service.ops.telemetry import get_logger

log = get_logger(__name__)

PART_S, WHOLE_S = 5.0, 12.0
"""Until a part of an answer came, and until all of it did."""
MOST_BYTES = 1024 * 1024

Json = dict[str, Any]


class ProviderAway(Unavailable):
    """The provider cannot be asked, or what it answers is no answer."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "Chưa liên lạc được với nơi quản lý tài khoản của bạn. "
                "Hãy thử lại sau ít phút, hoặc đăng nhập bằng mật khẩu riêng nếu có."
            ),
            headers={"Retry-After": "60"},
        )


class ProviderRefused(Unauthenticated):
    """Refusal of a sign-in whose tokens or answers prove nothing; `reason` is for the audit, which keeps what
    can be read of it.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or N_("Không xác nhận được lần đăng nhập này. Hãy đăng nhập lại từ đầu."))
        self.reason = "".join(each for each in reason if each.isprintable())[:120].strip()


class Fetcher:
    """HTTP client for all that is asked."""

    def __init__(self) -> None:
        self._client: httpx.AsyncClient | None = None

    async def get(self, url: str, *, token: str = "") -> Json:
        """Return a document. Raises ProviderAway."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, found = await self._ask("GET", url, headers=headers)
        if status != 200:
            log.warning("provider answers otherwise", url=url, status=status)
            raise ProviderAway
        return found

    async def post(self, url: str, form: dict[str, str], auth: httpx.BasicAuth | None) -> Json:
        """Return the answer to a form. Raises ProviderRefused where the provider refuses what the form
        brings.
        """
        status, found = await self._ask("POST", url, data=form, auth=auth)
        if status == 200:
            return found
        code = str(found.get("error", ""))[:60]
        log.warning("provider refuses", url=url, status=status, error=code)
        if code == "invalid_grant":
            raise ProviderRefused(code)
        raise ProviderAway

    async def close(self) -> None:
        """Close the client: no more is asked."""
        if self._client is not None:
            await self._client.aclose()

    async def _ask(self, method: str, url: str, **options: Any) -> tuple[int, Json]:
        if self._client is None:
            self._client = httpx.AsyncClient(timeout=PART_S, follow_redirects=False)
        try:
            with fail_after(WHOLE_S):
                async with self._client.stream(method, url, **options) as answer:
                    return answer.status_code, _object(await _body(answer))
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError) as error:
            log.warning("provider away", url=url, error=type(error).__name__)
            raise ProviderAway from None


async def _body(answer: httpx.Response) -> bytes:
    body = b""
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > MOST_BYTES:
            raise ValueError("too long")
    return body


def _object(body: bytes) -> Json:
    found = json.loads(body)
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found
