"""Whatever stands in a city folder, checking it gives mistakes and never an exception."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.configuration.cityfile.checks.whole import check_folder
from service.domain.configuration.cityfile.csv_file import read_csv
from service.domain.configuration.cityfile.folder import FORMER_COLUMNS
from service.domain.configuration.cityfile.yaml_file import read_yaml
from tests.domain.configuration.cityfile.cities import FILES, write_city
from tests.support.examples import examples

LETTERS = st.sampled_from(list("{}[]:,-#&*!|>'\"%@`?~ \n\t\\0aeđ1.\u0300\ufeff\U0001f600"))
BITS = st.sampled_from(
    [
        *("null", "~", "true", "{}", "[]", "1e999", "nan", ".inf", "-1", "0x10", "2025-02-30", "24:00"),
        *(
            "ward",
            "attribute:",
            "attribute:amount",
            "litter",
            "desk",
            "101",
            "*a",
            "&a",
            "!!int",
            "<<:",
            "---",
        ),
        *("\n- ", "\n  - ", ": ", "? ", "[[[[", "{a: ", "\u0000", '"\\ud800"', "'\\x00'", "9" * 400),
    ]
)


@st.composite
def mangled(draw: st.DrawFn) -> dict[str, str]:
    """Some of the sample city's files with pieces cut out, put in, doubled or moved."""
    names = draw(st.lists(st.sampled_from(sorted(FILES)), min_size=1, max_size=3, unique=True))
    texts = {}
    for name in names:
        text = FILES[name]
        for _ in range(draw(st.integers(1, 4))):
            start = draw(st.integers(0, len(text)))
            end = min(len(text), start + draw(st.integers(0, 30)))
            new = draw(
                st.one_of(st.just(""), BITS, st.text(LETTERS, max_size=8), st.just(text[start:end] * 2))
            )
            text = text[:start] + new + text[end:]
        texts[name.split(".")[0]] = text
    return texts


@given(mangled())
@settings(max_examples=examples(120))
def test_a_mangled_folder_gives_mistakes_and_no_exception(texts: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = check_folder(write_city(Path(place), **texts))
    lines = {name: FILES[name].count("\n") + 2 for name in FILES}
    lines |= {
        f"{name}.{'csv' if name == 'former_units' else 'yaml'}": t.count("\n") + 2
        for name, t in texts.items()
    }
    for mistake in folder.mistakes:
        assert mistake.message
        assert mistake.file in FILES
        assert 0 <= mistake.line <= lines[mistake.file]
        assert str(mistake).encode()


@given(st.one_of(st.binary(max_size=300), st.text(LETTERS, max_size=200).map(lambda text: text.encode())))
@settings(max_examples=examples(120))
def test_any_bytes_can_be_read_as_yaml_or_are_refused(content: bytes) -> None:
    read = read_yaml("any.yaml", content)
    assert isinstance(read.data, str | dict | list | None)
    assert all(mistake.message and mistake.file == "any.yaml" for mistake in read.mistakes)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))))
@settings(max_examples=examples(120))
def test_any_bytes_can_be_read_as_a_table_or_are_refused(content: bytes) -> None:
    heading = ",".join(FORMER_COLUMNS).encode() + b"\n"
    for given_content in (content, heading + content):
        rows, places, mistakes = read_csv("any.csv", given_content, FORMER_COLUMNS)
        assert all(set(row) <= set(FORMER_COLUMNS) for row in rows)
        assert rows == [] or places.values
        assert all(mistake.message for mistake in mistakes)


def test_depth_and_size_are_bounded() -> None:
    assert "nested deeper" in read_yaml("deep.yaml", b"[" * 100_000).mistakes[0].message
    assert "nested deeper" in read_yaml("deep.yaml", b"a:\n" + b"- " * 5_000).mistakes[0].message
    assert "larger than" in read_yaml("big.yaml", b"a" * 3_000_000).mistakes[0].message
