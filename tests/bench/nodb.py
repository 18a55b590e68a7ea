"""What reception is compared with: the very same application and route, but nothing is stored."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Sequence

import uvicorn

from service import app as web
from service.domain.reports.reports import Draft, Receipt
from service.settings import Settings
from service.web.dependencies import Resources
from service.web.intake import Intake, Waiting


class Forgetful(Intake):
    """Goes the whole way of a report but for the statement itself."""

    async def _write_while_connected(self) -> None:
        while self._waiting:
            batch: Sequence[Waiting] = [self._waiting.popleft() for _ in range(len(self._waiting))]
            await asyncio.sleep(0)
            self._answer(batch, [_receipt(draft) for draft, _ in batch])


def make_resources(settings: Settings) -> Resources:
    """The usual resources with a forgetful writer."""
    resources = _usual_parts(settings)
    resources.intake = Forgetful(resources.engine, on_stored=resources.waker.wake)
    return resources


def _receipt(draft: Draft) -> Receipt:
    return Receipt(draft.id, "HUE-7K3M-92", draft.received_at, stored=True)


_usual_parts = web.make_resources

if __name__ == "__main__":
    web.make_resources = make_resources
    config = uvicorn.Config(
        web.make_app(),
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
    )
    uvicorn.Server(config).run([socket.socket(fileno=int(sys.argv[1]))])
