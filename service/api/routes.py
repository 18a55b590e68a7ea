"""The API's routers mounted: not by the package itself, whose folders have the names of their routes."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from service.api import (
    admin,
)
from service.api.cables import routes as cable_routes
from service.api.casework import casework, contracts, emergencies, inspections, routing, transitions
from service.api.city import catalogue, penalties, places
from service.api.claims import claims
from service.api.claims import papers as cable_papers
from service.api.claims import poles as cable_poles
from service.api.cleanups import campaigns, gifts, hotspots, pledges, praise, premises
from service.api.cleanups import files as cleanup_files
from service.api.cleanups import old_results as cleanup_imports
from service.api.cleanups import public as public_cleanups
from service.api.cleanups import staff as staff_cleanups
from service.api.cleanups import tools as cleanup_tools
from service.api.documents import documents, periodic
from service.api.emulation import awards, initiatives, movement_files, movements, persons, proofs, readings
from service.api.hooks import facebook as facebook_hook
from service.api.hooks import zalo as zalo_hook
from service.api.hooks import zalo_bot as zalo_bot_hook
from service.api.numbers import cases as number_cases
from service.api.numbers import listings as number_lists
from service.api.numbers import monthly as number_months
from service.api.numbers import old_lists as old_numbers
from service.api.numbers import request_files as carrier_files
from service.api.numbers import requests as carrier_requests
from service.api.numbers import sightings
from service.api.ogc import answers as ogc_answers
from service.api.ogc import collections as ogc_collections
from service.api.ogc import items as ogc_items
from service.api.ogc import landing as ogc_landing
from service.api.open311 import answers as open311_answers
from service.api.open311 import discovery as open311_discovery
from service.api.open311 import requests as open311_requests
from service.api.open311 import services as open311_services
from service.api.open311 import updates as open311_updates
from service.api.opendata import catalogues as open_catalogues
from service.api.opendata import files as open_files
from service.api.ops import operations
from service.api.people import sessions
from service.api.privacy import erasure, renewal, visibility
from service.api.queries import atom, feed, ground_tiles, indicators, stats, tiles
from service.api.reports import flags, listing, media, participation, photos, pieces, reports
from service.api.surveys import surveys
from service.api.talks import conversations
from service.api.works import calendars, plan_files, plan_imports, plans, work_photos, works
from service.api.workspaces import desk, downloads, queue, reservations
from service.web.failures import refuse_below

ROUTERS: tuple[APIRouter, ...] = (
    reports.router,
    downloads.router,
    listing.router,
    feed.router,
    catalogue.router,
    places.router,
    penalties.router,
    tiles.router,
    ground_tiles.router,
    stats.router,
    indicators.router,
    photos.router,
    pieces.router,
    routing.router,
    sessions.router,
    transitions.router,
    visibility.router,
    casework.router,
    contracts.router,
    participation.router,
    erasure.router,
    renewal.router,
    queue.router,
    inspections.router,
    *admin.ROUTERS,
    desk.router,
    reservations.router,
    flags.router,
    sightings.router,
    number_lists.router,
    number_months.router,
    old_numbers.router,
    number_cases.router,
    carrier_requests.router,
    carrier_files.router,
    conversations.router,
    emergencies.router,
    documents.router,
    periodic.router,
    movements.router,
    movement_files.router,
    awards.router,
    persons.router,
    proofs.router,
    initiatives.router,
    readings.router,
    plan_imports.router,
    plan_files.router,
    works.router,
    work_photos.router,
    calendars.router,
    plans.router,
    claims.router,
    cable_papers.router,
    cleanup_files.router,
    cable_poles.router,
    public_cleanups.router,
    cleanup_imports.router,
    staff_cleanups.router,
    cleanup_tools.router,
    hotspots.router,
    campaigns.router,
    praise.router,
    premises.router,
    gifts.router,
    pledges.router,
    cable_routes.router,
    surveys.router,
)


def mount_api(app: FastAPI) -> None:
    """Add every router under `/api/v1`; what has addresses of its own, as `/ogc`, beside it."""
    for router in ROUTERS:
        app.include_router(router, prefix="/api/v1")
    app.include_router(media.router)
    app.include_router(atom.router)
    app.include_router(praise.feed)
    app.include_router(operations.router)
    app.include_router(zalo_hook.router)
    app.include_router(facebook_hook.router)
    app.include_router(zalo_bot_hook.router)
    for router in (ogc_landing.router, ogc_collections.router, ogc_items.router):
        app.include_router(router)
    app.include_router(open_catalogues.router)
    app.include_router(open_files.router)
    for each in (open311_discovery, open311_services, open311_requests, open311_updates):
        app.include_router(each.router, prefix=open311_answers.BASE)
    refuse_below(app, ogc_answers.ROOT, ogc_answers.refuse_ogc)
    refuse_below(app, open311_answers.BASE, open311_answers.answer_refusal)
