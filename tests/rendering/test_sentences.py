"""Sentences with markup in them."""

from __future__ import annotations

from jinja2 import Environment
from markupsafe import Markup

from service.rendering.sentences import sentence

TIME = Markup("<time>7:30</time>")


def drawn(**params: object) -> str:
    page = Environment(autoescape=True).from_string("{{ _('{name} hoãn đến {at}.', name=name, at=at) }}")
    return page.render(_=sentence, **params)


def test_a_moment_stays_markup_and_what_people_wrote_is_escaped() -> None:
    assert drawn(name="<b>An</b>", at=TIME) == "&lt;b&gt;An&lt;/b&gt; hoãn đến <time>7:30</time>."


def test_without_markup_everything_is_escaped() -> None:
    assert drawn(name="An", at="<i>") == "An hoãn đến &lt;i&gt;."
