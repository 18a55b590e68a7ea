"""Preview of a page's link in messengers and social networks (Open Graph): what it says, which picture."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """Title, sentence and absolute addresses; without an `image` the link stands without a picture."""

    title: str
    url: str
    description: str = ""
    image: str = ""
    image_alt: str = ""
