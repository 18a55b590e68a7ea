"""Sending reports to a running service over HTTP, and looking at what became of them in its database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import Engine, func, select

from service.db import make_engine, unit_of_work
from service.models import Contact, Event, Report
from service.settings import Settings
from tests.support.web import running

KEY = "k" * 40
REPORTS = "/api/v1/reports"
PROBLEM = "application/problem+json"
TRANG_TIEN = {"lon": 107.5897, "lat": 16.4678}
SENTENCES = {"vi": "Vui lòng sửa các mục được nêu.", "en": "Please correct what is named below."}


@dataclass
class Reception:
    """A running service and its database."""

    client: httpx.Client
    engine: Engine

    def send(self, sent: Any = None, language: str = "vi", **headers: str) -> httpx.Response:
        return self.client.post(REPORTS, json=sent, headers={"Accept-Language": language, **headers})

    def raw(self, content: bytes | Iterator[bytes], **headers: str) -> httpx.Response:
        headers = {"Content-Type": "application/json", **headers}
        return self.client.post(REPORTS, content=content, headers=headers)

    def stored(self, report_id: object) -> Report:
        with unit_of_work(self.engine) as session:
            return session.get_one(Report, UUID(str(report_id)))

    def contact(self, report_id: object) -> Contact | None:
        with unit_of_work(self.engine) as session:
            return session.get(Contact, UUID(str(report_id)))

    def counts(self) -> tuple[int, int, int]:
        """Reports, events, contacts."""
        with unit_of_work(self.engine) as session:
            counted = [session.scalar(select(func.count()).select_from(t)) for t in (Report, Event, Contact)]
        return (counted[0] or 0, counted[1] or 0, counted[2] or 0)


def report(**changes: object) -> dict[str, Any]:
    """What a phone sends; None leaves a field out."""
    sent = {"category": "litter", "description": "Rác ở chân cầu", "location": TRANG_TIEN, **changes}
    return {key: value for key, value in sent.items() if value is not None}


def place(lon: object, lat: object) -> dict[str, Any]:
    """A change of `report`'s place."""
    return {"location": {"lon": lon, "lat": lat}}


@contextmanager
def reception(settings: Settings) -> Iterator[Reception]:
    engine = make_engine(settings.sqlalchemy_url)
    with running(settings) as client:
        yield Reception(client, engine)
    engine.dispose()


def problem_of(answer: httpx.Response, language: str | None = None) -> dict[str, Any]:
    """The problem of a refusal, checked against RFC 9457 and that it tells nothing of the inside."""
    assert answer.headers["content-type"] == PROBLEM, answer.text
    problem: dict[str, object] = answer.json()
    assert {"type", "title", "status", "detail", "errors"} <= problem.keys()
    assert problem["status"] == answer.status_code
    assert problem["title"] and problem["detail"]
    assert "Traceback" not in answer.text and "psycopg" not in answer.text
    if language:
        assert problem["detail"] == SENTENCES[language]
    return problem
