"""Counts of names and docstrings that break the rules; no two classes or public functions share a name."""

from __future__ import annotations

import ast

import pytest

from tests.tools.words import Source, aimless, headless, homonyms, sources, stray, untyped, verbless


@pytest.fixture(scope="module")
def tree() -> list[Source]:
    return sources()


def source(path: str, text: str) -> Source:
    return Source(path, ast.parse(text))


def test_no_two_classes_have_one_name(tree: list[Source]) -> None:
    assert [str(place) for place in homonyms(tree, (ast.ClassDef,))] == []


def test_no_two_functions_have_one_name(tree: list[Source]) -> None:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert [str(place) for place in homonyms(tree, kinds)] == []


def test_homonyms_are_public_definitions_of_two_modules() -> None:
    here = source(
        "a.py", "class A: ...\nclass A: ...\ndef f(): ...\ndef _g(): ...\n@router.get('/')\ndef h(): ..."
    )
    there = source("b.py", "class B: ...\ndef f(): ...\ndef _g(): ...\ndef h(): ...")
    assert homonyms([here, there], (ast.ClassDef,)) == []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert [str(place) for place in homonyms([here, there], kinds)] == ["a.py:3: f", "b.py:2: f"]


def test_no_docstring_is_without_a_head(tree: list[Source]) -> None:
    assert [str(place) for place in headless(tree)] == []


def test_docstrings_without_a_head_are_found() -> None:
    text = (
        '"""What lives here."""\n'
        'def f():\n    """Whether it is so."""\n'
        'def g():\n    """One-way key."""\n'
        'class C:\n    """A key."""\n'
        'def h():\n    """As the table keeps it."""\n'
        'def i():\n    """In-process cache."""\n'
    )
    assert [place.line for place in headless([source("a.py", text)])] == [1, 2, 8]


def test_docstrings_of_functions_without_a_verb_are_found() -> None:
    text = (
        'def f():\n    """The id of it."""\n'
        'def g():\n    """Return the id of it."""\n'
        '@router.get("/")\ndef h():\n    """The list."""\n'
        'def i():\n    """`a` as `b`."""\n'
    )
    assert [place.line for place in verbless([source("a.py", text)])] == [1, 8]


def test_no_docstring_tells_what_is_returned_by_what_returns_nothing(tree: list[Source]) -> None:
    wrong = source(
        "a.py", 'def f() -> None:\n    """Return when done."""\ndef g() -> int:\n    """Return 1."""'
    )
    assert [place.line for place in aimless([wrong])] == [1]
    assert [str(place) for place in aimless(tree)] == []


def test_no_string_describes_what_is_no_longer_there(tree: list[Source]) -> None:
    text = (
        '"""A module."""\nimport re\n"""Of X."""\nX = 1\n"""Also of X."""\n'
        'class C:\n    y: int\n    """Of y."""\n'
    )
    assert [place.line for place in stray([source("a.py", text)])] == [3]
    assert [str(place) for place in stray(tree)] == []


def test_uses_of_any_are_counted_without_imports() -> None:
    assert (
        len(untyped([source("a.py", "from typing import Any\nx: dict[str, Any]\ndef f(y: Any): ...")])) == 2
    )
