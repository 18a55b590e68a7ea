"""Slips of the pen in the sample city's files, one word each, with the place and message of the mistake."""

from __future__ import annotations

from typing import NamedTuple


class Slip(NamedTuple):
    """One slip of the pen: in `file`, `old` becomes `new`; the mistake points at `marker`."""

    file: str
    old: str
    new: str
    marker: str
    path: str
    message: str


CITY = [
    Slip("city", "Asia/Ho_Chi_Minh", "Asia/Hue", "Asia/Hue", "timezone", "is no time zone"),
    Slip("city", "Asia/Ho_Chi_Minh", "../etc", "../etc", "timezone", "is no time zone"),
    Slip("city", "106.0, 9.0, 107.0", "107.0, 9.0, 106.0", "107.0", "bbox[0]", "not left of east"),
    Slip("city", "9.0, 107.0, 10.0", "10.0, 107.0, 9.0", "10.0", "bbox[1]", "not below north"),
    Slip(
        "city", "106.0, 9.0, 107.0, 10.0", "9.0, 106.0, 10.0, 107.0", "106.0", "bbox[1]", "less than or equal"
    ),
    Slip("city", "106.0, 9.0, 107.0, 10.0", "106.0, 9.0, 107.0", "[106.0", "bbox", "too few values"),
    Slip("city", "106.0, 9.0", "16.0, 9.0", "[16.0", "bbox", "longitude comes first"),
    Slip("city", "lon: 106.5, lat: 9.5", "lon: 9.5, lat: 106.5", "106.5", "centre.lat", "less than or equal"),
    Slip("city", "lon: 106.5", "lon: 105.5", "{lon: 105.5", "centre", "outside bbox"),
    Slip("city", "lon: 106.5", "lon: nan", "nan", "centre.lon", "finite number"),
    Slip("city", "tolerance_m", "tolerence_m", "tolerence_m", "tolerence_m", 'did you mean "tolerance_m"'),
    Slip("city", "MAU", "mau-1", "mau-1", "tracking_prefix", "expected form"),
    Slip("city", "tolerance_m: 80", "tolerance_m: eighty", "eighty", "tolerance_m", "valid number"),
    Slip("city", "tolerance_m: 80", "tolerance_m: -1", "-1", "tolerance_m", "greater than or equal to 0"),
    Slip("city", "code: mau\n", "", "name:", "code", '"code" is missing'),
    Slip("city", "code: mau", "code: Huế", "Huế", "code", "expected form"),
    Slip(
        "city", "triage_department: desk", "triage_department: dsk", "dsk", "triage_department", 'mean "desk"'
    ),
    Slip(
        "city", "07:30-11:30", "11:30-07:30", '"11:30-07', "calendar.working_hours.mon[0]", "before it begins"
    ),
    Slip("city", "13:30-17:00", "11:00-17:00", '["07', "calendar.working_hours.mon", "overlap"),
    Slip("city", "07:30-11:30", "7h30", '"7h30', "calendar.working_hours.mon[0]", "hours like"),
    Slip("city", "mon:", "monday:", "monday", "calendar.working_hours.monday", 'did you mean "mon"'),
    Slip("city", "2026-07-01", "2026-13-01", "2026-13", "calendar.days_off[0].date", "month"),
    Slip("city", "holidays: VN", "holidays: FR", "FR", "calendar.holidays", "is not one of VN"),
    Slip("city", "reopen_days: 10", "reopen_days: 1.5", "1.5", "periods.reopen_days", "integer"),
    Slip("city", "to: manager", "to: boss", "boss", "escalation[0].to", "is not one of"),
    Slip("city", "_days: 5", "_days: 2", "2, to: [", "escalation[1].after_working_days", "not later than"),
    Slip(
        "city", "_days: 5", "_days: 0", "0, to", "escalation[1].after_working_days", "greater than or equal"
    ),
    Slip("city", "to: [city_manager, triage]", "to: []", "[]", "escalation[1].to", "at least 1"),
    Slip("city", "vi: Thị xã Mẫu, ", "", "{en", "name.vi", '"vi" is missing'),
    Slip("city", "role: triage", "role: boss", "boss", "sign_in.grants[0].role", "is not one of"),
    Slip("city", ", own_department: true", "", "{value: clerk", "sign_in.grants[1]", "needs a department"),
    Slip(
        "city",
        "own_department: true",
        "own_department: true, department: desk",
        "{value: clerk",
        "sign_in.grants[1]",
        "not both",
    ),
    Slip(
        "city",
        "area_group: inner",
        "area_group: iner",
        "iner",
        "sign_in.grants[3].area_group",
        'mean "inner"',
    ),
    Slip(
        "city",
        "role: inspector, area_group",
        "role: triage, area_group",
        "{value: round",
        "sign_in.grants[3]",
        "inspector and manager alone",
    ),
    Slip("city", '"101"', '"1o1"', '"1o1"', "sign_in.grants[2].department", 'no department "1o1"'),
    Slip(
        "city", '"Trung tâm": desk', '"Trung tâm": dsk', "dsk", "sign_in.departments.Trung tâm", 'mean "desk"'
    ),
]

