"""The faces of `service/islands/fonts`, made small: `python -m tests.tools.fonts`.

Of what `@fontsource/be-vietnam-pro` brings they keep letters, marks, kerning and tabular figures, and leave
out hints for screens of few dots: more than half of each file, on a page that is to open on a bad network.
What neither Vietnamese nor English is written with (`ä`, `ß`, `¿`) has a face of its own, which a browser
fetches where such a letter stands.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools import subset

ISLANDS = Path(__file__).resolve().parents[2] / "service/islands"
SOURCE = ISLANDS / "node_modules/@fontsource/be-vietnam-pro"
FONTS = ISLANDS / "fonts"
WEIGHTS = (400, 600)
PLAIN = frozenset(map(chr, range(0x20, 0x7F))) | set(
    "\u00a0©°²³·½×–—‘’“”•…›€−ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúý"
)
"""Letters and signs of the face for Latin; the rest of what the source has there is in the third face."""

PARTS = ("vietnamese", "latin", "more")


def main() -> int:
    """Make the six faces anew, with their licence beside them."""
    FONTS.mkdir(exist_ok=True)
    for part in PARTS:
        for weight in WEIGHTS:
            target = FONTS / f"be-vietnam-pro-{part}-{weight}.woff2"
            make_face(part, weight, target)
            print(f"{target.relative_to(ISLANDS)}: {target.stat().st_size:,} bytes")
    shutil.copyfile(SOURCE / "LICENSE", FONTS / "OFL.txt")
    return 0


def make_face(part: str, weight: int, target: Path) -> None:
    """Write one face: its letters out of the source's file that has them."""
    options = subset.Options(hinting=False, flavor="woff2", notdef_outline=True)
    options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
    source = "vietnamese" if part == "vietnamese" else "latin"
    font = subset.load_font(str(SOURCE / f"files/be-vietnam-pro-{source}-{weight}-normal.woff2"), options)
    letters = set(font.getBestCmap())
    plain = {ord(letter) for letter in PLAIN}
    wanted = {"vietnamese": letters, "latin": letters & plain, "more": letters - plain}[part]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    subset.save_font(font, str(target), options)


if __name__ == "__main__":
    sys.exit(main())
