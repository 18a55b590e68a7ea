"""Suspicion of spam, reckoned when a report is routed: points for what spam has in common.

A suspect waits for a person and is not published meanwhile. It is never refused: an honest report that looks
odd costs one look, so single signs are worth less than the threshold.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.domain.city.config import Spam
from service.domain.city.reference import Reference
from service.domain.kernel.texts import fold
from service.domain.kernel.tokens import keyed_digest
from service.domain.reports.bulk_write import insert_many
from service.models import Contact, Report, SenderTrace

MOST_LINKS, MOST_COPIES = 3, 5

_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w@.])(?:[a-z0-9-]{2,}\.)+(?:com|net|org|info|xyz|top|vip|club|shop|site|online|win|bet|vn)\b"
    r"(?:/\S*)?",
    re.IGNORECASE,
)
_OFFICIAL = re.compile(r"(?:^|[/.])(?:[a-z0-9-]+\.)*gov\.vn(?:/|$)", re.IGNORECASE)
_MAPS = re.compile(
    r"(?:maps\.app\.goo\.gl|goo\.gl/maps|google\.[a-z.]+/maps|openstreetmap\.org)", re.IGNORECASE
)
_LETTERS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Score:
    """Score of a report as spam: points by sign."""

    hold_at: int
    signs: Mapping[str, int] = field(default_factory=dict)

    @property
    def points(self) -> int:
        """Return all points together."""
        return sum(self.signs.values())

    @property
    def suspected(self) -> bool:
        """Return whether a person should look first."""
        return self.points >= self.hold_at


@dataclass(frozen=True, slots=True)
class SpamRules:
    """Rules of suspicion, as the city's configuration gives them."""

    hold_at: int
    window: timedelta
    link: int
    phrase: int
    phrases: tuple[str, ...]
    phrases_allowed_in: frozenset[str]
    repeated: int
    repeated_at_least: int

    def score(self, written: str, path: Sequence[str], copies: int) -> Score:
        """Return points of a text in a category (its path), with `copies` of it sent before by the same
        sender.
        """
        signs = {
            "links": self.link * min(MOST_LINKS, len(web_links(written))),
            "phrases": 0 if self.phrases_allowed_in & set(path) else self.phrase * self._phrases_in(written),
            "repeated": self.repeated * min(MOST_COPIES, copies),
        }
        return Score(self.hold_at, {sign: points for sign, points in signs.items() if points})

    def _phrases_in(self, written: str) -> int:
        said = f" {comparable_words(written)} "
        return sum(f" {_plain_phrase(phrase)} " in said for phrase in self.phrases)


def read_spam_rules(config: Spam) -> SpamRules:
    """Return the rules of a configuration."""
    return SpamRules(
        hold_at=config.hold_at,
        window=timedelta(hours=config.window_hours),
        link=config.link,
        phrase=config.phrase,
        phrases=config.phrases,
        phrases_allowed_in=frozenset(config.phrases_allowed_in),
        repeated=config.repeated,
        repeated_at_least=config.repeated_at_least,
    )


def web_links(written: str) -> list[str]:
    """Return web addresses in a text, but for those of authorities and of places on a map."""
    found = [each.group() for each in _LINK.finditer(written)]
    return [each for each in found if not _OFFICIAL.search(each) and not _MAPS.search(each)]


def comparable_words(written: str) -> str:
    """Return words without marks, signs and line breaks, for comparing."""
    return " ".join(_LETTERS.findall(fold(written)))


_plain_phrase = lru_cache(maxsize=1024)(comparable_words)  # 6 µs a phrase, for every report


def sender_hash(key: bytes, kind: str, value: str) -> bytes:
    """Return a hash that tells whether two senders are one, and not who; worth nothing without the key."""
    return keyed_digest(key, "sender", f"{kind}:{value}", 16)


_COPIES = text("""
SELECT wanted.report_id, earlier.report_id AS copy
FROM jsonb_to_recordset(CAST(:wanted AS jsonb))
  AS wanted(report_id uuid, hash text, words text, at timestamptz)
CROSS JOIN LATERAL (
  SELECT t.report_id FROM sender_trace t
  WHERE t.hash = decode(wanted.hash, 'hex') AND t.text_hash = decode(wanted.words, 'hex')
    AND t.at >= wanted.at - make_interval(secs => :window_s)
    AND (t.at, t.report_id) < (wanted.at, wanted.report_id)
  ORDER BY t.at DESC LIMIT :most
) AS earlier
""")


def find_spam(session: Session, reference: Reference, reports: Sequence[Report]) -> dict[UUID, Score]:
    """Return those of `reports` that are suspected of spam; leaves a trace of each sender for reports to
    come.
    """
    rules = read_spam_rules(reference.config.spam)
    copies = _copies(session, _traces(session, reports, rules), rules)
    found = {}
    for report in reports:
        path = reference.categories[report.category_id].path
        score = rules.score(f"{report.description} {report.address}", path, len(copies.get(report.id, ())))
        if score.suspected:
            found[report.id] = score
    return found


def text_hash(written: str, at_least: int) -> bytes | None:
    """Return a hash that is equal for texts of the same words; None for a text too short to tell by."""
    words = comparable_words(written)
    return hashlib.sha256(words.encode()).digest()[:16] if len(words) >= at_least else None


class _Trace(NamedTuple):
    """Row of SenderTrace: what a report shares with others of its sender."""

    report_id: UUID
    kind: str
    hash: bytes
    text_hash: bytes
    at: datetime


def _traces(session: Session, reports: Sequence[Report], rules: SpamRules) -> list[_Trace]:
    """Return what each report with enough words shares with others of its sender, stored."""
    data = {report.id: text_hash(report.description, rules.repeated_at_least) for report in reports}
    if not any(data.values()):
        return []
    columns = (Contact.report_id, func.coalesce(Contact.phone, Contact.email).label("reached"))
    query = select(*columns).where(Contact.report_id.in_(data))
    reached = {row.report_id: row.reached for row in session.execute(query) if row.reached}
    found = [
        _Trace(report.id, kind, value, words, report.created_at)
        for report in reports
        if (words := data[report.id])
        for kind, value in _senders(report, reached.get(report.id))
        if value
    ]
    insert_many(session, SenderTrace, [each._asdict() for each in found])
    return found


def _senders(report: Report, reached: str | None) -> list[tuple[str, bytes | None]]:
    contact = hashlib.sha256(reached.encode()).digest()[:16] if reached else None
    return [("device", report.device_hash), ("address", report.address_hash), ("contact", contact)]


def _copies(session: Session, traces: Sequence[_Trace], rules: SpamRules) -> dict[UUID, set[UUID]]:
    """Return earlier reports of the same sender that say the same, by report."""
    if not traces:
        return {}
    rows = [
        {
            "report_id": str(trace.report_id),
            "hash": trace.hash.hex(),
            "words": trace.text_hash.hex(),
            "at": trace.at.isoformat(),
        }
        for trace in traces
    ]
    params = {
        "wanted": json.dumps(rows),
        "window_s": rules.window.total_seconds(),
        "most": MOST_COPIES,
    }
    found: dict[UUID, set[UUID]] = {}
    for row in session.execute(_COPIES, params):
        found.setdefault(row.report_id, set()).add(row.copy)
    return found
