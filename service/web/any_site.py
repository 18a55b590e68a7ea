"""Headers that let pages of other sites read what everybody may: no cookie and no key goes along."""

from __future__ import annotations

from collections.abc import Mapping

ANY_SITE: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
