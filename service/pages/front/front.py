"""Files that a browser fetches beside pages: built files, the city's colours, the app's manifest
and icons.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response

from geo.tiles import tile_at
from service.domain.city.logo import logo_file
from service.domain.city.reference import Reference
from service.errors import NotFound
from service.i18n import N_, language_in_use, pick, translate
from service.pages.front.app_icon import draw_png, draw_svg
from service.pages.front.app_screens import app_screens, screen_file
from service.rendering.assets import BUILT, FOREVER, load_assets, send_asset
from service.rendering.engine import theme_sheet
from service.web.dependencies import ReferenceDep, SessionDep

router = APIRouter()

NOT_FOR_ROBOTS = (
    *(
        "/n/",
        "/alerts/confirm/",
        "/*?s=",
        "/*&s=",
        "/mine",
        "/login",
        "/account",
        "/admin",
        "/queue",
        "/case/",
    ),
    *("/desk", "/manage", "/inspect", "/downloads/"),
)
ICON_SIZES = (192, 512)
SHELL = ("/", "/report", "/mine", "/help", "/offline")
"""Pages that open without a network once the app was seen."""
LATER = ("lib/maps/city_map.ts", "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs")
SHARE_TARGET = {
    "action": "/report/shared",
    "method": "POST",
    "enctype": "multipart/form-data",
    "params": {"title": "title", "text": "text", "files": [{"name": "photos", "accept": ["image/*"]}]},
}
"""Photos that another app shares: the service worker takes them (`islands/sw.ts`), the sheet shows them."""

WARD_ZOOMS = (11, 12)
"""What is kept when there is time: the map, and the wards around the middle of the city at these zooms."""

STREET_ZOOMS = (12, 14)
"""The same of streets, where there are any: finer tiles come with what is looked at."""


@router.get("/assets/{name:path}")
async def asset(request: Request, name: str) -> Response:
    """A built script, style or font; its name changes with its content."""
    return send_asset(request, name)


@router.get("/theme.css")
async def theme(reference: ReferenceDep, v: Annotated[str, Query(max_length=40)] = "") -> Response:
    """The city's colours."""
    sheet, version = theme_sheet(reference)
    keep = FOREVER if v == version else "no-cache"
    return Response(sheet, media_type="text/css", headers={"cache-control": keep})


@router.get("/logo/{digest}.png")
async def logo(digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")], session: SessionDep) -> Response:
    """A logo of the city; its address changes with its content."""
    picture = await session.run_sync(logo_file, digest)
    return Response(picture, media_type="image/png", headers={"cache-control": FOREVER})


@router.get("/sw.js")
async def service_worker(reference: ReferenceDep) -> Response:
    """The service worker, told what to keep: it changes whenever the build does."""
    file = BUILT / "sw.js"
    if not file.exists():
        raise NotFound(N_("Không có tệp này."))
    assets = load_assets()
    begun = assets.beginning("styles/app.css", "app.ts", "citizens/report.ts", "citizens/mine.ts")
    files = list(dict.fromkeys([*assets.fonts(), *begun]))  # a browser refuses a list that names one twice
    later = [each for each in (*assets.beginning(*LATER), *_tiles_around(reference)) if each not in files]
    build = {"version": assets.version, "assets": files, "pages": SHELL, "later": later}
    body = JSONResponse(build).body
    script = b"self.BUILD=" + bytes(body) + b";\n" + file.read_bytes()
    return Response(script, media_type="text/javascript", headers={"cache-control": "no-cache"})


def _tiles_around(reference: Reference) -> list[str]:
    """Return addresses of the tiles of wards and streets three by three around the city's centre."""
    lon, lat = reference.config.middle
    found = [("wards", tile_at(lon, lat, zoom)) for zoom in WARD_ZOOMS]
    if reference.has_streets:
        found += [("streets", tile_at(lon, lat, zoom)) for zoom in STREET_ZOOMS]
    return [
        f"/api/v1/tiles/{kind}/{tile.z}/{tile.x + x}/{tile.y + y}.mvt"
        for kind, tile in found
        for x in (-1, 0, 1)
        for y in (-1, 0, 1)
    ]


@router.get("/manifest.webmanifest")
async def manifest(reference: ReferenceDep) -> Response:
    """Show what makes the site an app on a phone's home screen."""
    name = pick(reference.service_name)
    colour = reference.config.colour
    icons = [
        {
            "src": f"/icon-{'maskable-' if purpose == 'maskable' else ''}{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in ICON_SIZES
        for purpose in ("any", "maskable")
    ]
    body = {
        "id": "/",
        "lang": language_in_use.get(),
        "dir": "ltr",
        "name": name,
        "description": translate(
            N_("Gửi phản ánh hiện trường cho thành phố, theo dõi việc xử lý từng bước.")
        ),
        "categories": ["government", "utilities"],
        "short_name": translate(N_("Hiện Trường")),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f8f6f3",
        "theme_color": colour,
        "icons": [
            *icons,
            {"src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
        "shortcuts": [
            {"name": translate(N_("Gửi phản ánh")), "url": "/report"},
            {"name": translate(N_("Phản ánh của tôi")), "url": "/mine"},
        ],
        "share_target": SHARE_TARGET,
        "screenshots": app_screens(reference.city_code),
    }
    headers = {"cache-control": "no-cache"}
    return JSONResponse(body, headers=headers, media_type="application/manifest+json")


@router.get("/screens/{name}.webp")
async def app_screen(name: str, reference: ReferenceDep) -> Response:
    """Show one of the pictures that the manifest names."""
    headers = {"cache-control": "max-age=86400"}
    return Response(screen_file(reference.city_code, name), media_type="image/webp", headers=headers)


@router.get("/robots.txt")
async def robots() -> Response:
    """Show what search engines leave alone: links that are somebody's own, and pages behind a sign-in."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    headers = {"cache-control": "max-age=86400"}
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8", headers=headers)


@router.get("/favicon.ico")
async def favicon(reference: ReferenceDep) -> Response:
    """The icon for what asks by this name without looking at the page; any picture is taken under it."""
    return await icon_png(reference, "180")


@router.get("/icon.svg")
async def icon_svg(reference: ReferenceDep) -> Response:
    """The app's icon as a drawing."""
    colour = reference.config.colour
    return Response(draw_svg(colour), media_type="image/svg+xml", headers={"cache-control": "max-age=86400"})


@router.get("/icon-maskable-{size}.png")
async def maskable_icon(reference: ReferenceDep, size: Literal["192", "512"]) -> Response:
    """The app's icon filled to the edge, for phones that cut their own shape."""
    picture = draw_png(reference.config.colour, int(size))
    return Response(picture, media_type="image/png", headers={"cache-control": "max-age=86400"})


@router.get("/icon-{size}.png")
async def icon_png(reference: ReferenceDep, size: Literal["180", "192", "512"]) -> Response:
    """The app's icon for phones that want a picture; round but for the size that Apple cuts itself."""
    colour = reference.config.colour
    picture = draw_png(colour, int(size), rounded=size != "180")
    return Response(picture, media_type="image/png", headers={"cache-control": "max-age=86400"})
