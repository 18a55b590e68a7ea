"""Words that offices do not use stay replaced, in Vietnamese and in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import service

CATALOGUE = (Path(service.__file__).parent / "i18n" / "en.po").read_text()

VIETNAMESE = (
    "khiếu nại trong",
    "Điều phối viên đang xem",
    "ồng hồ dừng",
    "hông phải việc của đơn vị",
    "Hẹn giờ",
    "thay đổi hẹn giờ",
    "Người giữ việc",
    "Ai giữ",
    "Ai làm gì",
    'iao ai"',
    "báo xấu",
    "thư rác",
    "Nhập hộ người gọi",
    "Người gọi kể gì",
    "àm cùng lúc",
    "đưa ra khỏi bàn",
    "Đơn vị thi công",
    "vẫn nhận trong",
    "Đưa lên bàn điều phối",
    "Tự hoàn thành sau",
    "hỗ trống và xung đột",
    "nói khác nhau",
    "Chín phần mười",
    "không ai nhập tay",
    "vụ cần kiểm tra",
    "Lý do kiểm tra như vậy",
    "Tách khỏi phản ánh đã gộp",
    "xoá",
    "khoá",
    "toạ độ",
)
ENGLISH = ("Passed on", "Parted", "Given to me", "Given to nobody", "Nine in ten", "League of")


@pytest.mark.parametrize("words", [*VIETNAMESE, *ENGLISH])
def test_no_sentence_says_it_again(words: str) -> None:
    found = [line for line in CATALOGUE.splitlines() if re.match('msg|"', line) and words in line]
    assert found == []
