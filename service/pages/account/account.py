"""`/account`: one's own sessions, second factor, password and language, for every member of staff."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path
from fastapi.responses import RedirectResponse, Response

from service.db import DomainSession
from service.domain.people import factors, identities, own_account, passwords
from service.domain.people.sessions import sessions_of
from service.errors import AppError, Malformed, invalid
from service.i18n import N_
from service.i18n.wording import device_words
from service.models import Staff
from service.pages.login.provided import provider_of
from service.pages.login.second_factor import enrolment
from service.pages.shared.forms import FormDep, SentForm
from service.pages.shared.visit import StaffVisit, StaffVisitDep
from service.pages.staff.staffroom import draw_staff_page
from service.rendering.engine import YEAR_S
from service.signin.breached import refuse_breached
from service.signin.throttling import FactorWanted, SignInAttempt, check_own_password, hashed, spend_code
from service.web.dependencies import Resources

router = APIRouter()

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class AccountPage(StaffVisit):
    """Somebody at their own account."""

    async def change(self, act: Callable[[DomainSession, Staff], R]) -> R:
        """Change the account's row, read anew in the transaction that changes it."""
        staff_id = self.staff.account.id
        return await self.run(lambda session: act(session, own_account.own_row(session, staff_id)))

    async def row(self) -> Staff:
        """Return the row of the account."""
        return await self.run(own_account.own_row, self.staff.account.id)

    async def prove(self, form: SentForm) -> Staff:
        """Return the account, once it was shown again whose it is: by the password, or a code where there is
        none.

        Raises Invalid for a wrong one, TooMany.
        """
        row = await self.row()
        if row.password_hash is not None:
            return await self.show_password(form)
        attempt = SignInAttempt(self.request, self.resources, "cookie", self.now)
        try:
            await spend_code(attempt, row, form.text("code"))
        except FactorWanted as error:
            raise invalid(["code"], error.detail) from None
        return row

    async def show_password(self, form: SentForm, name: str = "password") -> Staff:
        """Return the account, once its password was typed again. Raises Invalid for a wrong one, TooMany."""
        attempt = SignInAttempt(self.request, self.resources, "cookie", self.now)
        try:
            return await check_own_password(attempt, self.staff.account.username, form.as_sent(name))
        except AppError as error:
            if error.status != 401:
                raise
            raise invalid([name], N_("Mật khẩu hiện tại chưa đúng.")) from None


async def get_own(visit: StaffVisitDep) -> AccountPage:
    """Return the visit of whoever is signed in. Raises Unauthenticated."""
    return AccountPage(visit.request, visit.resources, visit.reference, visit.now, visit.staff)


OwnDep = Annotated[AccountPage, Depends(get_own)]


@router.get("/account")
async def account(own: OwnDep) -> Response:
    """All of it on one page."""
    return await _draw(own)


@router.post("/account/password")
async def password(own: OwnDep, sent: FormDep) -> Response:
    """A new password; the other sessions end."""
    new = sent.as_sent("new")
    try:
        row = await own.show_password(sent, "current")
        _check_new(new, row.username, own.resources)
        if new != sent.as_sent("again"):
            raise invalid(["again"], N_("Hai lần nhập không giống nhau."))
    except AppError as error:
        return await _draw(own, failed="password", error=error)
    keep, digest = own.staff.session_id, await hashed(new)
    await own.run(own_account.change_password, row.id, digest, own.now, keep=keep)
    return _back("password")


@router.post("/account/language")
async def language(own: OwnDep, sent: FormDep) -> Response:
    """The language of pages and notices."""
    chosen = sent.text("language")
    try:
        await own.run(own_account.change_language, own.staff.account.id, chosen, own.now)
    except AppError as error:
        return await _draw(own, failed="language", error=error)
    response = _back("language")
    secure = own.resources.settings.public_url.startswith("https:")
    response.set_cookie("lang", chosen, max_age=YEAR_S, samesite="lax", secure=secure)
    return response


@router.post("/account/sessions/others")
async def end_others(own: OwnDep, _sent: FormDep) -> Response:
    """Every other browser and programme is signed out."""
    await own.run(own_account.end_others, own.staff.account.id, own.staff.session_id, own.now)
    return _back("sessions")


