"""Every mistake in a city folder is named with its file, line, column and path, all of them at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.domain.configuration.cityfile.checks.whole import check_folder
from service.domain.configuration.cityfile.places import Mistake
from tests.domain.configuration.cityfile import city_slips as slips
from tests.domain.configuration.cityfile.cities import FILES, write_city
from tests.domain.configuration.cityfile.city_slips import Slip


def mutated(slip: Slip) -> tuple[str, str]:
    """Name and text of the file with the slip in it."""
    name = f"{slip.file}.yaml"
    text = FILES[name]
    assert slip.old in text
    return name, text.replace(slip.old, slip.new, 1)


def place_of(text: str, marker: str) -> tuple[int, int]:
    """Line and column, from 1, of the first occurrence of `marker`."""
    at = text.index(marker)
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


@pytest.mark.parametrize("slip", slips.ALL, ids=lambda slip: slip.new[:40])
def test_a_mistake_is_named_with_its_place(slip: Slip, tmp_path: Path) -> None:
    name, text = mutated(slip)
    folder = check_folder(write_city(tmp_path / "city", **{slip.file: text}))
    found = [
        m for m in folder.mistakes if m.file == name and m.path == slip.path and slip.message in m.message
    ]
    assert found, [str(mistake) for mistake in folder.mistakes]
    assert found[0].level == "error"
    if slip.marker:
        assert (found[0].line, found[0].column) == place_of(text, slip.marker)


def test_the_sample_city_is_right(tmp_path: Path) -> None:
    assert check_folder(write_city(tmp_path / "city")).mistakes == []


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    chosen = [
        *(slips.CITY[0], slips.CITY[11], slips.CATEGORIES[0], slips.CATEGORIES[11]),
        *(slips.DEPARTMENTS[0], slips.POLICIES[1], slips.RULES[0], slips.AREAS[0]),
    ]
    texts: dict[str, str] = {}
    for slip in chosen:
        text = texts.get(slip.file, FILES[f"{slip.file}.yaml"])
        texts[slip.file] = text.replace(slip.old, slip.new, 1)
    found = check_folder(write_city(tmp_path / "city", **texts)).mistakes
    for slip in chosen:
        assert any(m.path == slip.path and slip.message in m.message for m in found), slip.path


def test_one_bad_entry_does_not_make_others_unknown(tmp_path: Path) -> None:
    changed = FILES["departments.yaml"].replace("kind: company", "kind: firm")
    found = check_folder(write_city(tmp_path / "city", departments=changed)).mistakes
    assert [m.path for m in found] == ["departments[2].kind"]


def test_missing_and_empty_files_are_named(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "city", rules=None, policies="# nothing\n", categories="- a\n- b\n")
    found = {(m.file, m.message) for m in check_folder(folder).mistakes}
    assert ("rules.yaml", "the file is missing") in found
    assert ("policies.yaml", "the file says nothing") in found
    assert any(file == "categories.yaml" and "expected" in message for file, message in found)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    found = check_folder(tmp_path / "nowhere").mistakes
    assert [m.message for m in found] == ["there is no such folder"]


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "city")
    (folder / "areas.yaml").write_bytes("units: [Huế]".encode("utf-16"))
    (folder / "former_units.csv").write_bytes(b"code\n\xff")
    found = {m.file: m.message for m in check_folder(folder).mistakes}
    assert "not UTF-8" in found["areas.yaml"]
    assert "not UTF-8" in found["former_units.csv"]


def test_words_between_keys_and_values_keep_their_composed_form(tmp_path: Path) -> None:
    import unicodedata

    decomposed = unicodedata.normalize("NFD", FILES["areas.yaml"])
    folder = check_folder(write_city(tmp_path / "city", areas=decomposed))
    assert folder.mistakes == []
    assert folder.units[0].value is not None
    assert folder.units[0].value.full_name == "Phường Đông"


CSV = [
    (
        "1,Đông Hòa,phường,Quận Một,106.7,9.6,101",
        "1,Đông Hòa,phường,Quận Một,9.6,106.7,101",
        3,
        "lat",
        "less than",
    ),
    ("106.3,9.7,102", "106.3,9.7,199", 5, "unit", 'no unit "199"'),
    ("106.3,9.7,102", "106.3,east,102", 5, "lat", "valid number"),
    ("106.3,9.7,102", "100.3,9.7,102", 5, "lon", "outside the city's bbox"),
    ("3,Tây", "1,Tây", 5, "code", "already used in line 3"),
    (",Tây Lộc,", ",,", 5, "name", '"name" is missing'),
    (",Tây Lộc,", ",Tây,Lộc,", 5, "", "8 columns where the heading has 7"),
    ("lon,lat", "lng,lat", 2, "lng", 'unknown column "lng"; did you mean "lon"?'),
    ("kind,district", "kind,kind", 2, "kind", "given twice"),
    (",unit\n", "\n", 2, "unit", '"unit" is missing'),
    ("Đông Thạnh", '"Đông Thạnh', 0, "", "not readable as CSV"),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "message"), CSV, ids=[case[1] for case in CSV])
def test_mistakes_in_the_table_of_former_units(
    old: str, new: str, line: int, column: str, message: str, tmp_path: Path
) -> None:
    text = FILES["former_units.csv"].replace(old, new, 1)
    mistakes = check_folder(write_city(tmp_path / "city", former_units=text)).mistakes
    assert any(_is_at(m, line, column) and message in m.message for m in mistakes), list(map(str, mistakes))


def _is_at(mistake: Mistake, line: int, column: str) -> bool:
    return mistake.file == "former_units.csv" and mistake.line == line and mistake.path.endswith(column)


def test_a_category_without_a_rule_is_a_warning(tmp_path: Path) -> None:
    rules = FILES["rules.yaml"].replace("[litter]\n", "[litter.dump]\n")
    mistakes = check_folder(write_city(tmp_path / "city", rules=rules)).mistakes
    assert [(m.level, m.path) for m in mistakes] == [("warning", "categories[0].code")]
    assert "in 3 of 3 units: 101, 102, 103" in mistakes[0].message


def test_a_rule_for_some_answers_leaves_a_gap(tmp_path: Path) -> None:
    rules = FILES["rules.yaml"].replace(
        "lead: ward\n",
        "lead: ward\n    areas: [inner]\n    when: [{attribute: metres, op: gt, value: 2.5}]\n",
    )
    mistakes = check_folder(write_city(tmp_path / "city", rules=rules)).mistakes
    assert {m.level for m in mistakes} == {"warning"}
    assert len(mistakes) == 2


def test_rules_that_only_their_number_tells_apart_are_doubted(tmp_path: Path) -> None:
    more = FILES["rules.yaml"] + FILES["rules.yaml"].split("rules:\n")[1].split("  - number: 2")[0].replace(
        "number: 1", "number: 3"
    ).replace("lead: ward", "lead: desk")
    mistakes = check_folder(write_city(tmp_path / "city", rules=more)).mistakes
    assert any(m.level == "error" and "rule 1 always comes before" in m.message for m in mistakes)
    assert any(m.level == "warning" and "as specific as rule 1" in m.message for m in mistakes)


def test_a_unit_that_nothing_went_into_has_no_approximate_area(tmp_path: Path) -> None:
    former = FILES["former_units.csv"].replace("4,Phú Lâm,xã,Huyện Hai,106.5,9.2,103\n", "")
    mistakes = check_folder(write_city(tmp_path / "city", former_units=former)).mistakes
    assert [(m.level, m.path) for m in mistakes] == [("warning", "units[2]")]


def test_a_file_with_another_name_is_suggested(tmp_path: Path) -> None:
    folder = write_city(tmp_path / "city")
    (folder / "rules.yaml").rename(folder / "rule.yaml")
    (mistake,) = check_folder(folder).errors
    assert str(mistake) == 'rules.yaml: the file is missing; did you mean "rule.yaml"?'


def test_units_that_cannot_be_drawn_are_doubted(tmp_path: Path) -> None:
    mistakes = check_folder(write_city(tmp_path / "city", former_units=None)).mistakes
    assert [(m.level, m.file) for m in mistakes] == [("warning", "areas.yaml")]
    assert "no areas" in mistakes[0].message
