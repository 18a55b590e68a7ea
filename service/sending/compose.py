"""Words for a message: its templates under `templates/messages/<notice>/`, in the recipient's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from service.domain.casework.passing_time.warnings import ACCEPT
from service.domain.city.reference import Reference, WardView
from service.domain.kernel.codes import report_secret
from service.domain.kernel.follower_secrets import follower_secret
from service.domain.notices.citizens import code_of
from service.domain.notices.follow_up import NOTICE as FOLLOW_UP
from service.domain.notices.kinds import EMERGENCY_NOTICE
from service.domain.notices.letters import STAFF_DIGEST, Letter
from service.domain.notices.links import make_token
from service.domain.notices.pictures import AFTER
from service.domain.notices.reach import IN_CHATS
from service.i18n import N_, Language, language_in_use, pick, translate
from service.i18n.wording import STATUSES, date_words, exact, status_sentence
from service.models import EventType, NoticeAudience, NoticeChannel, Status
from service.sending.cleanup_words import cleanup_facts, cleanup_link
from service.sending.envelope import Envelope
from service.sending.pictures import InlinePicture
from service.sending.sms_text import fit
from service.sending.staff_words import (
    STAFF_NEWS,
    brief,
    extension_facts,
    first_words,
    morning_counts,
    morning_groups,
    staff_page,
    work_page,
)

LONGEST_QUOTE, LONGEST_IN_CHAT = 400, 1200
"""Letters of what was said that a push shows, and a chat."""

_MANY_LINES = re.compile(r"\n{3,}")
TEMPLATES = Path(__file__).parents[1] / "templates"
_STEPS: Mapping[str, str] = {
    EventType.REOPENED: N_("Được mở lại"),
    EventType.SENT_BACK: N_("Kiểm tra chưa đạt, phải làm lại"),
    EventType.WITHDRAWN: N_("Người gửi đã rút phản ánh"),
    EventType.EXTENSION_DECLINED: N_("Không được gia hạn"),
    EventType.ENTRUSTED: N_("Được giao cho bạn"),
    EventType.EXECUTOR_ACCEPTED: N_("Đơn vị thực hiện đã nhận việc, hẹn giờ có mặt"),
    EventType.EXECUTOR_DECLINED: N_("Đơn vị thực hiện không nhận việc"),
    EventType.CLAIM_ANSWERED: N_("Có đơn vị nhận là chủ cáp"),
    EventType.UNCLAIMED: N_("Không đơn vị nào nhận cáp"),
    EventType.UNREACHED: N_("Tin cho người gửi không đến được"),
    EventType.RECATEGORISED: N_("Đã sửa loại phản ánh"),
    EventType.RELOCATED: N_("Đã sửa vị trí phản ánh"),
    EventType.RECOUNTED: N_("Thời hạn được tính lại theo lịch nghỉ"),
}
_DUE_AT = {"extended": "after", "recategorised": "after", "recounted": "after", "staff_warned": "due_at"}
"""Notices of a deadline as it was at that moment, and where their event has it."""

_OWN_PAGES: Mapping[str, str] = {
    "staff_codes": "/account",
    "staff_contacts": "/manage",
    "staff_penalties": "/penalties",
    "staff_report": "/manage/reports",
    "staff_test": "/admin/health",
}
"""Where messages lead that are about no report."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes envelopes for one installation: the city's names, its public address, the key for links."""

    reference: Reference
    public_url: str
    key: bytes

    def compose(self, letter: Letter, pictures: Sequence[InlinePicture] = ()) -> Envelope:
        """Return the message in words, with the pictures that it brings along."""
        language: Language = "en" if letter.language == "en" else "vi"
        token = language_in_use.set(language)
        try:
            return self._compose(letter, language, pictures)
        finally:
            language_in_use.reset(token)

    def _compose(
        self, letter: Letter, language: Language, pictures: Sequence[InlinePicture] = ()
    ) -> Envelope:
        stop = self._stop(letter)
        context = {**self._frame(language), **self._facts(letter), "stop": stop}
        context["chat"] = letter.channel in IN_CHATS
        context["pictures"] = [(each, _shows(each.kind)) for each in pictures]
        folder = f"messages/{letter.notice}"
        subject = " ".join(_render(f"{folder}/subject.txt", context).split())
        context["subject"] = subject
        return Envelope(
            id=letter.id,
            recipient=letter.recipient,
            language=language,
            subject=subject,
            text=_MANY_LINES.sub("\n\n", _render(f"{folder}/text.txt", context).strip()) + "\n",
            html=_render(f"{folder}/html.html", context),
            short=_lead(f"{folder}/text.txt", context),
            chat=_chat(f"{folder}/text.txt", context) if context["chat"] else "",
            link=str(context["link"]),
            one_click=stop,
            expires_at=letter.fresh_until,
            device=letter.device,
            urgent=letter.notice == EMERGENCY_NOTICE,
            sms=self._sms(folder, context) if letter.channel == NoticeChannel.SMS else "",
            pictures=tuple(pictures),
        )

    def _sms(self, folder: str, context: Mapping[str, object]) -> str:
        """Return sender, text and link of a message. Without a template of its own it has a push's words."""
        name = f"{folder}/sms.txt"
        written = name in _sms_templates()

        def write(quote: str) -> str:
            filled = {**context, "quote": quote}
            text = _render(name, filled) if written else _lead(f"{folder}/text.txt", filled, len(quote))
            return f"{context['service_name']}: {text}"

        return fit(write, str(context["quote"]), str(context["link"]))

    def _frame(self, language: Language) -> dict[str, object]:
        config = self.reference.config
        names = config.service_name
        return {
            "language": language,
            "service_name": pick(names) if names else translate(N_("Phản ánh hiện trường")),
            "hotline": config.hotline,
            "colour": config.colour,
        }

    def _facts(self, letter: Letter) -> dict[str, object]:
        data = letter.data
        status = str(data.get("status") or (letter.about.status if letter.about else ""))
        lead, title, zone = self._lead_name(letter), self._title(letter), self.reference.timezone
        address = letter.about.address if letter.about else ""
        return {
            "name": letter.name if letter.audience == NoticeAudience.STAFF else "",
            "code": letter.about.code if letter.about else "",
            "title": title,
            "place": self._place(letter),
            "lead": lead,
            "sentence": status_sentence(status, lead) if status in STATUSES else "",
            "status_name": translate(STATUSES[status].name) if status in STATUSES else "",
            "what": self._what(letter),
            "original": data.get("original", ""),
            "due": exact(due_at, zone) if (due_at := self._due_at(letter)) else "",
            "brief": brief(title, address, self._ward(letter), due_at, zone),
            "words": first_words(letter),
            **extension_facts(data, zone),
            **cleanup_facts(data, zone),
            "company": pick(data["company_name"]) if data.get("company_name") else "",
            "street": data.get("street", ""),
            "until": self._until(letter),
            "answers": f"{self._stop(letter)}/lasts" if letter.notice == FOLLOW_UP else "",
            "quote": " ".join(letter.quote.split())[:1500],
            "again": int(data.get("minutes", 0)) if int(data.get("round", 1)) > 1 else 0,
            "who": data.get("who", ""),
            "username": data.get("username", ""),
            "readings": data.get("readings", 0),
            "unchecked": data.get("unchecked", {}),
            "late_acceptance": data.get("step") == ACCEPT,
            "otp": code_of(self.key, UUID(data["code"])) if data.get("code") else "",
            "items": [self._item(each) for each in letter.items],
            "counts": morning_counts(letter.morning),
            "morning": morning_groups(self.reference, letter, self.public_url.rstrip("/")),
            "link": self.link(letter),
        }

    def link(self, letter: Letter) -> str:
        """Return where the message leads: a person's own page opens with their own secret."""
        base = self.public_url.rstrip("/")
        if letter.notice == "confirm" and (question := self._question(letter)):
            return f"{base}/alerts/confirm/{question}"
        if "cleanup" in letter.data:
            return cleanup_link(base, self.key, letter.data)
        if letter.notice == STAFF_DIGEST:
            return base + work_page(letter.role)
        if letter.notice in _OWN_PAGES:
            return base + _OWN_PAGES[letter.notice]
        if letter.about is None:
            return "" if letter.audience == NoticeAudience.VISITOR else f"{base}/mine"
        if letter.audience == NoticeAudience.STAFF:
            return base + staff_page(letter)
        page = f"{base}/r/{letter.about.code}"
        if letter.audience == NoticeAudience.ALERT:
            return page
        if own := letter.data.get("own"):
            return f"{page}?s={report_secret(self.key, UUID(own), letter.generation)}"
        if letter.follower_id:
            return f"{page}?s={follower_secret(self.key, letter.follower_id, letter.generation)}"
        return page

    def _question(self, letter: Letter) -> str:
        """Return the token that answers a question, empty where it is about nothing any more."""
        if letter.about is not None:
            return make_token(self.key, "question", letter.id)
        subscription_id = letter.subscription_id
        return make_token(self.key, "confirm", subscription_id) if subscription_id else ""

    def _stop(self, letter: Letter) -> str:
        if letter.audience == NoticeAudience.VISITOR:
            return ""
        return f"{self.public_url.rstrip('/')}/n/{make_token(self.key, 'message', letter.id)}"

    def _title(self, letter: Letter) -> str:
        category = self.reference.categories.get(letter.about.category_id) if letter.about else None
        return pick(category.name) if category else ""

    def _place(self, letter: Letter) -> str:
        if letter.about is None:
            return ""
        ward = self._ward(letter)
        parts = [letter.about.address, ward.said_name if ward else ""]
        return ", ".join(part for part in parts if part) or translate(N_("chưa rõ phường, xã"))

    def _ward(self, letter: Letter) -> WardView | None:
        return self.reference.wards.get(letter.about.ward_id or 0) if letter.about else None

    def _lead_name(self, letter: Letter) -> str:
        known = letter.data.get("lead") or (letter.about.lead_id if letter.about else None)
        department = self.reference.departments.get(known or 0)
        return pick(department.name) if department else ""

    def _due_at(self, letter: Letter) -> datetime | None:
        due = letter.data.get(_DUE_AT.get(letter.notice, ""))
        if due:
            return datetime.fromisoformat(due)
        return letter.about.due_at if letter.about else None

    def _until(self, letter: Letter) -> str:
        """Return the day on which silence ends a question, or reopening a closed report comes too late."""
        config, about = self.reference.config, letter.about
        if about is None:
            return ""
        if letter.notice == "asked":
            days, since = config.waiting_days, about.paused_at
        elif about.status == Status.CLOSED:
            days, since = config.reopen_days, about.closed_at
        else:
            return ""
        return date_words(since + timedelta(days=days), self.reference.timezone) if since else ""

    def _what(self, letter: Letter) -> str:
        if letter.notice == "confirm":
            return self._subscription_words(letter)
        type_ = str(letter.data.get("type"))
        news = STAFF_NEWS.get(type_) if letter.audience == NoticeAudience.STAFF else None
        step = news or _STEPS.get(type_)
        if step:
            return translate(step)
        status = str(letter.data.get("status", ""))
        return translate(STATUSES[status].name) if status in STATUSES else ""

    def _subscription_words(self, letter: Letter) -> str:
        """Return what is to be confirmed, in words."""
        if letter.about is not None:
            return translate(N_("phản ánh {code}"), code=letter.about.code)
        return filter_words(self.reference, letter.data)

    def _item(self, letter: Letter) -> dict[str, str]:
        """Return one line of a digest: the subject that the message has when it is sent alone."""
        context = {
            **self._frame(cast(Language, letter.language)),
            **self._facts(letter),
            "stop": "",
            "chat": False,
        }
        subject = " ".join(_render(f"messages/{letter.notice}/subject.txt", context).split())
        return {"line": subject, "link": self.link(letter)}


