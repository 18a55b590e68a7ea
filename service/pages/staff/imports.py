"""Files that staff import on pages: chosen in the form, counted against the limit of imports."""

from __future__ import annotations

from service.i18n import N_
from service.pages.shared.forms import SentForm
from service.pages.shared.visit import StaffVisit
from service.web.rates import allow

NO_TABLE = N_("Hãy chọn một tệp Excel (.xlsx) hoặc CSV.")
NO_WORKBOOK = N_("Hãy chọn một tệp.")


async def read_import(visit: StaffVisit, form: SentForm, most: int, missing: str) -> tuple[str, bytes]:
    """Return name and content of the form's `file`, of a larger one the first byte beyond `most` too.

    Raises TooMany beyond the limit of imports, Invalid, saying `missing`, where no file was chosen.
    """
    await allow(visit.request, visit.resources, "import")
    return await form.file("file", most, missing)
