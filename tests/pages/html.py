"""Looking into a page: what it asks the browser to run, where its forms go, which ids stand twice."""

from __future__ import annotations

from html.parser import HTMLParser

Attributes = dict[str, str | None]


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