@router.post("/account/sessions/{session_id}")
async def end_one(own: OwnDep, _sent: FormDep, session_id: Annotated[int, Path(ge=1, lt=2**63)]) -> Response:
    """Show one of them is signed out; this one leads to the sign-in page."""
    await own.run(own_account.end_own_other_session, own.staff.account.id, session_id, own.now)
    return _back("sessions")


@router.get("/account/factor")
async def factor(own: OwnDep) -> Response:
    """The QR code of a new second factor."""
    row = await own.row()
    if row.totp_since is not None:
        return RedirectResponse("/account", status_code=303)
    return _draw_enrolment(own, row, factors.new_secret())


@router.post("/account/factor")
async def factor_on(own: OwnDep, sent: FormDep) -> Response:
    """Switch it on with the first good code, and tell the recovery codes."""
    key, row = own.resources.settings.secret, await own.row()
    owner, _, secret = (factors.unseal_secret(key, sent.text("sealed")) or "").partition(":")
    if owner != str(row.id):
        raise Malformed(N_("Trang này đã mở quá lâu. Hãy tải lại trang rồi làm lại."))
    code = sent.text("code")

    def enrol(session: DomainSession, account: Staff) -> list[str]:
        codes = factors.enrol(session, key, account, secret, code, own.now)
        own_account.note_second_factor(session, own.staff.session_id)
        return codes

    try:
        codes = await own.change(enrol)
    except AppError as error:
        return _draw_enrolment(own, row, secret, error)
    return await _draw(own, codes=codes)


@router.post("/account/factor/codes")
async def factor_codes(own: OwnDep, sent: FormDep) -> Response:
    """New recovery codes; the old ones are void."""
    try:
        row = await own.prove(sent)
        if row.totp_since is None:
            raise invalid(["password"], N_("Tài khoản này chưa có lớp bảo vệ thứ hai."))
    except AppError as error:
        return await _draw(own, failed="codes", error=error)
    key = own.resources.settings.secret
    codes = await own.change(lambda session, account: factors.renew_codes(session, key, account, own.now))
    return await _draw(own, codes=codes)


@router.post("/account/factor/off")
async def factor_off(own: OwnDep, sent: FormDep) -> Response:
    """Switch it off, unless the role must have one."""
    try:
        row = await own.prove(sent)
        if factors.must_have(own.reference, row):
            raise invalid(["password"], N_("Vai trò của bạn phải có lớp bảo vệ thứ hai."))
    except AppError as error:
        return await _draw(own, failed="off", error=error)
    await own.change(
        lambda session, account: factors.switch_off_factor(session, account, own.now, by=account.id)
    )
    return _back("factor")


def _check_new(new: str, username: str, resources: Resources) -> None:
    """Raises Invalid about the field `new`."""
    try:
        passwords.check_password(new, username)
        refuse_breached(new, resources.settings.breached_passwords)
    except AppError as error:
        raise invalid(["new"], error.errors[0].msg, **(error.errors[0].params or {})) from None


def _back(done: str) -> RedirectResponse:
    return RedirectResponse(f"/account?done={done}", status_code=303)


async def _draw(
    own: AccountPage, *, failed: str = "", error: AppError | None = None, codes: list[str] | None = None
) -> Response:
    def read(session: DomainSession, row: Staff) -> dict[str, object]:
        found = sessions_of(session, row.id, at=own.now)
        return {
            "row": row,
            "factor": factors.state(session, row),
            "must": factors.must_have(own.reference, row),
            "has_password": row.password_hash is not None,
            "provider": provider_of(own.resources, identities.identities_of(session, row.id)),
            "sessions": [(each, device_words(each.label), each.id == own.staff.session_id) for each in found],
        }

    context = {
        **await own.change(read),
        "codes": codes,
        "done": own.request.query_params.get("done", ""),
        "failed": failed,
    }
    return draw_staff_page(own, "account/index.html", context, "staff/account.ts", error=error)


def _draw_enrolment(own: AccountPage, row: Staff, secret: str, error: AppError | None = None) -> Response:
    context = {
        **enrolment(own.reference, row, secret, error),
        "sealed": factors.seal_secret(own.resources.settings.secret, f"{row.id}:{secret}"),
    }
    return draw_staff_page(own, "account/factor.html", context)
