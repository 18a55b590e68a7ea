"""The map as one picture, for pages without scripts: wards, streets, names, a cross; no tile server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup

from geo.picture import MapView
from service.domain.city.ground import GroundName, GroundPath
from service.domain.city.outlines import Name, Outline
from service.web.caching import made_for, reply

SMALL, WIDE = (320, 320), (600, 400)
"""Pixels on the screen: what is clicked is shown as large as it is, or the click would be elsewhere."""

PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A drawing brings its own colours, and nothing else."""

LEAST_ZOOM, MOST_ZOOM = 8, 17
FORMER_FROM = 11
_NICE_METRES = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)

_STYLE = """
.ground{fill:#cfdfe8}.ward{fill:#fbfaf7;stroke:#cbbfd8;stroke-width:1.5}.cross{stroke:#a8211a}.halo{stroke:#fff}
text{font-family:"Be Vietnam Pro",system-ui,sans-serif;font-size:11px;fill:#5a534c;text-anchor:middle;
paint-order:stroke;stroke:#fbfaf7;stroke-width:3px;stroke-linejoin:round}
.water{fill:#cfdfe8}.river,.road,.edge{fill:none;stroke-linecap:round;stroke-linejoin:round}.river{stroke:#cfdfe8}
.road{stroke:#fff}.edge{stroke:#bfb5a6}.on-water{fill:#2f5f78}.landmark{fill:#1f1b18}.line{fill:none;stroke:#cbbfd8;stroke-width:1.5}
.name{font-size:13px;font-weight:600;fill:#5b2a86}.bar{stroke:#1f1b18;stroke-width:2;fill:none}.scale{fill:#1f1b18}
@media(prefers-color-scheme:dark){.ground{fill:#14252e}.ward{fill:#1f1d1b;stroke:#4c3f5a}.cross{stroke:#ff9d94}
.water{fill:#14252e}.river{stroke:#14252e}.road{stroke:#3a3531}.edge{stroke:#5d554d}.line{stroke:#4c3f5a}
.halo{stroke:#141210}text{fill:#b9b0a7;stroke:#1f1d1b}.on-water{fill:#9cc3d6}.landmark{fill:#f2eeea}.name{fill:#cfb0ee}.bar{stroke:#f2eeea}.scale{fill:#f2eeea}}
"""


_NARROW, _LARGER = 480, 1.8
_NARROW_STYLE = """
@media(max-width:480px){text{font-size:20px}.name{font-size:23px}.wide{display:none}}
"""
"""On a phone a wide picture is drawn at half its size: fewer names, and those that stay can be read."""

_WIDTHS = {"motorway": 5, "trunk": 5, "primary": 5, "secondary": 4, "tertiary": 4, "minor": 3, "service": 2}
"""Of a class of roads at zoom 15, in pixels; half as wide again with each zoom beyond."""

_THIN = 1.2
_LABELS = {"street": "street", "water": "on-water", "landmark": "landmark"}


@dataclass(slots=True)
class _Label:
    """A name where it is to stand; `size` is its type in pixels."""

    text: str
    x: float
    y: float
    size: int
    style: str

    def box(self) -> tuple[float, float, float, float]:
        half = 0.3 * self.size * len(self.text) + 3
        return self.x - half, self.y - self.size, self.x + half, self.y + 5


@dataclass(frozen=True, slots=True)
class DrawnGround:
    """Streets, water and landmarks that lie in a picture; nothing where a city has none loaded."""

    paths: Sequence[GroundPath] = ()
    names: Sequence[GroundName] = ()


def picture_reply(request: Request, drawn: str, max_age_s: int) -> Response:
    """Return a drawing, kept by others for so many seconds; compressed for who takes that."""
    answer = reply(request, made_for(request, drawn.encode()), "image/svg+xml", max_age_s=max_age_s)
    answer.headers["content-security-policy"] = PICTURE_POLICY
    return answer


def draw_map(
    picture: MapView,
    wards: Sequence[Outline],
    names: Iterable[Name],
    ground: DrawnGround | None = None,
    over: Markup | None = None,
) -> str:
    """Return the picture as SVG; `over` is drawn upon it in place of the cross."""
    ground = ground or DrawnGround()
    size = Markup('width="{0}" height="{1}" viewBox="0 0 {0} {1}"').format(picture.width, picture.height)
    shapes = Markup("").join(Markup('<path class="ward" d="{}"/>').format(ward.path) for ward in wards)
    words = _words(picture, _without_overlaps(picture, _labels(picture, wards, names, ground)))
    style = _STYLE + (_NARROW_STYLE if picture.width > _NARROW else "")
    return str(
        Markup('<svg xmlns="http://www.w3.org/2000/svg" {}><style>{}</style>').format(size, Markup(style))  # noqa: S704
        + Markup('<rect class="ground" width="100%" height="100%"/>')
        + shapes
        + _ground(picture, ground.paths)
        + (
            Markup("").join(Markup('<path class="line" d="{}"/>').format(w.path) for w in wards)
            if ground.paths
            else ""
        )
        + words
        + (_cross(picture) if over is None else over)
        + _scale(picture)
        + Markup("</svg>")
    )


