"""`/account/group`: being known in the Zalo group of one's company, by a code that is typed there."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

from service.domain.people import own_account
from service.domain.talks.groups import members
from service.domain.talks.vault import Vault
from service.errors import AppError
from service.pages.account.account import AccountPage, OwnDep
from service.pages.shared.forms import FormDep
from service.pages.staff.staffroom import draw_staff_page

router = APIRouter()


@router.get("/account/group")
async def group_page(own: OwnDep) -> Response:
    """Show whether the colleague is known in a group."""
    return await _draw(own)


@router.post("/account/group")
async def take_code(own: OwnDep, _sent: FormDep) -> Response:
    """Make a new code and show it this once."""
    vault = Vault(own.resources.settings.secret)
    try:
        code = await own.change(
            lambda session, row: members.issue_link_code(session, own.reference, vault, row, own.now)
        )
    except AppError as error:
        return await _draw(own, error=error)
    return await _draw(own, code)


@router.post("/account/group/forget")
async def forget(own: OwnDep, _sent: FormDep) -> Response:
    """Let one's words in groups be those of somebody unknown."""
    await own.change(lambda session, row: members.forget_member(session, row, own.now))
    return RedirectResponse("/account/group", status_code=303)


async def _draw(own: AccountPage, code: str = "", error: AppError | None = None) -> Response:
    row = await own.run(own_account.own_row, own.staff.account.id)
    context = {
        "member": await own.run(members.membership, own.staff.account.id),
        "has_group": await own.run(members.has_group, own.reference, row.department_id),
        "code": code,
        "minutes": int(members.GOOD_FOR.total_seconds() // 60),
    }
    headers = {"cache-control": "no-store"}
    return draw_staff_page(own, "account/group.html", context, error=error, headers=headers)
