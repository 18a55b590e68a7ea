"""Every page mounted: not by the package itself, whose folders have the names of their pages."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from service.pages import (
    admin,
)
from service.pages.account import account
from service.pages.account import calendar as account_calendar
from service.pages.account import group as account_group
from service.pages.account import notices as account_notices
from service.pages.admin import systems as admin_systems
from service.pages.admin.categories import categories as admin_categories
from service.pages.admin.settings import logo as admin_logo
from service.pages.admin.settings import settings as admin_settings
from service.pages.admin.staffing import duty as admin_duty
from service.pages.alerts import alerts
from service.pages.board import board
from service.pages.cables import public as cables_public
from service.pages.cables import staff as cables_staff
from service.pages.campaigns import map_picture as campaign_maps
from service.pages.campaigns import press as campaigns_press
from service.pages.campaigns import public as campaigns_public
from service.pages.campaigns import staff as campaigns_staff
from service.pages.case import actions as case_actions
from service.pages.case import case, recategorise, relocate, visibility
from service.pages.case import numbers as case_numbers
from service.pages.claims import claims
from service.pages.cleanups import change as cleanups_change
from service.pages.cleanups import day as cleanups_day
from service.pages.cleanups import old_results as cleanups_old
from service.pages.cleanups import papers as cleanups_papers
from service.pages.cleanups import pictures as cleanups_pictures
from service.pages.cleanups import public as cleanups_public
from service.pages.cleanups import reminders as cleanups_reminding
from service.pages.cleanups import series as cleanups_series
from service.pages.cleanups import staff as cleanups_staff
from service.pages.desk import actions as desk_actions
from service.pages.desk import call, desk, desk_entry, handover
from service.pages.desk import reservations as desk_keeping
from service.pages.desk import talks as desk_talks
from service.pages.dev import design, facebook, hooks, mailbox, outbox, partner, partner_api, zalo, zalo_api
from service.pages.difficulties import difficulties
from service.pages.documents import documents
from service.pages.downloads import downloads
from service.pages.emulation import awards as emulation_awards
from service.pages.emulation import initiatives as emulation_initiatives
from service.pages.emulation import movements as emulation_movements
from service.pages.emulation import persons as emulation_persons
from service.pages.emulation import public as emulation_public
from service.pages.emulation import readings as emulation_readings
from service.pages.emulation import units as emulation_units
from service.pages.erasure import erasure
from service.pages.feed import feed
from service.pages.figures import figures
from service.pages.find import find, sender
from service.pages.front import front
from service.pages.gifts import gifts
from service.pages.help import api_guide, help  # noqa: A004
from service.pages.home import home
from service.pages.indicators import indicators
from service.pages.inspect import inspect
from service.pages.login import login, oidc, second_factor
from service.pages.manage import channels as manage_channels
from service.pages.manage import files as manage_files
from service.pages.manage import manage
from service.pages.manage import reports as manage_reports
from service.pages.messages import follow_up, preferences
from service.pages.mine import mine
from service.pages.mine import signin as mine_signin
from service.pages.notices import notices
from service.pages.numbers import cases as number_cases
from service.pages.numbers import lists as number_lists
from service.pages.numbers import monthly as number_months
from service.pages.numbers import numbers
from service.pages.numbers import old_lists as old_numbers
from service.pages.numbers import papers as number_papers
from service.pages.numbers import public as public_numbers
from service.pages.numbers import requests as carrier_requests
from service.pages.opendata import opendata
from service.pages.penalties import penalties
from service.pages.periodic import kinds as report_kinds
from service.pages.periodic import periodic
from service.pages.plan_import import check as plan_check
from service.pages.plan_import import new as plan_new
from service.pages.plans import plans
from service.pages.pledges import pledges
from service.pages.praise import praise
from service.pages.premises import premises
from service.pages.queue import actions as queue_actions
from service.pages.queue import lists as queue_lists
from service.pages.queue import queue
from service.pages.report import outlook as report_outlook
from service.pages.report import place as report_place
from service.pages.report import report
from service.pages.staff import emergencies
from service.pages.surveys import papers as survey_papers
from service.pages.surveys import surveys
from service.pages.talks import form_link
from service.pages.track import actions as track_actions
from service.pages.track import card as track_card
from service.pages.track import notices as track_notices
from service.pages.track import own_page as track_own_page
from service.pages.track import track
from service.pages.wall import wall
from service.pages.ward import ward
from service.pages.works import works
from service.rendering import failure_pages
from service.web.paths import shape_of

ROUTERS: tuple[APIRouter, ...] = (
    front.router,
    plan_new.router,
    plan_check.router,
    wall.router,
    home.router,
    report.router,
    report_outlook.router,
    report_place.router,
    track.router,
    track_card.router,
    track_actions.router,
    erasure.router,
    track_notices.router,
    track_own_page.router,
    preferences.router,
    follow_up.router,
    mine.router,
    mine_signin.router,
    alerts.router,
    cables_public.router,
    cables_staff.router,
    claims.router,
    surveys.router,
    survey_papers.router,
    campaign_maps.router,
    cleanups_public.router,
    cleanups_pictures.router,
    cleanups_reminding.router,
    cleanups_staff.router,
    cleanups_series.router,
    cleanups_old.router,
    cleanups_papers.router,
    praise.router,
    premises.router,
    gifts.router,
    pledges.router,
    cleanups_day.router,
    cleanups_day.short_link,
    cleanups_change.router,
    campaigns_press.router,
    campaigns_public.router,
    campaigns_staff.router,
    account_notices.router,
    account_calendar.router,
    account_group.router,
    login.router,
    oidc.router,
    second_factor.router,
    account.router,
    manage.router,
    manage_reports.router,
    manage_channels.router,
    manage_files.router,
    queue.router,
    queue_actions.router,
    queue_lists.router,
    find.router,
    notices.router,
    sender.router,
    case.router,
    case_actions.router,
    recategorise.router,
    relocate.router,
    visibility.router,
    case_numbers.router,
    public_numbers.router,
    numbers.router,
    number_lists.router,
    number_months.router,
    old_numbers.router,
    number_papers.router,
    number_cases.router,
    carrier_requests.router,
    board.router,
    feed.router,
    ward.router,
    figures.router,
    downloads.router,
    opendata.router,
    penalties.router,
    api_guide.router,
    help.router,
    inspect.router,
    *admin.ROUTERS,
    *admin_systems.ROUTERS,
    admin_categories.router,
    admin_duty.router,
    admin_logo.router,
    admin_settings.router,
    desk.router,
    call.router,
    handover.router,
    desk_entry.router,
    desk_keeping.router,
    desk_actions.router,
    desk_talks.router,
    form_link.router,
    emergencies.router,
    documents.router,
    indicators.router,
    report_kinds.router,
    periodic.router,
    emulation_readings.router,
    emulation_movements.router,
    emulation_awards.router,
    emulation_persons.router,
    emulation_initiatives.router,
    emulation_units.router,
    emulation_public.router,
    plans.router,
    works.router,
    difficulties.router,
)
DEMO_ROUTERS: tuple[APIRouter, ...] = (
    design.router,
    hooks.router,
    partner_api.router,
    partner.router,
    outbox.router,
    mailbox.router,
    facebook.router,
    zalo.router,
    zalo_api.router,
)


def mount_pages(app: FastAPI, *, demo: bool) -> None:
    """Add every page, and those of the demo where it is on."""
    failure_pages.install(app)
    routers = (*ROUTERS, *(DEMO_ROUTERS if demo else ()))
    for router in routers:
        app.include_router(router, include_in_schema=False)
    routes = (route for router in routers for route in router.routes if isinstance(route, APIRoute))
    app.state.pages = frozenset(shape_of(route.path) for route in routes if "GET" in (route.methods or ()))
