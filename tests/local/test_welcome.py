"""What `up` says when it is ready can be pasted into a shell."""

from __future__ import annotations

import shlex
from pathlib import Path

from service.demo.signins import DEMO_ACCOUNTS
from service.local.folder import default_folder
from service.local.welcome import welcome

ADDRESS = "http://127.0.0.1:8000"


def lines(text: str, program: str) -> list[list[str]]:
    """The lines that call a program, as the shell reads them."""
    joined = text.replace("\\\n", " ")
    return [shlex.split(line) for line in joined.splitlines() if line.strip().startswith(program)]


def test_paths_are_quoted() -> None:
    data = Path("/srv/thư mục/it's here")
    (status,) = lines(welcome(ADDRESS, data, demo=False, psql=None), "hientruong")
    assert status == ["hientruong", "status", "--data", str(data)]


def test_the_default_folder_goes_without_saying() -> None:
    (status,) = lines(welcome(ADDRESS, default_folder(), demo=False, psql=None), "hientruong")
    assert status == ["hientruong", "status"]


def test_the_report_can_be_sent_as_it_is_shown() -> None:
    shown = lines(welcome(ADDRESS, Path("/srv"), demo=False, psql="host=/srv/run"), "curl")
    assert shown[0][:3] == ["curl", "-s", f"{ADDRESS}/api/v1/reports"]
    assert '"litter"' in shown[0][-1]


def test_sign_ins_are_shown_with_the_demo_alone() -> None:
    with_demo = welcome(ADDRESS, Path("/srv"), demo=True, psql=None)
    without = welcome(ADDRESS, Path("/srv"), demo=False, psql=None)
    for account in DEMO_ACCOUNTS:
        assert account.username in with_demo
        assert account.username not in without
    assert DEMO_ACCOUNTS[0].password in with_demo
    assert DEMO_ACCOUNTS[0].password not in without


def test_maps_without_streets_are_said_with_the_commands() -> None:
    data = Path("/srv/thư mục")
    said = welcome(ADDRESS, data, demo=False, psql=None, bare=True, city="./my city")
    load, cut = lines(said, "hientruong")[1:]
    assert load[:5] == ["hientruong", "city", "load", "./my city", "--streets"]
    assert cut == ["hientruong", "basemap", "URL", "--data", str(data)]
    assert "basemap" not in welcome(ADDRESS, data, demo=False, psql=None)
