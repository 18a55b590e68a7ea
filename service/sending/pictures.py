"""Pictures inside an e-mail: our own thumbnails, as JPEG since not every mail programme reads WebP."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image

from service.domain.notices.pictures import LetterPicture
from service.errors import Unavailable
from service.ops.telemetry import get_logger

log = get_logger(__name__)

WIDEST, TALLEST, QUALITY = 320, 420, 78
MOST_BYTES = 200 * 1024
"""More than this no thumbnail of ours weighs; what does is left out."""


@dataclass(frozen=True, slots=True)
class InlinePicture:
    """JPEG inside a mail, named by its content id; `kind` says what it shows."""

    cid: str
    kind: str
    data: bytes
    width: int
    height: int


@dataclass
class PictureShelf:
    """Fetches the pictures of letters from the store, each once; a store that is away is not asked again."""

    read: Callable[[str], bytes]
    away: bool = False
    _known: dict[str, InlinePicture | None] = field(default_factory=dict)

    def fetch(self, wanted: Sequence[LetterPicture]) -> tuple[InlinePicture, ...]:
        """Return the pictures that are there. A mail without them is better than none."""
        found = [self._one(each) for each in wanted]
        return tuple(each for each in found if each is not None)

    def _one(self, wanted: LetterPicture) -> InlinePicture | None:
        if wanted.key not in self._known and not self.away:
            self._known[wanted.key] = self._made(wanted)
        return self._known.get(wanted.key)

    def _made(self, wanted: LetterPicture) -> InlinePicture | None:
        try:
            stored = self.read(wanted.key)
            return as_inline(wanted, stored) if len(stored) <= MOST_BYTES else None
        except Unavailable as failure:
            self.away = True
            log.warning("mail without its photo", why=type(failure).__name__)
        except (OSError, ValueError) as failure:
            log.warning("mail without its photo", photo=str(wanted.id), why=type(failure).__name__)
        return None


def as_inline(wanted: LetterPicture, stored: bytes) -> InlinePicture:
    """Return the thumbnail as a small JPEG without anything but its pixels. Raises OSError, ValueError."""
    with Image.open(io.BytesIO(stored), formats=("WEBP",)) as image:
        flat = Image.new("RGB", image.size, "white")
        shown = image.convert("RGBA")
        flat.paste(shown, mask=shown.getchannel("A"))
    flat.thumbnail((WIDEST, TALLEST))
    made = io.BytesIO()
    flat.save(made, "JPEG", quality=QUALITY, optimize=True)
    return InlinePicture(f"{wanted.id.hex}@anh", wanted.kind, made.getvalue(), *flat.size)


def by_itself(html: str, pictures: Sequence[InlinePicture]) -> str:
    """Return the HTML with its pictures in it, for the demo's outbox, where no mail stands around it."""
    for each in pictures:
        inside = base64.b64encode(each.data).decode()
        html = html.replace(f"cid:{each.cid}", f"data:image/jpeg;base64,{inside}")
    return html
