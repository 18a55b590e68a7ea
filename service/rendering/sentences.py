"""Sentences in templates, of which a part may be markup: a moment that the browser can read, a link."""

from __future__ import annotations

from markupsafe import Markup, escape

from service.i18n import Language, MarkedText, translate


def sentence(message: str, language: Language | None = None, /, **params: object) -> str:
    """Return the sentence in `language` (or the one in use). With markup in it, what else it is filled with
    is escaped; without that the moments of `exact` stood as their source on the page, `<time datetime=…>`.
    """
    if not any(isinstance(each, Markup) for each in params.values()):
        return translate(message, language, **params)
    filled = {
        name: escape(translate(each, language) if isinstance(each, MarkedText) else each)
        for name, each in params.items()
    }
    return Markup(translate(message, language, **filled))  # noqa: S704 - our own sentence, its parts escaped
