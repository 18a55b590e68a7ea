"""docker-compose.yml and the Dockerfile, held against what they name: there is no engine here to try them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from service.cli import COMMANDS, load_command
from service.local import plan
from service.network.addresses import find_client, read_trusted
from service.ops.queues import QUEUES, READERS
from service.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = (ROOT / "service/Dockerfile").read_text()
GIVEN = {"POSTGRES_PASSWORD": "x" * 20, "HIENTRUONG_SECRET_KEY": "k" * 40}
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})")

Service = dict[str, Any]


def interpolate(text: str, given: dict[str, str]) -> str:
    """What Compose makes of `${NAME:-default}` and `${NAME:?message}`. Raises KeyError for what it lacks."""

    def put(match: re.Match[str]) -> str:
        name, how, rest = match.groups()
        if name is None:
            return "$"
        return given.get(name, rest) if how == "-" else given[name]

    return _VARIABLE.sub(put, text)


def read(given: dict[str, str] = GIVEN) -> dict[str, Any]:
    found: dict[str, object] = yaml.safe_load(interpolate((ROOT / "docker-compose.yml").read_text(), given))
    return found


COMPOSE = read()
SERVICES: dict[str, Service] = COMPOSE["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)


def test_it_follows_the_compose_specification() -> None:
    schema = files("check_jsonschema") / "builtin_schemas/vendor/compose-spec.json"
    validator = jsonschema.validators.validator_for(json.loads(schema.read_text()))
    faults = validator(json.loads(schema.read_text())).iter_errors(COMPOSE)
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []


def test_nothing_starts_without_the_secrets() -> None:
    for name in GIVEN:
        with pytest.raises(KeyError, match=name):
            read({other: value for other, value in GIVEN.items() if other != name})


def test_the_processes_are_those_that_up_runs() -> None:
    in_up = {program.argv[4] for program in plan.services(Path("/data"), 3, 2)} | {"migrate"}
    assert {SERVICES[name]["command"][0] for name in OURS} == in_up


def read_by(words: Sequence[str]) -> tuple[str, ...]:
    """The queues that `hientruong worker …` reads."""
    return tuple(words[words.index("--queues") + 1].split(","))


def readers_of_compose() -> dict[str, tuple[str, ...]]:
    commands = {name: SERVICES[name]["command"] for name in OURS}
    return {name: read_by(words) for name, words in commands.items() if words[0] == "worker"}


def readers_of_up() -> dict[str, tuple[str, ...]]:
    programs = plan.services(Path("/data"), 3, 2)
    return {one.name: read_by(one.words) for one in programs if one.words[0] == "worker"}


def test_up_and_compose_have_the_same_readers_with_the_same_queues() -> None:
    declared = {reader.name: reader.queues for reader in READERS}
    assert readers_of_compose() == readers_of_up() == declared


@pytest.mark.parametrize("readers", [readers_of_compose(), readers_of_up()], ids=["compose", "up"])
def test_every_queue_has_a_reader_that_reads_no_other(readers: dict[str, tuple[str, ...]]) -> None:
    assert sorted(readers.values()) == sorted((queue,) for queue in QUEUES)


@pytest.mark.parametrize("name", ["files", "maintenance"])
def test_who_writes_into_the_folder_of_the_backups_has_it(name: str) -> None:
    """Elsewhere it would be a folder of the container's own, gone with it: the privacy ledger, for one."""
    environment = SERVICES[name]["environment"]
    assert f"backups:{environment['HIENTRUONG_BACKUP_DIR']}" in SERVICES[name]["volumes"]
    assert any(volume.startswith("media:") for volume in SERVICES[name]["volumes"])


@pytest.mark.parametrize(
    "name", ["downloads", "maintenance", "files", "email", "push", "sms", "notices", "default"]
)
def test_what_only_stands_in_its_own_way_runs_one_at_a_time(name: str) -> None:
    words = SERVICES[name]["command"]
    assert words[words.index("--concurrency") + 1] == "1"
    assert "deploy" not in SERVICES[name]
    (reader,) = (one for one in READERS if one.name == name)
    assert [reader.concurrency(workers) for workers in (1, 2, 32)] == [1, 1, 1]


def accepted(words: list[str]) -> bool:
    """Whether `hientruong WORDS` is a command that takes these options."""
    name, *arguments = words
    return bool(load_command(name, COMMANDS[name]).make_context(name, arguments))


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists_and_takes_its_options(name: str) -> None:
    assert accepted(SERVICES[name]["command"])


