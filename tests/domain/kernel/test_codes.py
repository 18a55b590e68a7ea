"""Tracking codes in every spelling that people type, paste and copy."""

from __future__ import annotations

import pytest

from service.domain.kernel.codes import tidy_code

CODE = "HUE-7K3M-92"
SPELLINGS = [
    *("HUE-7K3M-92", "hue-7k3m-92", "HUE 7K3M 92", "HUE7K3M92", "HUE–7K3M–92", "HUE—7K3M—92"),
    *("HUE\u20117K3M\u201192", "HUE\u22127K3M\u221292", "HUE_7K3M_92", "HUE.7K3M.92", "HUE/7K3M/92"),
    *(" HUE-7K3M-92. ", "#HUE-7K3M-92", "HUE-7K3M-92,", "“HUE-7K3M-92”", "(HUE-7K3M-92)", "HUE--7K3M--92"),
    *("HUE-7K3M-92\u200b", "\u2068HUE-7K3M-92\u2069", "\ufeffHUE-7K3M-92", "HU\u00adE-7K3M-92"),
    *("ＨＵＥ－７Ｋ３Ｍ－９２", "HUE- 7K3M -92", "HUE\u00a07K3M\u00a092", "HUE-7K3M-92\n"),
    *("Mã: HUE-7K3M-92", "mã HUE-7K3M-92", "Mã số: HUE-7K3M-92", "Mã phản ánh: HUE-7K3M-92"),
    *("https://city.example/r/HUE-7K3M-92", "https://city.example/r/hue-7k3m-92?s=abc", "/r/HUE-7K3M-92"),
    *("http://127.0.0.1:8000/r/HUE-7K3M-92#story", "https://city.example/r/HUE-7K3M-92/"),
]
NONE = [
    "",
    "HUE-7K3M-9",
    "HUE-7K3M-923",
    "HUE-0K3M-92",
    "H-7K3M-92",
    "đống rác HUE-7K3M-92 ở đây",
    "HUE" * 200,
]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_code_is_read_in_any_spelling(typed: str) -> None:
    assert tidy_code(typed) == CODE


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert tidy_code(typed) is None