CATEGORIES = [
    Slip(
        "categories",
        "parent: litter",
        "parent: liter",
        "liter",
        "categories[1].parent",
        'did you mean "litter"',
    ),
    Slip(
        "categories",
        "parent: litter",
        "parent: litter.dump",
        "litter.dump\n    name",
        "categories[1].parent",
        "its own ancestor: litter.dump → litter.dump",
    ),
    Slip(
        "categories",
        "- code: litter\n",
        "- code: litter\n    parent: litter.dump\n",
        "litter.dump\n    name",
        "categories[0].parent",
        "litter → litter.dump → litter",
    ),
    Slip(
        "categories",
        "code: litter.dump",
        "code: litter",
        "litter\n    parent",
        "categories[1].code",
        "already used in line 2",
    ),
    Slip(
        "categories", "    icon: trash\n", "", "code: litter\n", "categories[0].icon", "no parent to give it"
    ),
    Slip(
        "categories",
        "datatype: number",
        "datatype: numbr",
        "numbr",
        "categories[0].questions[1].datatype",
        'did you mean "number"',
    ),
    Slip(
        "categories",
        "code: metres",
        "code: amount",
        "amount, ",
        "categories[0].questions[1].code",
        "asked twice",
    ),
    Slip(
        "categories",
        "key: truck",
        "key: bag",
        "bag, name: {vi: Một xe",
        "categories[0].questions[0].values[1].key",
        "given twice",
    ),
    Slip(
        "categories",
        "datatype: number",
        "datatype: number, values: [{key: a, name: {vi: A}}]",
        "[{key",
        "categories[0].questions[1].values",
        "not chosen from",
    ),
    Slip(
        "categories",
        "datatype: number",
        "datatype: multivaluelist",
        "{code: metres",
        "categories[0].questions[1].values",
        'needs "values"',
    ),
    Slip(
        "categories",
        "name: {vi: Bãi rác, en: Dump}",
        "name: {vi: Bãi rác}\n    questions: [{code: amount, label: {vi: Hả?}, datatype: text}]",
        "amount, label",
        "categories[1].questions[0].code",
        'already asked by "litter"',
    ),
    Slip(
        "categories",
        "radius_m: 15",
        "radius_m: 0",
        "0, window",
        "categories[0].duplicates.radius_m",
        "greater than 0",
    ),
    Slip(
        "categories",
        "radius_m: 15",
        "radus_m: 15",
        "radus_m",
        "categories[0].duplicates.radus_m",
        'did you mean "radius_m"',
    ),
    Slip(
        "categories",
        "action: suggest",
        "action: sugest",
        "sugest",
        "categories[0].duplicates.action",
        'did you mean "suggest"',
    ),
    Slip(
        "categories",
        "danger: true",
        "danger: maybe",
        "maybe",
        "categories[0].questions[0].values[1].danger",
        "boolean",
    ),
    Slip(
        "categories",
        "datatype: number}",
        "datatype: number, order: 1}",
        "1}",
        "categories[0].questions[1].order",
        "already taken",
    ),
    Slip(
        "categories",
        "publication: immediate",
        "publication:",
        "publication",
        "categories[0].publication",
        "no parent to give it",
    ),
]