@pytest.mark.parametrize("name", [name for name in OURS if name != "migrate"])
def test_every_health_check_is_a_command_too(name: str) -> None:
    _, program, *words = SERVICES[name]["healthcheck"]["test"]
    assert program == "hientruong"
    assert accepted(words)
    assert ("worker" if SERVICES[name]["command"][0] == "worker" else name) in words


@pytest.mark.parametrize("words", [["serve", "--no-such-option"], ["status", "--only", "mayor"]])
def test_a_command_that_does_not_exist_would_be_noticed(words: list[str]) -> None:
    with pytest.raises(Exception, match=r"(?i)no such option|is not one of"):
        accepted(words)


def test_every_setting_is_one_that_is_read() -> None:
    known = {f"HIENTRUONG_{name}".upper() for name in Settings.model_fields}
    named = {setting for name in OURS for setting in SERVICES[name]["environment"]}
    assert named <= known
    needed = [name for name, field in Settings.model_fields.items() if field.is_required()]
    assert {f"HIENTRUONG_{name}".upper() for name in needed} <= named


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_container_is_root_or_writes_outside_its_volumes(name: str) -> None:
    service = SERVICES[name]
    assert service["user"].split(":")[0] not in ("root", "0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_container_has_a_health_check_and_comes_back(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize(
    ("name", "setting"),
    [("api", "API_REPLICAS"), ("routing", "WORKER_REPLICAS"), ("photos", "PHOTO_WORKER_REPLICAS")],
)
def test_one_setting_says_how_many(name: str, setting: str) -> None:
    assert SERVICES[name]["deploy"]["replicas"] == 1
    assert read({**GIVEN, setting: "3"})["services"][name]["deploy"]["replicas"] == 3
    # A port of the host can be taken once only.
    assert "ports" not in SERVICES[name]
    assert "container_name" not in SERVICES[name]


def test_the_published_address_is_this_machine_alone_until_somebody_says_otherwise() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]


def test_services_wait_for_the_schema_and_name_only_what_exists() -> None:
    for name, service in SERVICES.items():
        awaited = service.get("depends_on", {})
        assert set(awaited) <= set(SERVICES)
        watched = [one for one, how in awaited.items() if how["condition"] == "service_healthy"]
        assert all("healthcheck" in SERVICES[one] for one in watched)
        if name in OURS and name != "migrate":
            assert awaited["migrate"]["condition"] == "service_completed_successfully"
    volumes = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert volumes == set(COMPOSE["volumes"])


def test_the_image_has_the_user_the_port_and_the_command_that_compose_counts_on() -> None:
    for name in OURS:
        assert SERVICES[name]["build"]["dockerfile"] == "service/Dockerfile"
        uid = SERVICES[name]["user"].split(":")[0]
        assert f"--uid {uid} " in DOCKERFILE
        assert f"USER {SERVICES[name]['user']}\n" in DOCKERFILE
    assert 'ENTRYPOINT ["hientruong"]' in DOCKERFILE
    (default,) = re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)
    assert accepted(json.loads(default))


def test_what_the_image_copies_is_there_and_reaches_the_build() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[0] == "*"
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE):
        for source in line.split()[:-1]:
            assert list(ROOT.glob(source)), source
            assert f"!{Path(source).parts[0]}" in ignored


def test_the_image_installs_by_hash_alone() -> None:
    installs = re.findall(r"pip install (.*)$", DOCKERFILE, re.MULTILINE)
    assert installs
    assert all("--require-hashes" in install or "--no-deps" in install for install in installs)


def test_the_proxy_closes_what_is_for_operators_and_has_limits() -> None:
    rules = COMPOSE["configs"]["proxy"]["content"]
    assert re.search(r"@inside path /metrics /readyz\s+respond @inside 404", rules)
    assert "read_header" in rules and "read_body" in rules and "max_header_size" in rules


def test_behind_the_proxies_it_asks_for_each_client_has_an_address_of_its_own() -> None:
    """HTTPS ends before the composition: its proxy sees the gateway of the containers' network."""
    trusted = read_trusted(SERVICES["api"]["environment"]["HIENTRUONG_TRUSTED_PROXIES"])
    assert find_client("172.18.0.9", ["203.0.113.7, 172.18.0.1"], trusted) == "203.0.113.7"
    assert find_client("172.18.0.9", ["203.0.113.7"], trusted) == "203.0.113.7"


def test_spooled_forms_cannot_fill_the_memory() -> None:
    assert all("size=" in each for each in SERVICES["api"]["tmpfs"])
