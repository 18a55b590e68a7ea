"""Bodies of the routes of emulation that write, and what those are answered who may not."""

from __future__ import annotations

NEW_MOVEMENT: dict[str, object] = {
    "title": "Chủ nhật xanh",
    "issuer": "city-cables",
    "first": "2026-01-01",
    "last": "2026-06-30",
    "pools": [{"name": "Phường, xã", "units": ["ward-W1", "ward-W2"]}],
}
CRITERION = {"words": "Ra quân", "points": 100, "source": "self"}
OF_A_MOVEMENT: dict[tuple[str, str], dict[str, object]] = {
    ("PUT", ""): NEW_MOVEMENT,
    ("PUT", "/criteria"): {"criteria": [CRITERION], "version": 1},
    ("PUT", "/claims"): {"unit": "ward-W1", "claims": [{"criterion": 1, "points": 5}]},
    ("PUT", "/given"): {"unit": "ward-W1", "criterion": 1, "points": 5, "why": "Tốt", "version": 0},
    ("POST", "/comments"): {"unit": "ward-W1", "words": "Đề nghị xem lại"},
    ("PUT", "/comments/{comment_number}/answer"): {"answer": "Đã xem lại"},
    ("POST", "/corrections"): {"unit": "ward-W1", "points": 80, "why": "Cộng nhầm"},
    ("POST", "/transitions"): {"to": "open", "version": 1},
    ("POST", "/documents"): {"what": "submission"},
    ("POST", "/initiatives"): {
        "id": "4f3c2b1a-0000-4000-8000-000000000001",
        "unit": "ward-W1",
        "authors": ["manager"],
        "title": "Mã QR",
        "words": "Dán mã",
        "effect": "Nhanh hơn",
        "applied_on": "2026-03-01",
    },
    ("PUT", "/people/claims"): {"claims": [{"criterion": 2, "points": 5}]},
    ("PUT", "/people/given"): {"person": "manager", "criterion": 2, "points": 5, "version": 0},
    ("POST", "/awards"): {"id": "4f3c2b1a-0000-4000-8000-000000000002"},
    ("PUT", "/initiatives/{initiative}/vote"): {"agrees": True},
    ("POST", "/initiatives/{initiative}/decision"): {"recognised": False, "why": "Trùng"},
}
"""Asked of a movement that is not theirs to know of: there is none."""
FORMS = (
    "criteria",
    "steps",
    "documents",
    "sheet",
    "old-results",
    "units/{unit}/claims",
    "units/{unit}/comments",
    "units/{unit}/proofs/{proof}/remove",
    "given",
    "answers",
    "corrections",
    "initiatives",
    "initiatives/{initiative}/vote",
    "initiatives/{initiative}/decision",
    "awards",
    "people/claims",
    "people/proofs/{proof}/remove",
    "people/given",
    "awards/{code}/steps",
)
READING: dict[str, object] = {"unit": "city-cables", "month": "2026-01", "what": "kwh", "value": 1200}

NOBODYS = "2000000000"
"""Number of no movement."""
