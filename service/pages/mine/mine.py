"""Page of the reports sent from this phone: those sent, by their codes; those that wait are the island's."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from service.domain.notices.citizens import Citizen, codes_of_reports, questions_to
from service.domain.queries.my_reports import reports_by_code
from service.domain.queries.report_news import RememberedReport, ReportNews, read_report_news
from service.pages.shared.cards import card
from service.pages.shared.citizen import CitizenDep
from service.pages.shared.report_secrets import keep_news, kept_reports
from service.pages.shared.visit import PageVisitDep
from service.rendering.engine import page
from service.web.dependencies import ResourcesDep, SessionDep

router = APIRouter()


@router.get("/mine")
async def mine(visit: PageVisitDep, session: SessionDep, citizen: CitizenDep) -> Response:
    """Reports sent or followed from here, newest first; what is not public yet by its code alone.

    Of who signed in by a code all their reports stand there, each opening as their own.
    """
    remembered = kept_reports(visit.request, visit.resources)
    news = await _read_news(session, remembered, citizen)
    own = list(await session.run_sync(codes_of_reports, citizen)) if citizen else []
    codes = [each.code for each in remembered if each.code not in own]
    views = await session.run_sync(
        reports_by_code, visit.reference, [*codes, *own], now=visit.now, public_url=""
    )
    shown = {view.code: view for view in views}
    first = sorted(codes, key=lambda code: (code not in news.questions, code not in news.updated))
    theirs = sorted(own, key=lambda code: code not in news.questions)
    context = {
        "citizen": citizen,
        "known": [card(visit.reference, shown[code]) for code in theirs if code in shown],
        "known_unseen": [code for code in theirs if code not in shown],
        "reference": visit.reference,
        "now": visit.now,
        "reports": [card(visit.reference, shown[code]) for code in first if code in shown],
        "unseen": [code for code in first if code not in shown],
        "news": news,
        "news_count": news.count,
        "islands": ["citizens/mine.ts"],
    }
    # What a service worker keeps outlives the session: of who signed in it must keep nothing.
    headers = {"cache-control": "no-store"} if citizen else {}
    response = page(visit.request, "mine/index.html", context, headers=headers)
    keep_news(visit.request, response, visit.resources, news)
    return response


@router.get("/mine/news")
async def news(
    request: Request, session: SessionDep, resources: ResourcesDep, citizen: CitizenDep
) -> Response:
    """Tell a page that is open how many reports are worth opening."""
    found = await _read_news(session, kept_reports(request, resources), citizen)
    body = {"count": found.count, "questions": len(found.questions)}
    response = JSONResponse(body, headers={"cache-control": "no-store"})
    keep_news(request, response, resources, found)
    return response


async def _read_news(
    session: AsyncSession, remembered: list[RememberedReport], citizen: Citizen | None
) -> ReportNews:
    found = await session.run_sync(read_report_news, remembered)
    questions = await session.run_sync(questions_to, citizen) if citizen else frozenset[str]()
    return ReportNews(found.questions | questions, found.updated - questions)
