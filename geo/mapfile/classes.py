"""Classes of roads, kinds of landmarks and water: the words of OpenStreetMap and of offices, in ours."""

from __future__ import annotations

from collections.abc import Mapping

ROADS = {
    "motorway": "motorway",
    "trunk": "trunk",
    "primary": "primary",
    "secondary": "secondary",
    "tertiary": "tertiary",
    "unclassified": "minor",
    "residential": "minor",
    "living_street": "minor",
    "road": "minor",
    "construction": "minor",
    "service": "service",
    "track": "track",
    "pedestrian": "path",
    "footway": "path",
    "path": "path",
    "steps": "path",
    "cycleway": "path",
    "bridleway": "path",
}
"""Class of a road by what `highway` says; `_link` roads are of the class they lead to, others `minor`."""

NO_ROADS = frozenset({"proposed", "platform", "razed", "abandoned", "rest_area", "bus_stop", "elevator"})
ROAD_FIELDS = ("highway", "fclass", "road_class", "class", "type", "loai", "cap")

_RANKED: Mapping[tuple[str, int], str] = {
    ("market", 1): "marketplace market",
    ("bridge", 1): "bridge",
    ("hospital", 1): "hospital",
    ("clinic", 3): "clinic doctors dentist health_centre",
    ("pharmacy", 4): "pharmacy",
    ("school", 1): "school",
    ("kindergarten", 3): "kindergarten",
    ("university", 1): "university college academy",
    ("gate", 1): "city_gate ceremonial_gate",
    ("station", 1): "station halt train_station bus_station aerodrome",
    ("stop", 3): "stop tram_stop ferry_terminal platform stop_position bus_stop",
    ("government", 2): "townhall government courthouse political_party public_building civic",
    ("police", 2): "police fire_station",
    ("post", 2): "post_office",
    ("worship", 2): "place_of_worship monastery temple church cathedral pagoda",
    ("museum", 1): "museum",
    ("sight", 2): "attraction castle palace ruins monument memorial tomb building heritage_building manor "
    "citywalls archaeological_site heritage fort citadel viewpoint theme_park lighthouse tower",
    ("culture", 2): "theatre library arts_centre community_centre cinema gallery",
    ("park", 1): "park garden square stadium",
    ("sport", 2): "sports_centre pitch swimming_pool",
    ("cemetery", 3): "grave_yard cemetery",
    ("settlement", 3): "quarter neighbourhood village hamlet suburb town isolated_dwelling locality",
    ("island", 2): "island islet",
    ("mall", 1): "mall department_store supermarket",
    ("fuel", 3): "fuel",
    ("bank", 4): "bank",
    ("lodging", 4): "hotel hostel guest_house motel apartment resort homestay",
    ("food", 4): "restaurant cafe fast_food bar pub ice_cream food_court nightclub",
}
LANDMARKS = {value: (kind, rank) for (kind, rank), values in _RANKED.items() for value in values.split()}
"""Kind and rank by what OpenStreetMap calls a thing."""

BY_FIRST_WORD = {
    "chợ": ("market", 1),
    "cầu": ("bridge", 1),
    "trường": ("school", 1),
    "bệnh viện": ("hospital", 1),
    "trạm y tế": ("clinic", 3),
    "cửa": ("gate", 1),
    "ga": ("station", 1),
    "bến xe": ("station", 1),
    "ubnd": ("government", 2),
    "ủy ban": ("government", 2),
    "chùa": ("worship", 2),
    "nhà thờ": ("worship", 2),
    "công viên": ("park", 1),
}
"""Kind and rank by how a name begins, where a file says no more than a name."""

LANDMARK_FIELDS = (
    "amenity",
    "historic",
    "tourism",
    "leisure",
    "railway",
    "aeroway",
    "man_made",
    "office",
    "place",
    "shop",
    "public_transport",
    "healthcare",
    "landuse",
    "building",
    "fclass",
    "value",
    "type",
    "kind",
    "loai",
)
_NO_LANDMARK = {("place", "city"), ("place", "state"), ("place", "country"), ("place", "county")}

WATERS = {
    "river": "river",
    "riverbank": "river",
    "canal": "canal",
    "moat": "canal",
    "stream": "stream",
    "ditch": "ditch",
    "drain": "ditch",
    "lake": "lake",
    "pond": "lake",
    "basin": "lake",
    "reservoir": "lake",
    "lagoon": "lagoon",
    "bay": "sea",
    "sea": "sea",
    "coastline": "sea",
    "water": "water",
    "wetland": "wetland",
}
WATER_FIELDS = ("water", "waterway", "natural", "landuse", "fclass", "kind", "type", "loai")


def road_class(tags: Mapping[str, str]) -> str | None:
    """Return the class of a road; None for what is no road. A line that says nothing is a minor street."""
    if "highway" not in tags and any(tags.get(field, "").casefold() in WATERS for field in WATER_FIELDS):
        return None
    value = next((tags[field] for field in ROAD_FIELDS if field in tags), "residential").casefold()
    value = value.removesuffix("_link")
    return None if value in NO_ROADS else ROADS.get(value, "minor")


def landmark_kind(tags: Mapping[str, str], name: str) -> tuple[str, int] | None:
    """Return kind and rank of a named thing; None for what is none, a border or a whole city."""
    if "boundary" in tags or tags.get("natural") == "water" or "waterway" in tags or "highway" in tags:
        return None
    if any(tags.get(field) == value for field, value in _NO_LANDMARK):
        return None
    pairs = [(field, tags[field].casefold()) for field in LANDMARK_FIELDS if field in tags]
    known = [LANDMARKS[value] for _, value in pairs if value in LANDMARKS]
    if known:
        return known[0]
    begins = name.casefold()
    for word, found in BY_FIRST_WORD.items():
        if begins.startswith(word + " "):
            return found
    return ("shop", 5) if any(field == "shop" for field, _ in pairs) else ("other", 4)


def water_kind(tags: Mapping[str, str]) -> str | None:
    """Return the kind of a water; None for what is none. An area or line that says nothing is water."""
    if "highway" in tags:
        return None
    values = [tags[field].casefold() for field in WATER_FIELDS if field in tags]
    if not values:
        return "water"
    known = [WATERS[value] for value in values if value in WATERS]
    return known[0] if known else None
