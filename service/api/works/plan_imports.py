"""Plans out of documents: a Word file, a workbook or a pasted table becomes a proposal; nothing is stored."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile

from service.api.shared.answers import Responses, refusals
from service.db import async_unit_of_work
from service.domain.city.city import load_calendar
from service.domain.plans.imports.blocks import Content
from service.domain.plans.imports.proposal_answer import tell_proposal
from service.domain.reports.drafts import StrictBody
from service.errors import FieldError, Invalid, TooLarge, UnsupportedMedia
from service.i18n import N_
from service.planfile.reader import MAX_BYTES, MAX_LETTERS
from service.web.dependencies import NowDep, ReferenceDep, ResourcesDep
from service.web.failures import invalid_input
from service.web.forms import is_multipart, read_form
from service.web.rates import allow
from service.web.reading.plan_file import propose_plan, read_paste, read_upload, require_drafting
from service.web.uploads import FORM_BYTES
from service.web.validation import field_errors
from service.web.viewer import StaffDep

router = APIRouter(tags=["plans"])

MOST_TABLES = 100
_FILE = {
    "type": "string",
    "format": "binary",
    "description": "A Word file, a workbook or a .csv, at most 10 MB",
}
_TABLES = {
    "type": "array",
    "items": {"type": "integer", "minimum": 1},
    "description": "Which tables of tasks to take, counted from 1; all of them without it",
}


class Pasted(StrictBody):
    """A table as it was pasted: plain text, tab-separated, or the source of a page."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: str = Field(max_length=MAX_LETTERS)
    tables: list[int] = Field(default_factory=list, max_length=MOST_TABLES)


_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "`vi` or `en`: the language of `warnings` and of refusals",
    "schema": {"type": "string"},
}
_BODY = {
    "parameters": [_LANGUAGE],
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": _FILE, "tables": _TABLES},
                }
            },
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["text"],
                    "additionalProperties": False,
                    "properties": {"text": {"type": "string", "maxLength": MAX_LETTERS}, "tables": _TABLES},
                }
            },
        },
    },
}
_PROPOSAL: Responses = {
    200: {
        "description": "What the document proposes; decided and with an `issuer`, `POST /plans` takes it",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
}


@router.post(
    "/plans/import",
    response_model=None,
    responses={**_PROPOSAL, **refusals(400, 401, 403, 404, 413, 415, 422, 429)},
    openapi_extra=_BODY,
    max_body_size=MAX_BYTES + FORM_BYTES,
)
async def import_plan(
    request: Request, resources: ResourcesDep, reference: ReferenceDep, staff: StaffDep, now: NowDep
) -> dict[str, object]:
    """Read a document: its words letter for letter, what was understood of them, what is to be decided."""
    require_drafting(reference, staff)
    await allow(request, resources, "import")
    content, chosen = await (_uploaded(request) if is_multipart(request.headers) else _pasted(request))
    proposal = await propose_plan(reference, staff, content, now, [number - 1 for number in chosen])
    async with async_unit_of_work(resources.engine) as session:
        calendar = await session.run_sync(load_calendar, reference)
    return tell_proposal(proposal, calendar)


async def _uploaded(request: Request) -> tuple[Content, list[int]]:
    form = await read_form(request, max_files=1, max_fields=MOST_TABLES)
    file = form.get("file")
    wrong = [
        FieldError(("body", name), N_("Không có mục này; hãy bỏ đi hoặc xem lại tên."))
        for name in sorted(form.keys() - {"file", "tables"})
    ]
    if wrong or not isinstance(file, UploadFile):
        missing = FieldError(("body", "file"), N_("Hãy chọn tệp Word, Excel hoặc dán bảng nhiệm vụ."))
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=wrong or [missing])
    chosen = _tables(form)
    return await read_upload(file.filename or "", await file.read(MAX_BYTES + 1)), chosen


def _tables(form: FormData) -> list[int]:
    parts = [part for value in form.getlist("tables") if isinstance(value, str) for part in value.split(",")]
    if not all(part.strip().isdecimal() and len(part) < 9 for part in parts):
        fault = FieldError(("body", "tables"), N_("Cần một số nguyên."))
        raise Invalid(N_("Vui lòng sửa các mục được nêu."), errors=[fault])
    return [int(part) for part in parts]


async def _pasted(request: Request) -> tuple[Content, list[int]]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise UnsupportedMedia(N_("Hãy gửi tệp dưới dạng multipart/form-data, hoặc chữ dưới dạng JSON."))
    try:
        sent = Pasted.model_validate_json(await request.body())
    except ValidationError as error:
        found = error.errors(include_url=False)
        if any(each["type"] == "string_too_long" for each in found):
            raise TooLarge(N_("Nội dung dán vào quá dài. Hãy chỉ dán bảng nhiệm vụ.")) from None
        raise invalid_input(field_errors(found, ("body",))) from None
    return await read_paste(sent.text), sent.tables
