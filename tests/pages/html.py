"""Looking into a page: what it asks the browser to run, where its forms go, which ids stand twice."""

from __future__ import annotations

from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import service

Attributes = dict[str, str | None]


@cache
def asking_scripts() -> frozenset[str]:
    """The scripts that let parts of a page ask for themselves, as their addresses begin."""
    sources = (Path(service.__file__).parent / "islands").glob("*/*.ts")
    found = (each for each in sources if '"htmx.org"' in each.read_text(encoding="utf-8"))
    return frozenset(f"/assets/{each.stem}-" for each in found)


class Page(HTMLParser):
    """The start tags of a page, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, Attributes]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def all(self, tag: str) -> list[Attributes]:
        """The attributes of every such tag."""
        return [attributes for name, attributes in self.tags if name == tag]

    def ids(self) -> list[str]:
        """Every id, in order."""
        return [str(attributes["id"]) for _, attributes in self.tags if attributes.get("id")]

    def is_kept_up(self) -> bool:
        """Whether a part that is to ask for itself again has the script that does it."""
        asks = any("hx-trigger" in attributes for _, attributes in self.tags)
        scripts = [str(each.get("src")) for each in self.all("script")]
        return not asks or any(each.startswith(tuple(asking_scripts())) for each in scripts)

    def inline(self) -> list[str]:
        """What a strict policy forbids: scripts without a source, styles, handlers, script addresses."""
        found = [f"<{tag}>" for tag, attributes in self.tags if tag == "script" and not attributes.get("src")]
        found += [f"<{tag}>" for tag, _ in self.tags if tag == "style"]
        for tag, attributes in self.tags:
            found += [f"{tag} {name}" for name in attributes if name == "style" or name.startswith("on")]
            found += [
                f"{tag} {value}" for value in attributes.values() if str(value).startswith("javascript:")
            ]
        return found
