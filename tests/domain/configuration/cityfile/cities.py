"""A small city folder for tests, written file by file so that a test can change one word of it."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"
HUE = Path(__file__).resolve().parents[4] / "service" / "cities" / "hue"

CITY = """\
code: mau
name: {vi: Thị xã Mẫu, en: Sample Town}
timezone: Asia/Ho_Chi_Minh
tracking_prefix: MAU
bbox: [106.0, 9.0, 107.0, 10.0]
centre: {lon: 106.5, lat: 9.5}
tolerance_m: 80
hotline: {phone: "1900 0000", name: {vi: Tổng đài Mẫu}}
triage_department: desk
calendar:
  holidays: VN
  working_hours:
    mon: ["07:30-11:30", "13:30-17:00"]
    fri: ["07:30-11:30"]
  days_off:
    - {date: 2026-07-01, name: {vi: Ngày thị xã}}
periods:
  reopen_days: 10
escalation:
  - {after_working_days: 2, to: manager}
  - {after_working_days: 5, to: [city_manager, triage]}
sign_in:
  departments: {"Trung tâm": desk}
  grants:
    - {value: ioc, role: triage}
    - {value: clerk, role: department, own_department: true}
    - {value: night, role: department, department: "101"}
    - {value: round, role: inspector, area_group: inner}
"""

CATEGORIES = """\
categories:
  - code: litter
    name: {vi: Rác thải, en: Litter}
    icon: trash
    duplicates: {radius_m: 15, window_hours: 72, action: suggest}
    inspection_radius_m: 50
    evidence_required: true
    publication: immediate
    questions:
      - code: amount
        label: {vi: Nhiều ít?}
        datatype: singlevaluelist
        values:
          - {key: bag, name: {vi: Một túi}}
          - {key: truck, name: {vi: Một xe}, danger: true}
      - {code: metres, label: {vi: Mấy mét?}, datatype: number}
  - code: litter.dump
    parent: litter
    name: {vi: Bãi rác, en: Dump}
    duplicates: {radius_m: 40, window_hours: 24}
"""

DEPARTMENTS = """\
departments:
  - {code: desk, name: {vi: Trung tâm điều hành}, kind: city}
  - {code: desk.night, parent: desk, name: {vi: Ca đêm}, kind: city}
  - {code: cleaners, name: {vi: Công ty Môi trường}, kind: company}
"""

POLICIES = """\
policies:
  - code: standard
    name: {vi: Thông thường}
    accept: {amount: 8, unit: working_hours}
    resolve: {amount: 7, unit: working_days}
    extension: {max_count: 1, max_total: {amount: 3, unit: working_days}}
  - code: urgent
    name: {vi: Khẩn}
    accept: {amount: 1, unit: hours}
    resolve: {amount: 1, unit: working_days}
"""

RULES = """\
rules:
  - number: 1
    name: {vi: Rác thải}
    categories: [litter]
    lead: ward
    policy: standard
  - number: 2
    name: {vi: Bãi rác nội thị}
    categories: [litter.dump]
    areas: [inner]
    when: [{attribute: amount, op: equals, value: truck}]
    lead: desk.night
    supports: [ward]
    executor: cleaners
    policy: urgent
"""

AREAS = """\
valid_from: 2025-07-01
units:
  - {code: "101", name: Đông, kind: phường, other_names: [Đông Hoà]}
  - {code: "102", name: Tây, kind: phường}
  - {code: "103", name: Nam, kind: xã}
groups:
  - {code: inner, name: {vi: Nội thị}, units: ["101", "102"]}
"""

FORMER = """\
# Made up for tests.
code,name,kind,district,lon,lat,unit
1,Đông Hòa,phường,Quận Một,106.7,9.6,101
2,Đông Thạnh,xã,Quận Một,106.8,9.4,101
3,Tây Lộc,phường,Quận Một,106.3,9.7,102
4,Phú Lâm,xã,Huyện Hai,106.5,9.2,103
5,Phú Lâm,thị trấn,Quận Một,106.2,9.5,102
"""

FILES = {
    "city.yaml": CITY,
    "categories.yaml": CATEGORIES,
    "departments.yaml": DEPARTMENTS,
    "policies.yaml": POLICIES,
    "rules.yaml": RULES,
    "areas.yaml": AREAS,
    "former_units.csv": FORMER,
}


def write_city(folder: Path, **changed: str | None) -> Path:
    """The sample city in `folder`; `rules="…"` writes another rules.yaml, `rules=None` leaves it out."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        wanted = changed.get(name.split(".")[0], text)
        if wanted is not None:
            (folder / name).write_text(wanted, encoding="utf-8")
    return folder
