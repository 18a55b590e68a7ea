"""The faces of `service/islands/fonts`, made small: `python -m tests.tools.fonts`.

Of what `@fontsource/be-vietnam-pro` brings they keep letters, marks, kerning and tabular figures, and leave
out hints for screens of few dots: more than half of each file, on a page that is to open on a bad network.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from fontTools import subset

ISLANDS = Path(__file__).resolve().parents[2] / "service/islands"
SOURCE = ISLANDS / "node_modules/@fontsource/be-vietnam-pro"
FONTS = ISLANDS / "fonts"
FACES = [f"be-vietnam-pro-{part}-{weight}" for part in ("vietnamese", "latin") for weight in (400, 600)]


def main() -> int:
    """Make the four faces anew, with their licence beside them."""
    FONTS.mkdir(exist_ok=True)
    for face in FACES:
        options = subset.Options(hinting=False, flavor="woff2", notdef_outline=True)
        options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"]
        font = subset.load_font(str(SOURCE / f"files/{face}-normal.woff2"), options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=font.getBestCmap())
        subsetter.subset(font)
        target = FONTS / f"{face}.woff2"
        subset.save_font(font, str(target), options)
        print(f"{target.relative_to(ISLANDS)}: {target.stat().st_size:,} bytes")
    shutil.copyfile(SOURCE / "LICENSE", FONTS / "OFL.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