DEPARTMENTS = [
    Slip(
        "departments", "parent: desk", "parent: dusk", "dusk", "departments[1].parent", 'did you mean "desk"'
    ),
    Slip(
        "departments",
        "code: cleaners",
        "code: desk",
        "desk, name: {vi: Công",
        "departments[2].code",
        "already used in line 2",
    ),
    Slip(
        "departments",
        "kind: company",
        "kind: firm",
        "firm",
        "departments[2].kind",
        "is not one of city, ward",
    ),
    Slip("departments", "kind: company", "kind: ward", "ward", "departments[2].kind", 'names its "ward"'),
    Slip(
        "departments",
        "kind: company",
        'kind: ward, ward: "104"',
        '"104"',
        "departments[2].ward",
        'did you mean "10',
    ),
    Slip("departments", "code: cleaners", 'code: "101"', '"101"', "departments[2].code", "code of a unit"),
    Slip("departments", "code: cleaners", "code: ward", "ward", "departments[2].code", "reserved"),
    Slip(
        "departments",
        "departments:",
        "department:",
        "department:",
        "department",
        'did you mean "departments"',
    ),
]

POLICIES = [
    Slip(
        "policies",
        "unit: working_days}\n    ext",
        "unit: working_day}\n    ext",
        "working_day}",
        "policies[0].resolve.unit",
        'did you mean "working_days"',
    ),
    Slip(
        "policies",
        "amount: 7",
        "amount: 0",
        "0, unit",
        "policies[0].resolve.amount",
        "greater than or equal to 1",
    ),
    Slip("policies", "amount: 7", "amount: many", "many", "policies[0].resolve.amount", "valid integer"),
    Slip(
        "policies",
        "code: urgent",
        "code: standard",
        "standard\n    name: {vi: Khẩn",
        "policies[1].code",
        "already used",
    ),
    Slip(
        "policies",
        "code: urgent\n",
        "code: urgent\n    amber_ratio: 80\n",
        "80",
        "policies[1].amber_ratio",
        "less than 1",
    ),
]

