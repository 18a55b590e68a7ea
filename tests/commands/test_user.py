"""`hientruong user` as a person types it: accounts that then sign in, and refusals that say what to mend."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.cli import app
from service.db import unit_of_work
from service.domain.people import factors, passwords, staff
from service.domain.people.sessions import open_session, recognise_session
from service.models import AuditEntry, Staff
from service.problems import SetupError
from tests.support.environment import settings_told
from tests.support.factories import found_city
from tests.support.small_city import NOON


@pytest.fixture
def engine(clean_engine: Engine) -> Iterator[Engine]:
    """A database with a city, which the settings name."""
    with unit_of_work(clean_engine) as session:
        found_city(session)
    with settings_told(clean_engine):
        yield clean_engine


def user(*words: str, given: str | None = None) -> str:
    """What `hientruong user …` prints."""
    return CliRunner().invoke(app, ["user", *words], input=given, catch_exceptions=False).stdout


def piped(given: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as a shell runs it behind a pipe."""
    command = [sys.executable, "-m", "service.cli", "user", *words]
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)


def account(engine: Engine, username: str) -> Staff:
    with Session(engine) as session:
        found = staff.find_account(session, username)
        assert found is not None
        return found


def printed_password(text: str) -> str:
    [password] = re.findall(r"shown this once: (\S+)", text)
    return str(password)


LAN = ("add", "lan", "--name", "Lê Thị Lan", "--role", "department", "--department", "city-cables")


def test_an_account_is_added_with_a_password_that_is_shown_once(engine: Engine) -> None:
    printed = user(*LAN)
    made = account(engine, "lan")
    assert (made.name, made.role, made.active) == ("Lê Thị Lan", "department", True)
    assert passwords.verify(printed_password(printed), made.password_hash)[0]
    with Session(engine) as session:
        [entry] = session.scalars(select(AuditEntry)).all()
    assert (entry.action, entry.subject, entry.staff_id) == ("staff.added", "lan", None)
    assert "argon2" not in str(entry.after)


def test_a_password_that_is_piped_in_is_taken_and_not_shown(engine: Engine) -> None:
    done = piped("một mật khẩu dài\n", *LAN)
    assert done.returncode == 0, done.stderr
    assert "mật khẩu" not in done.stdout
    assert passwords.verify("một mật khẩu dài", account(engine, "lan").password_hash)[0]


def test_a_password_may_be_waited_for(engine: Engine) -> None:
    assert "Password" not in user(*LAN, "--password-stdin", given="một mật khẩu dài\n")
    assert passwords.verify("một mật khẩu dài", account(engine, "lan").password_hash)[0]


def test_a_new_password_ends_the_sessions(engine: Engine) -> None:
    user(*LAN)
    with unit_of_work(engine) as session:
        found = staff.find_account(session, "lan")
        assert found is not None
        opened = open_session(session, found, "bearer", at=NOON)
    told = json.loads(user("reset-password", "lan", "--json"))
    assert passwords.verify(told["password"], account(engine, "lan").password_hash)[0]
    with Session(engine) as session:
        assert recognise_session(session, opened.token, "bearer", at=NOON) is None


def test_a_lost_second_factor_is_taken_away(engine: Engine) -> None:
    user(*LAN)
    secret = factors.new_secret()
    with unit_of_work(engine) as session:
        found = staff.get_account(session, "lan")
        factors.enrol(session, b"k" * 32, found, secret, pyotp.TOTP(secret).at(NOON), NOON)
        opened = open_session(session, found, "bearer", at=NOON)
    assert "has no second factor" in user("reset-factor", "lan")
    assert account(engine, "lan").totp_since is None
    with Session(engine) as session:
        assert recognise_session(session, opened.token, "bearer", at=NOON) is None


def test_accounts_are_listed_and_disabled(engine: Engine) -> None:
    user(*LAN)
    user("add", "minh", "--name", "Minh", "--role", "triage")
    assert user("disable", "lan") == "lan disabled.\n"
    assert account(engine, "lan").active is False
    listed: list[dict[str, object]] = json.loads(user("list", "--json"))
    assert [(each["username"], each["department"], each["active"]) for each in listed] == [
        ("lan", "city-cables", False),
        ("minh", None, True),
    ]
    text = user("list")
    assert re.search(r"lan .*city-cables.*\(disabled\)", text)
    assert re.search(r"minh .*whole city", text)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("disable", "nobody"), "nobody"),
        (("reset-password", "nobody"), "nobody"),
        (("add", "x", "--name", "X", "--role", "triage"), "username"),
        (("add", "xuan", "--name", "X", "--role", "boss"), "role"),
        (("add", "xuan", "--name", "X", "--role", "executor"), "department"),
        (("add", "xuan", "--name", "X", "--role", "triage", "--department", "nowhere"), "department"),
        ((*LAN, "--password-stdin"), "password"),
    ],
)
def test_what_is_wrong_is_a_sentence(engine: Engine, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(SetupError, match=told):
        user(*words, given="ngắn\n")
    with Session(engine) as session:
        assert staff.all_accounts(session) == []


def test_a_name_is_given_once(engine: Engine) -> None:
    user(*LAN)
    before = account(engine, "lan").password_hash
    with pytest.raises(SetupError, match="lan"):
        user(*LAN)
    assert account(engine, "lan").password_hash == before


def test_without_an_installation_it_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="--data"):
        user("list", "--data", str(tmp_path))
