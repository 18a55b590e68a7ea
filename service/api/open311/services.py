"""The city's categories as services, and what is asked about each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.api.open311.answers import in_both_forms, render_answer
from service.domain.city.reference import Reference
from service.domain.open311 import words
from service.domain.reports.drafts import check_place
from service.errors import Invalid, NotFound
from service.i18n import LANGUAGES, N_, language_in_use
from service.web.dependencies import ReferenceDep

router = APIRouter(include_in_schema=False)

NO_JURISDICTION = N_("Không có jurisdiction_id này.")
BAD_POINT = N_("lat và long cần là số và đi cùng nhau.")


def check_jurisdiction(reference: Reference, given: str) -> None:
    """Raises NotFound for another city's; an empty one is none."""
    if given.strip() and given.strip().casefold() != reference.city_code.casefold():
        raise NotFound(NO_JURISDICTION)


async def own_jurisdiction(request: Request, reference: ReferenceDep) -> None:
    """Answer in the `locale` that was asked for. Raises NotFound where the address names another city."""
    language = request.query_params.get("locale", "").replace("_", "-").partition("-")[0].lower()
    if language in LANGUAGES:
        language_in_use.set(language)
    check_jurisdiction(reference, request.query_params.get("jurisdiction_id", ""))


OurCity = Annotated[None, Depends(own_jurisdiction)]


@in_both_forms(router, "/v2/services")
async def services(request: Request, reference: ReferenceDep, _: OurCity) -> Response:
    """Every service; with `lat` and `long` those offered there, which is all of them or none."""
    place = _place(request.query_params)
    offered = place is None or check_place(reference, *place) is None
    return render_answer(request, "services", words.service_list(reference) if offered else [])


@in_both_forms(router, "/v2/services/{code}")
async def definition(request: Request, code: str, reference: ReferenceDep, _: OurCity) -> Response:
    """The questions of a service."""
    return render_answer(request, "service_definition", words.definition(reference, code))


def _place(params: Mapping[str, str]) -> tuple[float, float] | None:
    lat, lon = params.get("lat", "").strip(), params.get("long", "").strip()
    if not lat and not lon:
        return None
    try:
        place = float(lon), float(lat)
    except ValueError:
        raise Invalid(BAD_POINT) from None
    if not all(map(math.isfinite, place)):
        raise Invalid(BAD_POINT)
    return place