RULES = [
    Slip(
        "rules",
        "lead: desk.night",
        "lead: desk.nigt",
        "desk.nigt",
        "rules[1].lead",
        'did you mean "desk.night"',
    ),
    Slip(
        "rules",
        "executor: cleaners",
        "executor: cleaner",
        "cleaner\n",
        "rules[1].executor",
        'mean "cleaners"',
    ),
    Slip(
        "rules", "supports: [ward]", "supports: [ward, dusk]", "dusk", "rules[1].supports[1]", 'mean "desk"'
    ),
    Slip("rules", "policy: urgent", "policy: ugent", "ugent", "rules[1].policy", 'did you mean "urgent"'),
    Slip(
        "rules",
        "[litter.dump]",
        "[litter.dunp]",
        "litter.dunp",
        "rules[1].categories[0]",
        'mean "litter.dump"',
    ),
    Slip("rules", "[inner]", "[iner]", "iner", "rules[1].areas[0]", 'did you mean "inner"'),
    Slip(
        "rules",
        "number: 2",
        "number: 1",
        "1\n    name: {vi: Bãi",
        "rules[1].number",
        "already used in line 2",
    ),
    Slip("rules", "number: 2", "number: 0", "0", "rules[1].number", "greater than or equal to 1"),
    Slip(
        "rules",
        "attribute: amount",
        "attribute: amout",
        "amout",
        "rules[1].when[0].attribute",
        'mean "amount"',
    ),
    Slip("rules", "value: truck", "value: truk", "truk", "rules[1].when[0].value", 'did you mean "truck"'),
    Slip("rules", "op: equals", "op: equal", "equal,", "rules[1].when[0].op", 'did you mean "equals"'),
    Slip(
        "rules",
        "op: equals, value: truck",
        "op: lt, value: 3",
        "3}",
        "rules[1].when[0].value",
        "compares numbers",
    ),
    Slip(
        "rules",
        "amount, op: equals, value: truck",
        "metres, op: lt, value: low",
        "low",
        "rules[1].when[0].value",
        "could not convert",
    ),
    Slip(
        "rules",
        "op: equals, value: truck",
        "op: equals",
        "equals",
        "rules[1].when[0].op",
        "nothing to compare",
    ),
    Slip(
        "rules",
        "op: equals, value: truck",
        "op: present, value: truck",
        "truck",
        "rules[1].when[0].value",
        "nothing to compare",
    ),
    Slip(
        "rules",
        "executor: cleaners",
        "executor: attribute:owner",
        "attribute:owner",
        "rules[1].executor",
        'no question "owner"',
    ),
    Slip(
        "rules",
        "executor: cleaners",
        "executor: attribute:amount",
        "attribute:amount",
        "rules[1].executor",
        "is the code of a department",
    ),
    Slip(
        "rules",
        "executor: cleaners",
        "executor: {select: attribute:amount, mapping: {bag: cleanrs}}",
        "{bag",
        "rules[1].executor.mapping",
        'did you mean "cleaners"',
    ),
    Slip(
        "rules",
        "executor: cleaners",
        "executor: {select: cleaners, mapping: {bag: desk}}",
        "{select",
        "rules[1].executor",
        "mapping",
    ),
    Slip(
        "rules", "categories: [litter]\n", "categories: []\n", "[]", "rules[0].categories", "at least 1 item"
    ),
    Slip("rules", "    lead: ward\n", "", "number: 1", "rules[0].lead", '"lead" is missing'),
    Slip(
        "rules",
        "[{attribute: amount, op: equals, value: truck}]",
        "[{attribute: metres, op: lt, value: 1}, {attribute: metres, op: gt, value: 2}]",
        "2\n",
        "rules[1].number",
        "can never win: its conditions contradict",
    ),
    Slip(
        "rules",
        "number: 1\n",
        "number: 1\n    priority: 9\n",
        "2\n    name",
        "rules[1].number",
        "can never win: rule 1 always comes before it",
    ),
]

AREAS = [
    Slip(
        "areas",
        'units: ["101", "102"]',
        'units: ["101", "104"]',
        '"104"',
        "groups[0].units[1]",
        'no unit "104"',
    ),
    Slip(
        "areas", 'code: "102"', 'code: "101"', '"101", name: Tây', "units[1].code", "already used in line 3"
    ),
    Slip("areas", "code: inner", 'code: "103"', '"103", name: {vi', "groups[0].code", "code of a unit"),
    Slip("areas", "kind: xã}", "knd: xã}", "knd", "units[2].knd", 'did you mean "kind"'),
    Slip("areas", "2025-07-01", "2025-07-32", "2025-07-32", "valid_from", "day value"),
    Slip("areas", "units:\n", "unit:\n", "unit:\n", "unit", 'did you mean "units"'),
]

WORDS = [
    Slip("city", "bbox: [106.0", "bbox: [[106.0", "", "", "not readable as YAML"),
    Slip("city", "code: mau\n", "code: mau\ncode: mau\n", "code: mau\nname", "code", "given twice"),
    Slip(
        "city",
        "name: {vi: Thị xã Mẫu, en: Sample Town}",
        "name: &n {vi: Mẫu}\nservice_name: *n",
        "&n",
        "service_name",
        "aliases are not used",
    ),
    Slip("city", "code: mau", "code: !secret mau", "!secret", "code", "means nothing here"),
    Slip("city", "code: mau", 'code: "m\\0"', '"m', "code", "NUL"),
    Slip("city", "code: mau", "? [a]\n: b\ncode: mau", "[a]", "", "a key must be a word"),
]

ALL = CITY + CATEGORIES + DEPARTMENTS + POLICIES + RULES + AREAS + WORDS
