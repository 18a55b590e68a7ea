"""The catalogue against the code: every sentence has its English, every English its sentence."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract, extract_from_file
from babel.messages.pofile import read_po
from jinja2 import Environment

from tests.tools.modules import parsed

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "service/i18n/en.po"
TEMPLATES = sorted(
    file for kind in ("html", "txt") for file in (ROOT / "service/templates").rglob(f"*.{kind}")
)
MODULES = sorted(
    file
    for package in ("service", "workers")
    for file in (ROOT / package).rglob("*.py")
    if file != ROOT / "service/i18n/__init__.py"
)
JINJA = {"extensions": "jinja2.ext.do", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
NAMES = re.compile(r"Huế|Hiện Trường|Thuận Hóa|Nguyễn Huệ|Lê Lợi")
MARKED = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯà-ãè-êìíò-õùúýÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĩũĨŨ\u1ea0-\u1ef9]")
"""A letter that Vietnamese has and English has not."""


@lru_cache
def used() -> dict[str, set[str]]:
    """Sentence → the files that say it."""
    found: dict[str, set[str]] = {}
    for file in (*MODULES, *TEMPLATES):
        for sentence in sentences(file):
            found.setdefault(sentence, set()).add(file.relative_to(ROOT).as_posix())
    return found


def sentences(file: Path) -> list[str]:
    """What `N_`, `translate` and a template's `_` are given as literals."""
    if file.suffix == ".py":
        found = extract_from_file("python", file, keywords={"N_": None, "translate": None})
    else:
        with file.open("rb") as text:
            found = list(extract("jinja2.ext:babel_extract", text, keywords={"_": None}, options=JINJA))
    return [message for _, message, *_ in found if isinstance(message, str) and message]


@lru_cache
def english() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file, locale="en") if entry.id}


def blocks() -> list[tuple[str, list[str]]]:
    """(the block's comment, its raw msgid lines), in the file's order; the header's own block left out."""
    found: list[tuple[str, list[str]]] = []
    for line in CATALOGUE.read_text().splitlines():
        if line.startswith("#"):
            found.append((line, []))
        elif line.startswith("msgid ") and line != 'msgid ""':
            assert found, f"{line} stands before every block"
            found[-1][1].append(ast.literal_eval(line.removeprefix("msgid ")))
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, *_ in Formatter().parse(sentence) if name is not None}


def test_sentences_are_found() -> None:
    assert "service/domain/reports/drafts.py" in used()["Không có loại phản ánh “{code}”."]
    assert "service/templates/base.html" in used()["Đến nội dung chính"]


def test_every_sentence_has_its_english() -> None:
    missing = {sentence: files for sentence, files in used().items() if not english().get(sentence)}
    assert not missing, "\n".join(f"{min(files)}: {sentence}" for sentence, files in missing.items())


def test_nothing_is_translated_that_nobody_says() -> None:
    assert sorted(english().keys() - used().keys()) == []


def test_both_languages_have_the_same_placeholders() -> None:
    different = [source for source, text in english().items() if placeholders(source) != placeholders(text)]
    assert different == []


def test_nothing_is_translated_twice() -> None:
    counted = Counter(sentence for _, sentences in blocks() for sentence in sentences)
    assert [sentence for sentence, times in counted.items() if times > 1] == []
    assert counted.keys() == english().keys()


def test_each_block_says_whose_sentences_it_holds() -> None:
    """`# What it is about: file, file` — and each sentence below is said in one of those files."""
    strays = []
    for comment, held in blocks():
        title, _, names = comment.removeprefix("# ").partition(": ")
        files = set(names.split(", "))
        assert title and held, comment
        assert [name for name in files if not (ROOT / name).is_file()] == [], comment
        strays += [(title, sentence) for sentence in held if not files & used().get(sentence, set())]
    assert strays == []


def test_english_is_english() -> None:
    left = [text for text in english().values() if MARKED.search(NAMES.sub("", text.split("ắ ằ")[0]))]
    assert left == []


def test_templates_say_nothing_untranslated() -> None:
    read = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    found = [
        f"{file.relative_to(ROOT)}: {text.strip()}"
        for file in TEMPLATES
        for _, kind, text in read.lex(file.read_text())
        if kind == "data" and MARKED.search(text)
    ]
    assert found == []


@pytest.mark.parametrize("folder", ["api", "pages", "domain"])
def test_code_says_nothing_untranslated(folder: str) -> None:
    """A Vietnamese sentence in code stands inside `N_` or `translate`, or in a docstring."""
    found = [
        f"{file.relative_to(ROOT)}:{node.lineno} {node.value!r}"
        for file in MODULES
        if file.is_relative_to(ROOT / "service" / folder)
        for node in loose_strings(parsed(file))
    ]
    assert found == []


def loose_strings(tree: ast.AST) -> list[ast.Constant]:
    """The Vietnamese sentences (of four words or more) that are neither marked nor a docstring."""
    marked = {
        part
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("N_", "translate"))
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for part in ast.walk(node)
    }
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node not in marked
        and MARKED.search(text := NAMES.sub("", node.value))
        and len(text.split()) > 3
    ]
