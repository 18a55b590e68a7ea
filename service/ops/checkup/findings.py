"""Findings about the installation, one for each part: its level, what to do; pure, in the language in use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.domain.health import Health
from service.domain.notices.channels import Channel
from service.domain.notices.troubles.failures import ChannelTrouble
from service.domain.rules.unattended import UnattendedUnit
from service.domain.upkeep import Upkeep
from service.i18n import N_, translate
from service.i18n.wording import date_words
from service.ops import queues
from service.ops.checkup.words import (
    DISK_WORDS,
    PROCESS_WORDS,
    QUEUE_WORDS,
    elapsed_words,
    size_words,
    why_failed,
)
from service.ops.host.certificate import Certificate
from service.ops.host.disks import Disk
from service.ops.queues import QueueState

Level = Literal["bad", "attention", "good", "off"]
ORDER: tuple[Level, ...] = ("bad", "attention", "good", "off")


@dataclass(frozen=True, slots=True)
class PartFinding:
    """A part of the installation and how it is. `code` is for machines (`channel:email`); `advice` says what
    to do where something is wrong, `path` where in the administration.
    """

    code: str
    title: str
    level: Level
    says: str
    advice: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts that findings are made of. `health` and `upkeep` are None while the database is away, `queues`
    while Redis is; `set_up` are the channels that have a sender, `saved` whether backups are made by
    themselves.
    """

    now: datetime
    timezone: str
    health: Health | None
    upkeep: Upkeep | None
    queues: Mapping[str, QueueState] | None
    disks: Sequence[Disk]
    certificate: Certificate | None
    channels: Mapping[str, Channel]
    set_up: frozenset[str]
    sent: Mapping[str, datetime]
    scheduled_backup: bool


def findings(facts: Facts) -> list[PartFinding]:
    """Return the finding of every part, the worst first."""
    found = [
        *_processes(facts),
        *_queues(facts),
        *_reports(facts),
        *_channels(facts),
        *_units(facts.upkeep.unattended if facts.upkeep else ()),
        *_backups(facts),
        *(_disk(each) for each in facts.disks),
        *_certificate(facts),
    ]
    return sorted(found, key=lambda each: ORDER.index(each.level))


def _processes(facts: Facts) -> Iterator[PartFinding]:
    title = translate(N_("Cơ sở dữ liệu"))
    if facts.health is None:
        says = translate(N_("Không trả lời. Người dân không gửi được phản ánh."))
        yield PartFinding("database", title, "bad", says, translate(_RESTART))
        return
    size = size_words(facts.upkeep.database_bytes) if facts.upkeep else ""
    yield PartFinding(
        "database", title, "good", translate(N_("Hoạt động bình thường, dung lượng {size}."), size=size)
    )
    gone = [kind for kind in PROCESS_WORDS if not facts.health.lives(kind)]
    title = translate(N_("Tiến trình nền"))
    if gone:
        names = ", ".join(translate(PROCESS_WORDS[kind]) for kind in gone)
        says = translate(
            N_("Không thấy chạy: {names}. Phản ánh vẫn được nhận nhưng chưa đi tiếp."), names=names
        )
        yield PartFinding("processes", title, "bad", says, translate(_RESTART))
    else:
        yield PartFinding("processes", title, "good", translate(N_("Đang chạy đủ.")))


def _queues(facts: Facts) -> Iterator[PartFinding]:
    title = translate(N_("Hàng đợi công việc"))
    if facts.queues is None:
        yield PartFinding("queues", title, "bad", translate(N_("Redis không trả lời.")), translate(_RESTART))
        return
    if facts.health is None:
        return
    ill = queues.queue_troubles(facts.queues, facts.health.queues_read)
    waiting = sum(state.length for state in facts.queues.values())
    if not ill:
        yield PartFinding(
            "queues", title, "good", translate(N_("Không tồn đọng; {n} việc đang chờ."), n=waiting)
        )
        return
    findings = []
    if unread := [name for name, trouble in ill.items() if trouble == "unread"]:
        findings.append(translate(N_("Không tiến trình nào xử lý: {names}."), names=_named(unread)))
    for name, trouble in ill.items():
        if trouble == "late":
            age = elapsed_words(facts.queues[name].oldest_s or 0)
            findings.append(
                translate(N_("Chậm: {name}, việc cũ nhất đã chờ {age}."), name=_named([name]), age=age)
            )
    yield PartFinding("queues", title, "bad", " ".join(findings), translate(_RESTART))


def _named(names: Sequence[str]) -> str:
    return ", ".join(translate(QUEUE_WORDS.get(name, name)) for name in names)


def _reports(facts: Facts) -> Iterator[PartFinding]:
    if facts.health is None:
        return
    if facts.health.unreached:
        says = translate(
            N_("{n} phản ánh khẩn cấp đang chờ mà chưa báo được cho ai."), n=facts.health.unreached
        )
        advice = translate(N_("Gọi ngay cho người trực, rồi xem lại địa chỉ của các điều phối viên."))
        yield PartFinding("emergencies", translate(N_("Phản ánh khẩn cấp")), "bad", says, advice, "/desk")
    title = translate(N_("Phân công phản ánh mới"))
    if facts.health.unrouted:
        says = translate(N_("{n} phản ánh đã chờ hơn nửa phút."), n=facts.health.unrouted)
        yield PartFinding("routing", title, "bad", says, translate(_RESTART))
    else:
        yield PartFinding("routing", title, "good", translate(N_("Phản ánh mới được phân công ngay.")))