def _words(picture: MapView, labels: Sequence[_Label]) -> Markup:
    """Return the names; those for which a phone has no room are told apart."""
    larger = (replace(each, size=round(each.size * _LARGER)) for each in labels)
    narrow = {(each.x, each.y) for each in _without_overlaps(picture, larger)}
    return Markup("").join(
        Markup('<text class="{}{}" x="{:.0f}" y="{:.0f}">{}</text>').format(
            each.style, "" if (each.x, each.y) in narrow else " wide", each.x, each.y, each.text
        )
        for each in labels
    )


def _ground(picture: MapView, paths: Sequence[GroundPath]) -> Markup:
    """Water, then streets with their edges beneath all of them."""
    nearer = 1.5 ** (picture.zoom - 15)
    parts = [
        Markup('<path class="water" d="{}"/>').format(each.path) for each in paths if each.kind == "water"
    ]
    parts += [
        Markup('<path class="river" stroke-width="{:.1f}" d="{}"/>').format(max(1.0, 2 * nearer), each.path)
        for each in paths
        if each.kind == "river"
    ]
    roads = [each for each in paths if each.kind not in ("water", "river")]
    roads.sort(key=lambda each: _WIDTHS.get(each.kind, 0))
    for style, more in (("edge", 1.5), ("road", 0.0)):
        for each in roads:
            width = max(_THIN, _WIDTHS.get(each.kind, _THIN) * nearer) + more
            parts.append(
                Markup('<path class="{}" stroke-width="{:.1f}" d="{}"/>').format(style, width, each.path)
            )
    return Markup("").join(parts)


def _labels(
    picture: MapView, wards: Sequence[Outline], names: Iterable[Name], ground: DrawnGround
) -> Iterable[_Label]:
    """Yield the labels, the most telling first: whoever comes later keeps out of their way."""
    for ward in wards:
        yield _Label(ward.name, ward.x, ward.y + 4, 13, "name")
    for each in ground.names:
        yield _Label(each.text, each.x, each.y + 4, 11, _LABELS[each.kind])
    for name in names:
        x, y = picture.pixel(name.lon, name.lat)
        yield _Label(name.text, x, y + 4, 11, "former")


def _without_overlaps(picture: MapView, labels: Iterable[_Label]) -> list[_Label]:
    middle = picture.width / 2, picture.height / 2
    taken = [(middle[0] - 18, middle[1] - 18, middle[0] + 18, middle[1] + 18)]
    taken.append((0, picture.height - 30, 130, picture.height))
    shown = []
    for label in labels:
        left, top, right, bottom = box = label.box()
        inside = left >= 0 and top >= 0 and right <= picture.width and bottom <= picture.height
        free = all(right < l or left > r or bottom < t or top > b for l, t, r, b in taken)  # noqa: E741
        if inside and free:
            taken.append(box)
            shown.append(label)
    return shown


def _cross(picture: MapView) -> Markup:
    x, y = picture.width / 2, picture.height / 2
    lines = f"M{x - 16:.0f} {y:.0f}h11m10 0h11M{x:.0f} {y - 16:.0f}v11m0 10v11"
    return Markup(
        '<g fill="none" stroke-linecap="round"><path class="halo" stroke-width="7" d="{0}"/>'
        '<path class="cross" stroke-width="3.5" d="{0}"/>'
        '<circle class="cross" cx="{1:.0f}" cy="{2:.0f}" r="1.5"/></g>'
    ).format(lines, x, y)


def _scale(picture: MapView) -> Markup:
    """Return a bar that says how far is how far."""
    longest = 90 * picture.ground_metres_a_pixel
    metres = max((each for each in _NICE_METRES if each <= longest), default=_NICE_METRES[0])
    length = metres / picture.ground_metres_a_pixel
    words = f"{metres} m" if metres < 1000 else f"{metres // 1000} km"
    y = picture.height - 10
    return Markup(
        '<path class="bar" d="M10 {0:.0f}v5h{1:.0f}v-5"/>'
        '<text class="scale" x="{2:.0f}" y="{3:.0f}">{4}</text>'
    ).format(y - 5, length, 10 + length / 2, y - 8, words)


def view_around(
    points: Sequence[tuple[float, float]], middle: tuple[float, float], size: tuple[int, int]
) -> MapView:
    """Return so much of the city that every point (longitude, latitude) is on it; its middle without any."""
    lons, lats = [each[0] for each in points] or [middle[0]], [each[1] for each in points] or [middle[1]]
    east, north = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
    zoom = NEAREST
    while zoom > FARTHEST:
        view = MapView(east, north, zoom, *size)
        (left, top), (right, bottom) = view.pixel(min(lons), max(lats)), view.pixel(max(lons), min(lats))
        inside = right <= size[0] - POINT_MARGIN and bottom <= size[1] - POINT_MARGIN
        if left >= POINT_MARGIN and top >= POINT_MARGIN and inside:
            return view
        zoom -= 0.5
    return MapView(east, north, FARTHEST, *size)


FARTHEST, NEAREST, POINT_MARGIN = 10.0, 16.0, 30
"""Zooms between which points are shown, and how many pixels they keep from the edge."""
