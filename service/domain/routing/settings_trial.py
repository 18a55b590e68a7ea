"""Trial of settings: what they would have done with what the city lately received. Changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.domain.city.city import load_calendar
from service.domain.city.config import CityConfig
from service.domain.city.danger_words import find_danger
from service.domain.city.reference import Reference
from service.domain.deadlines.deadlines import ends_at
from service.domain.kernel.masking import masking_rules
from service.domain.routing.spam import read_spam_rules
from service.domain.rules.rulebook import Rulebook
from service.i18n import N_, pick
from service.models import ApiKey, Report, Role, Staff, StaffIdentity

LOOKED_AT = 1000
"""So many of the newest reports are judged by the old and the new settings."""

MOST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class SettingsEffect:
    """Effect of new settings: a sentence (msgid) with its values, and examples such as texts of reports."""

    says: str
    params: Mapping[str, object] = field(default_factory=dict)
    examples: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SettingsTrial:
    """The configuration as it is and as it would be, over a city at a moment."""

    session: Session
    book: Rulebook
    before: CityConfig
    after: CityConfig
    now: datetime

    @property
    def reference(self) -> Reference:
        """Return the city as it is."""
        return self.book.reference


def try_settings(
    session: Session, book: Rulebook, group: str, before: CityConfig, after: CityConfig, now: datetime
) -> list[SettingsEffect]:
    """Return the effects of a group's new settings; none where nothing can be counted beforehand."""
    look = _LOOKS.get(group)
    return list(look(SettingsTrial(session, book, before, after, now))) if look else []


def _hours(trial: SettingsTrial) -> Iterator[SettingsEffect]:
    old = load_calendar(trial.session, trial.reference)
    new = type(old)(old.timezone, trial.after.working_hours, old.holidays, old.extra_working_days)
    for each_policy in sorted(trial.book.policies.values(), key=lambda each: each.policy.code):
        term = each_policy.policy.resolve
        was, is_ = ends_at(term, trial.now, old), ends_at(term, trial.now, new)
        if was != is_:
            yield SettingsEffect(
                N_("Phản ánh nhận lúc này theo hạn “{policy}”: từ {before} thành {after}."),
                {"policy": pick(each_policy.name), "before": was, "after": is_},
            )
    yield SettingsEffect(
        N_("Hạn của phản ánh đang mở chưa đổi; muốn đổi, hãy tính lại ở Lịch nghỉ sau khi lưu.")
    )


def _security(trial: SettingsTrial) -> Iterator[SettingsEffect]:
    added = set(trial.after.second_factor_roles) - set(trial.before.second_factor_roles)
    if not added:
        return
    wanted = Staff.active, Staff.role.in_(sorted(added)), Staff.id.not_in(select(ApiKey.staff_id))
    rows = trial.session.execute(select(Staff.name, Staff.totp_since, Staff.demo).where(*wanted)).all()
    without = [row.name for row in rows if row.totp_since is None and not row.demo]
    yield SettingsEffect(
        N_("{n} tài khoản chưa có lớp bảo vệ thứ hai: lần đăng nhập tới phải thiết lập."),
        {"n": len(without)},
        without[:MOST_EXAMPLES],
    )


def _notices(trial: SettingsTrial) -> Iterator[SettingsEffect]:
    since = trial.now - timedelta(days=1)
    counted = (
        select(func.count())
        .where(Report.created_at > since, Report.lead_id.is_not(None))
        .group_by(Report.lead_id)
    )
    counts = trial.session.scalars(counted).all()
    yield SettingsEffect(
        N_("Theo 24 giờ qua: hiện nay {before} đơn vị nhận tin gộp, sau khi đổi {after} đơn vị."),
        {
            "before": sum(each > trial.before.digest_above for each in counts),
            "after": sum(each > trial.after.digest_above for each in counts),
        },
    )


def _spam(trial: SettingsTrial) -> Iterator[SettingsEffect]:
    old, new = read_spam_rules(trial.before.spam), read_spam_rules(trial.after.spam)
    reports = _newest(trial)
    held: list[str] = []
    freed: list[str] = []
    for report in reports:
        written = f"{report.description} {report.address}"
        path = trial.reference.categories[report.category_id].path
        was, is_ = old.score(written, path, 0).suspected, new.score(written, path, 0).suspected
        if was != is_:
            (held if is_ else freed).append(_line(report))
    yield from _counted(
        reports,
        held,
        freed,
        N_("Trong {n} phản ánh gần nhất, thêm {more} phản ánh bị giữ lại để xem xét."),
        N_("Trong {n} phản ánh gần nhất, {more} phản ánh không còn bị giữ lại."),
    )


def _words(trial: SettingsTrial) -> Iterator[SettingsEffect]:
    old, new = masking_rules(trial.before.masking).general, masking_rules(trial.after.masking).general
    reports = _newest(trial)
    more: list[str] = []
    less: list[str] = []
    for report in reports:
        was, is_ = old.text(report.description), new.text(report.description)
        if was != is_:
            (more if is_.count("•") > was.count("•") else less).append(f"{report.code}: {is_[:160]}")
    yield from _counted(
        reports,
        more,
        less,
        N_("Trong {n} phản ánh gần nhất, {more} phản ánh bị che nhiều hơn."),
        N_("Trong {n} phản ánh gần nhất, {more} phản ánh được che ít hơn."),
    )


def _danger(trial: SettingsTrial) -> Iterator[SettingsEffect]:
    reports = _newest(trial)
    more: list[str] = []
    less: list[str] = []
    for report in reports:
        was = bool(find_danger(trial.before.danger_words, report.description))
        is_ = bool(find_danger(trial.after.danger_words, report.description))
        if was != is_:
            (more if is_ else less).append(_line(report))
    yield from _counted(
        reports,
        more,
        less,
        N_("Trong {n} phản ánh gần nhất, thêm {more} phản ánh hiện lời nhắc gọi số khẩn cấp."),
        N_("Trong {n} phản ánh gần nhất, {more} phản ánh không còn hiện lời nhắc gọi số khẩn cấp."),
    )


def _sign_in(trial: SettingsTrial) -> Iterator[SettingsEffect]:
    linked = select(func.count(StaffIdentity.staff_id.distinct()))
    yield SettingsEffect(
        N_("{n} tài khoản vào bằng danh bạ của thành phố: vai trò được xét lại ở lần đăng nhập tới."),
        {"n": trial.session.scalar(linked) or 0},
    )
    if not any(each.role == Role.ADMINISTRATOR for each in trial.after.sign_in.grants):
        yield SettingsEffect(N_("Không nhóm nào được vai trò quản trị viên."))


def _counted(
    reports: Sequence[Report], more: list[str], less: list[str], more_says: str, less_says: str
) -> Iterator[SettingsEffect]:
    for found, says in ((more, more_says), (less, less_says)):
        if found or says is more_says:
            yield SettingsEffect(says, {"n": len(reports), "more": len(found)}, found[:MOST_EXAMPLES])


def _newest(trial: SettingsTrial) -> Sequence[Report]:
    query = select(Report).where(Report.description != "").order_by(Report.created_at.desc(), Report.id)
    return trial.session.scalars(query.limit(LOOKED_AT)).all()


def _line(report: Report) -> str:
    return f"{report.code}: {report.description[:160]}"


_LOOKS: Mapping[str, Callable[[SettingsTrial], Iterator[SettingsEffect]]] = {
    "hours": _hours,
    "security": _security,
    "notices": _notices,
    "spam": _spam,
    "words": _words,
    "danger": _danger,
    "signin": _sign_in,
}
