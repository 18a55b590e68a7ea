"""Beyond the limits: the puzzle in the problem JSON, solved as a programme would, and what it is good for."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any
from uuid import uuid4

import httpx
import pytest
from limits import parse

from service.settings import Settings
from service.web import proof_of_work, rates
from tests.support.reception import Reception, reception, report

HEADER = "X-Proof-Of-Work"


def solved(challenge: dict[str, Any]) -> str:
    """The header's value, by the rule that the problem JSON tells."""
    assert challenge["algorithm"] == "sha-256"

    def number(part: int) -> int:
        for n in itertools.count():
            digest = hashlib.sha256(f"{challenge['token']}.{part}.{n}".encode()).digest()
            if int.from_bytes(digest, "big") >> (256 - challenge["bits"]) == 0:
                return n
        raise AssertionError

    return f"{challenge['token']}:{','.join(str(number(part)) for part in range(challenge['parts']))}"


def strict(installation: Settings, **changes: Any) -> Settings:
    limits = {"rate_limits": "on", "reports_per_minute": 2, "trusted_proxies": 1, "proof_bits": 6}
    return installation.model_copy(update=limits | changes)


def somebody() -> dict[str, str]:
    """Whom no other test has counted."""
    return {"X-Forwarded-For": f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}::1", "X-Device-Id": uuid4().hex}


def beyond(limited: Reception, who: dict[str, str]) -> dict[str, Any]:
    """The challenge that who sends too many is given."""
    for _ in range(20):
        answer = limited.send(report(), "en", **who)
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) >= 1
            assert answer.headers["content-type"] == "application/problem+json"
            challenge: dict[str, Any] = answer.json()["challenge"]
            assert challenge["header"] == HEADER and "SHA-256" in challenge["how"]
            return challenge
        assert answer.status_code == 201
    raise AssertionError("no limit was reached")


def send(limited: Reception, who: dict[str, str], proof: str) -> httpx.Response:
    return limited.send(report(), **who, **{HEADER: proof})


def test_a_solved_puzzle_lets_one_report_pass(installation: Settings) -> None:
    with reception(strict(installation)) as limited:
        who = somebody()
        proof = solved(beyond(limited, who))
        assert send(limited, who, proof).status_code == 201
        again = send(limited, who, proof)
        assert again.status_code == 429, "it is good once"
        assert again.json()["challenge"]["token"] not in proof
        # In another process, which only Redis tells of it.
        proof_of_work._used._until.clear()
        assert send(limited, who, proof).status_code == 429


def test_a_proof_is_for_one_address_and_device(installation: Settings) -> None:
    with reception(strict(installation)) as limited:
        who, other = somebody(), somebody()
        beyond(limited, other)
        proof = solved(beyond(limited, who))
        for stranger in (other, who | {"X-Device-Id": uuid4().hex}):
            assert send(limited, stranger, proof).status_code == 429
        token, _, answers = proof.partition(":")
        wrong = (
            "",
            token,
            f"{token}:",
            f"{token}:{answers},0",
            f"{token}:{','.join('0' for _ in answers.split(','))}",
            f"{token[:-4]}AAAA:{answers}",
            f"{token}:{answers.replace(',', ',-', 1)}",
            f"ü{token}:{answers}".encode().decode("latin-1"),
            "x" * 5000,
        )
        for each in wrong:
            headers = httpx.Headers([*who.items(), (HEADER, each)], encoding="latin-1")
            answer = limited.client.post("/api/v1/reports", json=report(), headers=headers)
            assert answer.status_code == 429, each
        assert send(limited, who, proof).status_code == 201, "all that was wrong did not use it up"


def test_too_old_a_proof_is_none(installation: Settings) -> None:
    key, asking = installation.secret, proof_of_work.Asking("report", "203.0.113.9", "phone")
    made = proof_of_work.make_challenge(key, asking, 4, 1000.0)
    assert proof_of_work._read(key, asking, made.token, 1000.0 + proof_of_work.LASTS_S) == 4
    assert proof_of_work._read(key, asking, made.token, 1002.0 + proof_of_work.LASTS_S) is None
    assert (
        proof_of_work._read(key, proof_of_work.Asking("flag", "203.0.113.9", "phone"), made.token, 1000.0)
        is None
    )
    assert proof_of_work._read(b"another key", asking, made.token, 1000.0) is None


def test_one_device_is_counted_beside_its_address(installation: Settings) -> None:
    """Behind one address of a carrier, who sends much does not stop the others."""
    with reception(strict(installation, reports_per_minute=50, reports_per_device=2)) as limited:
        who = somebody()
        beyond(limited, who)
        neighbour = who | {"X-Device-Id": uuid4().hex}
        assert limited.send(report(), **neighbour).status_code == 201
        # What is no name of a device counts for none.
        assert limited.send(report(), **(who | {"X-Device-Id": "a b"})).status_code == 201


def test_the_more_proofs_the_harder(installation: Settings) -> None:
    with reception(strict(installation, reports_per_minute=1)) as limited:
        who = somebody()
        bits = []
        for _ in range(18):
            challenge = beyond(limited, who)
            bits.append(challenge["bits"])
            assert send(limited, who, solved(challenge)).status_code == 201
        assert bits == [6] * 16 + [7] * 2


def test_without_puzzles_and_where_codes_go_out_one_waits(installation: Settings) -> None:
    with reception(strict(installation, proof_bits=0)) as limited:
        who = somebody()
        answers = [limited.send(report(), **who) for _ in range(3)]
        assert answers[-1].status_code == 429
        assert "challenge" not in answers[-1].json()
    with reception(strict(installation)) as limited:
        who = somebody()
        sign_in = {"username": "nobody", "password": "wrong"}
        for _ in range(30):
            answer = limited.client.post("/api/v1/sessions", json=sign_in, headers=who)
        assert answer.status_code == 429
        assert "challenge" not in answer.json()


def test_the_api_describes_it(phone: Reception) -> None:
    schemas = phone.client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert "ProblemChallenge" in str(schemas["Problem"]["properties"]["challenge"])
    assert set(schemas["ProblemChallenge"]["properties"]) >= {
        "token",
        "bits",
        "parts",
        "header",
        "expires_in",
    }


def test_a_long_wait_is_told_in_minutes(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rates.LIMITS, "flag", (parse("1 per 30 days"),))  # an hour ends within the hour
    with reception(strict(installation)) as limited:
        who = {**somebody(), "Accept-Language": "en"}
        for expected in (404, 429):
            flagged = {"reason": "spam"}
            answer = limited.client.post("/api/v1/reports/HUE-7K3M-92/flag", json=flagged, headers=who)
            assert answer.status_code == expected
        assert "minutes" in answer.json()["detail"]
