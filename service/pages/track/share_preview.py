"""Preview of a report for those it is shared with: the sentence that goes along, the preview of its link."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from service.domain.queries.views import ReportView
from service.i18n import N_, translate
from service.i18n.wording import STATUSES
from service.models import DONE
from service.pages.shared.preview import LinkPreview

MOST_WORDS = 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?")


def share_words(view: ReportView, title: str) -> str:
    """Return the sentence that is shared with the link: what, where, how it stands, and the code."""
    place = f", {view.ward.name}" if view.ward else ""
    state = translate(STATUSES[view.status].name)
    return translate(
        N_("{title}{place}: {state}. Mã {code}."), title=title, place=place, state=state, code=view.code
    )


def preview(public_url: str, view: ReportView, title: str) -> LinkPreview:
    """Return the preview of a report's page, made of what everybody may see."""
    base = public_url.rstrip("/")
    place = f", {view.ward.name}" if view.ward else ""
    return LinkPreview(
        title=f"{title}{place}",
        description=_sentence(view),
        url=f"{base}/r/{view.code}",
        image=f"{base}/r/{view.code}/card.jpg?v={view.version}",
        image_alt=translate(N_("Ảnh của phản ánh {code}"), code=view.code),
    )


def translation_link(public_url: str, code: str, accept_language: str | None) -> str:
    """Return where a visitor who reads English pages has people's Vietnamese words translated, in the first
    language of their browser; empty where the service is at no address that a translator can open.

    Nothing is sent there by itself: it is a link, to the page as everybody sees it.
    """
    if not public_url.startswith("https://"):
        return ""
    page = f"{public_url.rstrip('/')}/r/{code}?lang=vi"
    params = {"sl": "vi", "tl": _read_by(accept_language), "u": page}
    return f"https://translate.google.com/translate?{urlencode(params)}"


def _read_by(accept_language: str | None) -> str:
    """Return the first language of a browser as a translator names it; English for Vietnamese and none."""
    first = (accept_language or "").split(",", 1)[0].split(";", 1)[0].strip()
    if not _LANGUAGE.fullmatch(first) or first[:2].lower() == "vi":
        return "en"
    language = first.split("-", 1)[0].lower()
    return (first if "-" in first else "zh-CN") if language == "zh" else language


def state_words(view: ReportView) -> str:
    """Return how the report stands; once it is done, also who did it."""
    if view.status not in DONE or view.lead is None:
        return translate(STATUSES[view.status].name)
    return translate(N_("{lead}: đã xử lý xong"), lead=view.lead.name)


def _sentence(view: ReportView) -> str:
    words = " ".join(view.description.split())
    return f"{state_words(view)}. {words[:MOST_WORDS]}".strip()
