"""Updates of reports: polled by other systems, and sent by those that sent the report."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.api.open311.answers import in_both_forms, listed_parameters, render_answer
from service.api.open311.requests import MOST_PHOTOS, links_of, read_by_key, take_files
from service.api.open311.services import OurCity
from service.db import async_unit_of_work
from service.domain.open311.sent_updates import UpdateOutcome, take_update
from service.domain.open311.updates import updates_between
from service.i18n import N_, translate
from service.imaging.refusal import MAX_BYTES
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep, SessionDep
from service.web.uploads import FORM_BYTES, GateDep

router = APIRouter(include_in_schema=False)

STATUS_LEFT = N_("Trạng thái gửi kèm không làm thay đổi phản ánh; chỉ REOPEN được xem xét.")


@in_both_forms(router, "/v2/servicerequestupdates")
async def updates(
    request: Request, session: SessionDep, reference: ReferenceDep, now: NowDep, _: OurCity
) -> Response:
    """Steps of public reports between `start_date` and `end_date`, the oldest first, 1,000 at most;
    with `service_request_id` those of these reports alone.
    """
    found = await session.run_sync(updates_between, reference, listed_parameters(request), now=now)
    return render_answer(request, "service_request_updates", found)


@in_both_forms(
    router, "/v2/servicerequestupdates", methods=["POST"], max_body_size=MOST_PHOTOS * MAX_BYTES + FORM_BYTES
)
async def send_update(
    request: Request,
    reference: ReferenceDep,
    resources: ResourcesDep,
    gate: GateDep,
    now: NowDep,
    _: OurCity,
) -> Response:
    """Take an update about a report that the same key sent. The same `update_id` again is the same update."""
    integrator, sent, files = await read_by_key(request, reference, resources, now)
    plain = {name: value.strip() for name, value in sent}
    links, notices = links_of(resources, sent)
    async with async_unit_of_work(resources.engine) as session:
        taken: UpdateOutcome = await session.run_sync(
            take_update, reference, integrator, plain, links, key=resources.settings.secret, now=now
        )
    resources.waker.wake()
    notices += await take_files(resources, gate, files, taken.report_id, reference, now)
    if taken.status_ignored:
        notices.append(STATUS_LEFT)
    notice = " ".join(dict.fromkeys(translate(each) for each in notices)) or None
    items = [{"update_id": str(taken.id), "service_notice": notice}]
    return render_answer(request, "service_request_updates", items, status=201 if taken.is_new else 200)