def _shows(kind: str) -> str:
    """Return the alternative text of a picture."""
    return translate(N_("Ảnh sau khi xử lý")) if kind == AFTER else translate(N_("Ảnh người gửi chụp"))


def filter_words(reference: Reference, filters: Mapping[str, Any]) -> str:
    """Return an alert in words: what kind of reports, and where."""
    category = reference.categories.get(filters.get("category") or 0)
    ward = reference.ward_by_code.get(filters.get("ward") or "")
    what = pick(category.name) if category else translate(N_("mọi loại phản ánh"))
    where = [ward.said_name] if ward else []
    if radius_m := filters.get("radius_m"):
        where.append(translate(N_("quanh một điểm {radius} m"), radius=radius_m))
    return ", ".join([what, *where]) if where else translate(N_("{what}, toàn thành phố"), what=what)


@lru_cache(maxsize=1)
def _sms_templates() -> frozenset[str]:
    return frozenset(name for name in _environment().list_templates() if name.endswith("/sms.txt"))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"_": translate, "pick": pick}
    return made


def _render(name: str, context: Mapping[str, object]) -> str:
    return _environment().get_template(name).render(context)


def _lead(name: str, context: Mapping[str, object], most: int = LONGEST_QUOTE) -> str:
    """Return the one block that is enough for a push or an SMS, with what was said."""
    quote = _shortened(str(context["quote"]), most)
    return " ".join([*_block(name, "lead", context).split(), *([f"“{quote}”"] if quote else [])])


def _chat(name: str, context: Mapping[str, object]) -> str:
    """Return what is said in a chat: the lead, all that was said, and what to do about it."""
    more = "\n".join(" ".join(line.split()) for line in _block(name, "more", context).split("\n"))
    return f"{_lead(name, context, LONGEST_IN_CHAT)}\n{more.strip()}".strip()


def _block(name: str, block: str, context: Mapping[str, object]) -> str:
    template = _environment().get_template(name)
    render = template.blocks.get(block)
    return "".join(render(template.new_context(dict(context)))) if render else ""


def _shortened(text: str, most: int) -> str:
    """Return the text, cut between two words and marked as cut where it is longer than so many letters."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]}…"