def _channels(facts: Facts) -> Iterator[PartFinding]:
    troubles = {each.channel: each for each in facts.upkeep.channels} if facts.upkeep else {}
    for name, channel in facts.channels.items():
        title, code = translate(channel.label), f"channel:{name}"
        if name not in facts.set_up:
            says = translate(N_("Chưa thiết lập: không gửi được tin nào bằng kênh này."))
            advice = translate(N_("Nhờ người vận hành đặt cấu hình; xem OPERATIONS.md, mục Settings."))
            yield PartFinding(code, title, "off", says, advice)
        elif (trouble := troubles.get(name)) is not None:
            yield _troubled(code, title, trouble, facts)
        else:
            yield PartFinding(code, title, "good", _last_sent(facts, name))


def _last_sent(facts: Facts, name: str) -> str:
    if (sent := facts.sent.get(name)) is None:
        return translate(N_("Đã thiết lập; tuần qua chưa gửi tin nào."))
    age = elapsed_words((facts.now - sent).total_seconds())
    return translate(N_("Gửi bình thường; tin gần nhất cách đây {age}."), age=age)


def _troubled(code: str, title: str, trouble: ChannelTrouble, facts: Facts) -> PartFinding:
    findings = []
    if trouble.waiting and trouble.waiting_since:
        age = elapsed_words((facts.now - trouble.waiting_since).total_seconds())
        findings.append(
            translate(N_("{n} tin chưa gửi được, cũ nhất từ {age} trước."), n=trouble.waiting, age=age)
        )
    if trouble.given_up:
        findings.append(translate(N_("{n} tin không gửi được trong tuần qua."), n=trouble.given_up))
    stuck = trouble.waiting > 0 or trouble.given_up_today > 0
    findings.append(translate(why_failed(trouble.error)))
    advice = translate(N_("Xem từng tin và gửi lại ở bên dưới."))
    return PartFinding(code, title, "bad" if stuck else "attention", " ".join(findings), advice, "#failing")


def _units(unattended: Sequence[UnattendedUnit]) -> Iterator[PartFinding]:
    title = translate(N_("Đơn vị không có người theo dõi"))
    if not unattended:
        yield PartFinding("units", title, "good", translate(N_("Đơn vị nào cũng có người nhận tin.")))
        return
    cases = sum(each.open_cases for each in unattended)
    says = translate(N_("{n} đơn vị, đang giữ {cases} phản ánh chưa xong."), n=len(unattended), cases=cases)
    advice = translate(N_("Mở tài khoản có email cho từng đơn vị, hoặc điền email của đơn vị."))
    yield PartFinding("units", title, "bad", says, advice, "#units")


def _backups(facts: Facts) -> Iterator[PartFinding]:
    title, code = translate(N_("Sao lưu")), "backup"
    if facts.health is None or facts.upkeep is None:
        return
    advice = translate(N_("Nhờ người vận hành xem nhật ký, hoặc chạy lệnh “hientruong backup”."))
    age_s, problem = facts.health.backup_age_s, facts.upkeep.backup_problem
    if age_s is None:
        says = translate(N_("Chưa có bản sao lưu nào. Máy hỏng là mất hết dữ liệu."))
        level: Level = "bad" if not facts.scheduled_backup or not facts.health.saved() else "attention"
        yield PartFinding(
            code, title, level, says, translate(N_("Đặt HIENTRUONG_BACKUP_DIR; xem OPERATIONS.md."))
        )
        return
    size = size_words(facts.upkeep.backup_bytes or 0)
    says = translate(N_("Bản mới nhất cách đây {age}, {size}."), age=elapsed_words(age_s), size=size)
    if problem:
        says += " " + translate(N_("Lần sao lưu vừa rồi không thành."))
    ill = bool(problem) or not facts.health.saved()
    yield PartFinding(code, title, "bad" if ill else "good", says, advice if ill else "")


def _disk(disk: Disk) -> PartFinding:
    uses = ", ".join(translate(DISK_WORDS[use]) for use in disk.uses)
    says = translate(
        N_("Còn trống {free} trên {size} ({share}%). Dùng cho: {uses}."),
        free=size_words(disk.free),
        size=size_words(disk.size),
        share=round(100 * disk.share_free),
        uses=uses,
    )
    level: Level = "bad" if disk.full else "attention" if disk.nearly_full else "good"
    advice = "" if level == "good" else translate(N_("Dọn bớt hoặc thêm ổ đĩa trước khi đầy."))
    return PartFinding(f"disk:{disk.uses[0]}", translate(N_("Ổ đĩa")), level, says, advice)


def _certificate(facts: Facts) -> Iterator[PartFinding]:
    title, code, shown = translate(N_("Chứng chỉ https")), "certificate", facts.certificate
    if shown is None:
        says = translate(N_("Địa chỉ công khai không dùng https."))
        advice = translate(N_("Chỉ dùng như vậy để thử trên một máy; xem OPERATIONS.md, mục TLS."))
        yield PartFinding(code, title, "off", says, advice)
        return
    advice = translate(N_("Nhờ người vận hành gia hạn chứng chỉ; xem OPERATIONS.md, mục TLS."))
    if shown.until is None:
        says = translate(
            N_("Không xem được chứng chỉ của {host}: {why}."), host=shown.host, why=shown.problem
        )
        yield PartFinding(code, title, "bad", says, advice)
        return
    until = date_words(shown.until, facts.timezone)
    says = translate(N_("{host}: còn hiệu lực đến {until}."), host=shown.host, until=until)
    soon = shown.ends_soon(facts.now)
    yield PartFinding(code, title, "bad" if soon else "good", says, advice if soon else "")


_RESTART = N_("Báo người vận hành: khởi động lại dịch vụ trên máy chủ và xem “hientruong status”.")
