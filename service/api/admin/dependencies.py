"""Shared dependencies of the administrative routes: only administrators, the rules in force, the
edit stamp.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from service.db import async_unit_of_work
from service.domain.configuration.administration.changes import EditStamp
from service.domain.rules.rulebook import Rulebook
from service.errors import Forbidden
from service.i18n import N_
from service.models import Role
from service.web.dependencies import NowDep, ResourcesDep
from service.web.viewer import StaffDep


async def get_edit_stamp(staff: StaffDep, now: NowDep) -> EditStamp:
    """Return the administrator who asks. Raises Unauthenticated, Forbidden for every other role."""
    if staff.account.role != Role.ADMINISTRATOR:
        raise Forbidden(N_("Chỉ quản trị viên được xem và sửa cấu hình."))
    return EditStamp(staff.account.id, staff.account.name, now)


EditStampDep = Annotated[EditStamp, Depends(get_edit_stamp)]


async def get_book(resources: ResourcesDep, _stamp: EditStampDep) -> Rulebook:
    """Return what is in force at this very moment, not a second ago; read in a transaction of its own."""
    async with async_unit_of_work(resources.engine) as session:
        return await session.run_sync(resources.rulebook.get)


BookDep = Annotated[Rulebook, Depends(get_book)]
