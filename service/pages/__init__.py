"""HTML for people: thin routes that read the domain once and draw a template.

They ask the domain for addresses without a host, so that pages show their photos however they are reached.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from service import rendering
from service.pages import (
    account,
    accountnotices,
    admin,
    alerts,
    board,
    case,
    caseactions,
    design,
    desk,
    deskentry,
    deskwork,
    downloads,
    emergencies,
    erasure,
    feed,
    figures,
    front,
    help,  # noqa: A004
    home,
    inspect,
    login,
    manage,
    managecsv,
    mine,
    mysignin,
    oidc,
    outbox,
    queue,
    queueactions,
    recategorise,
    report,
    reportplace,
    secondfactor,
    stopping,
    track,
    trackactions,
    tracknotices,
    visibility,
    wall,
)

ROUTERS: tuple[APIRouter, ...] = (
    front.router,
    wall.router,
    home.router,
    report.router,
    reportplace.router,
    track.router,
    trackactions.router,
    erasure.router,
    tracknotices.router,
    stopping.router,
    mine.router,
    mysignin.router,
    alerts.router,
    accountnotices.router,
    login.router,
    oidc.router,
    secondfactor.router,
    account.router,
    manage.router,
    managecsv.router,
    queue.router,
    queueactions.router,
    case.router,
    caseactions.router,
    recategorise.router,
    visibility.router,
    board.router,
    feed.router,
    figures.router,
    downloads.router,
    help.router,
    inspect.router,
    *admin.ROUTERS,
    desk.router,
    deskentry.router,
    deskwork.router,
    emergencies.router,
)
DEMO_ROUTERS: tuple[APIRouter, ...] = (design.router, outbox.router)


def mount(app: FastAPI, *, demo: bool) -> None:
    """Add every page, and those of the demo where it is on."""
    rendering.install(app)
    for router in (*ROUTERS, *(DEMO_ROUTERS if demo else ())):
        app.include_router(router, include_in_schema=False)
