"""Settings that are missing or wrong are refused in words that say what to set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.problems import SetupError
from service.settings import get_settings

RIGHT = {
    "DATABASE_URL": "postgresql:///city",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "MEDIA_URL": "file:///media",
    "SECRET_KEY": "k" * 40,
}


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def refusal(monkeypatch: pytest.MonkeyPatch, **given: str | None) -> list[str]:
    """What is said of settings, those of RIGHT but for the ones given; None takes one away."""
    for name, value in {**RIGHT, **given}.items():
        if value is None:
            monkeypatch.delenv(f"HIENTRUONG_{name}", raising=False)
        else:
            monkeypatch.setenv(f"HIENTRUONG_{name}", value)
    with pytest.raises(SetupError) as refused:
        get_settings()
    first, *wrong, last = str(refused.value).splitlines()
    assert first == "These settings are missing or wrong:"
    assert last == "All are listed in service/OPERATIONS.md."
    return [line.removeprefix("  HIENTRUONG_") for line in wrong]


def test_what_is_missing_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(monkeypatch, REDIS_URL=None) == [
        "REDIS_URL is not set. Redis for Celery and wake-ups, as `redis://…` or `unix://…`."
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DATABASE_URL", "nonsense", "is wrong: expected an address that begins with postgresql:// or postgres://"),
        ("DATABASE_URL", "mysql://x/y", "is wrong: expected an address that begins with postgresql:// or postgres://"),
        ("REDIS_URL", "localhost:6379", "is wrong: expected an address that begins with redis:// or rediss://"),
        ("MEDIA_URL", "/var/media", "is wrong: expected an address that begins with file:/// or s3://"),
        ("LOG_LEVEL", "loud", "is wrong: expected DEBUG, INFO, WARNING or ERROR"),
    ],
)  # fmt: skip
def test_what_is_wrong_says_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    assert refusal(monkeypatch, **{name: value}) == [f"{name} {said}"]


def test_a_key_that_is_too_short_is_told_how_long_it_must_be(monkeypatch: pytest.MonkeyPatch) -> None:
    (said,) = refusal(monkeypatch, SECRET_KEY="short")
    assert said.startswith("SECRET_KEY is too short. At least 32 random characters;")


def test_a_level_of_logging_may_be_written_small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**RIGHT, "LOG_LEVEL": "debug"}.items():
        monkeypatch.setenv(f"HIENTRUONG_{name}", value)
    assert get_settings().log_level == "DEBUG"
