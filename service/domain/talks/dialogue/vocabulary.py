"""Lists of words, written as a text: what leads to a place in a sentence, and what belongs to no name."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


STRONG = word_set("duong pho kiet hem ngo ngach goc so nga doan d/c dc kdt kqh sn k")
NEAR = word_set(
    """o tai gan truoc canh ben doi dien cho cau truong benh bv chua ho hoc nha sau tren duoi ubnd khu thon
    to cong phuong xa ngay dau cuoi vien lang ga cua trong doc"""
)
KINDS_OF_PLACES = word_set("benh bv cau truong chua cong vien lang ga")
ENGLISH_LEADS = word_set("at near opposite behind beside outside")
INSIDE = word_set("o tai tren ngay doc trong") | ENGLISH_LEADS
UNITS = word_set("phuong p f xa x")
MEASURES = word_set("ngay tuan gio phut bua hom tui bao cai nguoi xe met m km tan kg thung h")
MEASURES |= {"ngày", "tuần", "tháng", "năm", "giờ", "phút", "bữa", "hôm", "lần", "túi", "cái", "người"}
MEASURES |= {"bóng", "cột", "trụ", "mét", "tấn", "thùng"}
"""What a number in front of it counts, in its marks where others have a street of that name."""

STOPS = word_set(
    """bi co nhieu qua may hom roi khong ko k chua dang ai nho mong de boc gay rat lam voi nha a em anh chi
    giup xu tu nam lau suot luc ma thi la day do kia no cac ong ba dan moi nguoi di chay don tao tap mat con
    can nua hu hong toi thoi ngap tac nghen ngay nay sang chieu hoi ban bay rac xe cay den
    ni ri rua va"""
)

NO_NAMES = word_set(
    """hue tp thanh tinh quan huyen thi tt dem toi trua vua moi cu hay toan luon van thuong roi gay be sap
    nut hong tat ket un phia huong ve den dong nuoc mua gio nguy bui on boc chay cay dien day cap quang
    vut xa tran lun sut lo sau hang thung bai bon het hoac va hai giua tiep thay thieu mat dau nghe
    ben tren duoi trong ngoai truoc vi nen gap lien sat giap qua mau som nhanh that ghe kinh ao am mo
    tieng con nguoi tre bo meo chuot vao ra len xuong di lai tu phai trai cuoi lon nho rong hep cao thap"""
)
NO_NAMES |= {"dán"}
"""Words that go on behind a place's name and are no part of it, beside `STOPS`."""
