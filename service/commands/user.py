"""`hientruong user`: accounts of staff from the command line."""

from __future__ import annotations

import json
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from service.commands.installation import AsJson, Data, use_installation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.domain.city.reference import Reference
    from service.errors import AppError
    from service.models import Staff

ROLES = "triage, department, executor, inspector, manager, administrator"
"""Spelled here, and held against the enum by a test: with the tables, every command would start later."""

Username = Annotated[str, typer.Argument(metavar="USERNAME", help="What the person signs in with.")]
FromStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help="Read the password from standard input, waiting for it; one piped in is read without this too.",
    ),
]

app = typer.Typer(
    help="Accounts of staff.", add_completion=False, pretty_exceptions_enable=False, no_args_is_help=True
)


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="The person's name.")],
    role: Annotated[str, typer.Option(help=f"One of {ROLES}.")],
    department: Annotated[
        str | None, typer.Option(metavar="CODE", help="The department; without it, the whole city.")
    ] = None,
    email: Annotated[str | None, typer.Option(help="For notices.")] = None,
    language: Annotated[str, typer.Option(help="vi or en.")] = "vi",
    password_stdin: FromStdin = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add an account; a password that is made here is printed this once."""
    from service.domain.people import staff
    from service.domain.people.staff import NewAccount

    new = NewAccount(username, name, role, department, email, language)
    with _installation(data) as (session, reference):
        password, made = _password(username, password_stdin)
        account = staff.add_account(session, reference, new, _hashed(password), at=_now())
        facts = _facts(account, reference)
    _print_account(facts, password if made else None, as_json, "added")


@app.command("list")
def list_(data: Data = None, as_json: AsJson = False) -> None:
    """List all accounts, including closed ones."""
    from service.domain.people import staff

    with _installation(data) as (session, reference):
        found = [_facts(account, reference) for account in staff.all_accounts(session)]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for facts in found:
        state = "" if facts["active"] else "  (disabled)"
        where = facts["department"] or "whole city"
        typer.echo(f"{facts['username']:<24} {facts['role']:<14} {where:<20} {facts['name']}{state}")


@app.command()
def disable(username: Username, data: Data = None, as_json: AsJson = False) -> None:
    """Close an account and end its sessions; what the person did stays."""
    from service.domain.people import staff

    with _installation(data) as (session, reference):
        facts = _facts(staff.disable_account(session, username, at=_now()), reference)
    _print_account(facts, None, as_json, "disabled")


@app.command("reset-password")
def reset_password(
    username: Username, password_stdin: FromStdin = False, data: Data = None, as_json: AsJson = False
) -> None:
    """Give an account a new password and end its sessions; one that is made here is printed this once."""
    from service.domain.people import staff

    with _installation(data) as (session, reference):
        password, made = _password(username, password_stdin)
        account = staff.set_password(session, username, _hashed(password), at=_now())
        facts = _facts(account, reference)
    _print_account(facts, password if made else None, as_json, "has a new password")


@app.command("reset-factor")
def reset_factor(username: Username, data: Data = None, as_json: AsJson = False) -> None:
    """Take away a second factor that was lost, and end the sessions; a new one is set up at the next."""
    from service.domain.people import factors, staff
    from service.domain.people.sessions import end_sessions

    with _installation(data) as (session, reference):
        account = staff.get_account(session, username)
        factors.switch_off_factor(session, account, _now(), by=None)
        end_sessions(session, account.id)
        facts = _facts(account, reference)
    _print_account(facts, None, as_json, "has no second factor")


@contextmanager
def _installation(data: Data) -> Iterator[tuple[Session, Reference]]:
    """Open one transaction in the installation; a refusal is printed as a sentence, with status 1."""
    use_installation(data)
    from service.db import make_engine, unit_of_work
    from service.domain.city.reference import load_reference
    from service.errors import AppError
    from service.settings import get_settings

    engine = make_engine(get_settings().sqlalchemy_url)
    try:
        with unit_of_work(engine) as session:
            yield session, load_reference(session)
    except AppError as refusal:
        _refuse(refusal)
    finally:
        engine.dispose()


def _refuse(refusal: AppError) -> NoReturn:
    from service.i18n import translate
    from service.problems import SetupError

    fields = [
        f"{field.loc[-1]}: {translate(field.msg, 'en', **(field.params or {}))}" for field in refusal.errors
    ]
    if any(field.loc[-1] == "role" for field in refusal.errors):
        fields.append(f"The roles are {ROLES}.")
    raise SetupError("\n".join(fields or [translate(refusal.detail, "en", **refusal.params)])) from None


def _password(username: str, wait: bool) -> tuple[str, bool]:
    """Return (the password, whether it was made here)."""
    from service.domain.people import passwords
    from service.settings import get_settings
    from service.signin.breached import refuse_breached

    given = sys.stdin.readline().rstrip("\r\n") if wait or _something_waits() else ""
    if not given and not wait:
        return passwords.generate(), True
    passwords.check_password(given, username)
    refuse_breached(given, get_settings().breached_passwords)
    return given, False


def _something_waits() -> bool:
    """Return whether something was piped in; an idle terminal or pipe is not waited for."""
    if sys.stdin is None or sys.stdin.isatty():
        return False
    try:
        return bool(select.select([sys.stdin], [], [], 0)[0])
    except (OSError, ValueError):  # closed, or nothing that can be waited for
        return False


def _hashed(password: str) -> str:
    from service.domain.people.passwords import hash_password

    return hash_password(password)


def _facts(account: Staff, reference: Reference) -> dict[str, object]:
    department = reference.departments.get(account.department_id or 0)
    return {
        "username": account.username,
        "name": account.name,
        "role": account.role,
        "department": department.code if department else None,
        "active": account.active,
        "demo": account.demo,
    }


def _print_account(facts: dict[str, object], password: str | None, as_json: bool, what: str) -> None:
    if as_json:
        answer = facts | ({"password": password} if password else {})
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{facts['username']} {what}.")
    if password:
        typer.echo(f"Password, shown this once: {password}")


def _now() -> datetime:
    return datetime.now(UTC)
