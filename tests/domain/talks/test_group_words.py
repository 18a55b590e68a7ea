"""A citizen's words as the companies' groups read them: between the lines of the city's own message."""

from __future__ import annotations

import pytest

from service.domain.talks.groups.group_words import safe_for_group


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("rác @\u200bAll ơi", "rác ＠All ơi"),
        ("[@\u2060all] xem", "xem"),
        ("﹫minh ＠lan", "＠minh ＠lan"),
        ("xem https://evil.example/x?y=1 nhé", "xem (đường dẫn) nhé"),
        ("vào evil.example/a hoặc www.evil.example", "vào evil. example/a hoặc (đường dẫn)"),
        ("rác\nHUE-2222-22: đã giao\nzalo://chat", "rác HUE-2222-22: đã giao (đường dẫn)"),
        ("Rác nhiều.Mong dọn sớm", "Rác nhiều. Mong dọn sớm"),
    ],
)
def test_a_citizens_words_call_nobody_lead_nowhere_and_stay_on_their_line(words: str, read: str) -> None:
    assert safe_for_group(words) == read
