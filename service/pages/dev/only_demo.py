"""Access to the pages of the demo's twins: at this machine alone, for they show other people's messages."""

from __future__ import annotations

from fastapi import Depends, Request

from service.pages.shared.visit import not_here
from service.web.dependencies import ResourcesDep
from service.web.viewer import may_demo


async def require_demo(request: Request, resources: ResourcesDep) -> None:
    """Raise NotFound unless the demo is on and the client sits at this very machine."""
    if not may_demo(request, resources):
        raise not_here()


OnlyDemo = Depends(require_demo)
"""For `dependencies=[OnlyDemo]` of the routers of twins."""
