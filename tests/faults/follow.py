"""Readers of the feed during the survival run: one follows `next`, one the stream."""

from __future__ import annotations

import asyncio
import contextlib
import json

import httpx


class PageReader:
    """Follows `next` from a cursor (or the beginning) on and keeps every one it was given, in order."""

    def __init__(self, url: str, cursor: str | None = None) -> None:
        self.seen: list[str] = []
        self.cursor = cursor
        self._client = httpx.AsyncClient(base_url=url, timeout=10)
        self._stopping = False

    async def run(self) -> None:
        """Read until told to stop."""
        while not self._stopping:
            if not await self.read():
                await asyncio.sleep(0.3)
        await self._client.aclose()

    def stop(self) -> None:
        """Leave after the page under way."""
        self._stopping = True

    async def read(self) -> bool:
        """One page; whether there was anything on it."""
        asked = {"limit": "200"} | ({"after": self.cursor} if self.cursor else {})
        try:
            answer = await self._client.get("/api/v1/feed", params=asked)
        except httpx.TransportError:
            return False
        if answer.status_code != 200:
            return False
        page = answer.json()
        self.seen += [item["cursor"] for item in page["items"]]
        self.cursor = page["next"]
        return bool(page["items"])


class StreamReader:
    """Follows the server-sent events and resumes with `Last-Event-ID` whenever the connection breaks."""

    def __init__(self, url: str) -> None:
        self.seen: list[str] = []
        self._client = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(10, read=40))
        self._stopping = False

    async def run(self, start: str) -> None:
        """Read from the cursor `start` until told to stop."""
        last = start
        while not self._stopping:
            with contextlib.suppress(httpx.TransportError, asyncio.TimeoutError):
                last = await self._follow(last)
            await asyncio.sleep(0.3)
        await self._client.aclose()

    def stop(self) -> None:
        """Leave at the next line."""
        self._stopping = True

    async def _follow(self, last: str) -> str:
        stream = self._client.stream("GET", "/api/v1/feed/stream", headers={"Last-Event-ID": last})
        pending: str | None = None
        try:
            async with stream as answer:
                if answer.status_code != 200:
                    return last
                async for line in answer.aiter_lines():
                    if line.startswith("id:"):
                        pending = line.removeprefix("id:").strip()
                    elif line.startswith("data:"):
                        json.loads(line.removeprefix("data:"))
                    elif not line and pending:
                        self.seen.append(pending)
                        last, pending = pending, None
                    if self._stopping:
                        return last
        except httpx.TransportError:
            return last
        return last
