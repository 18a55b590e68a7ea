"""Finder of identifiers of persons in free text, apart from telephone numbers: e-mail addresses, identity
cards, passports, number plates, bank accounts and cards. Names cannot be told from other words and stay.

Sources of the forms: identity number of 12 digits beginning with a province code 001-096 (Circular
59/2021/TT-BCA), number plates (Circular 24/2023/TT-BCA), bank cards of 16 digits (Napas, Visa, Mastercard).
"""

from __future__ import annotations

import re

HIDDEN = "•••••••"

_SPACE = r"[\s\u00a0\u200b-\u200d\u2060\ufeff\u00ad]"
_SAID_AT = r"\ba[ \-_]?c(?:òng|ong)\b"
_BRACKETED_ATS = ("at", "a", "@", r"a[ \-]?còng", r"a[ \-]?cong", "a móc", "a moc")
_BRACKETED = rf"[(\[{{<|]\s?(?:{'|'.join(_BRACKETED_ATS)})\s?[)\]}}>|]"
_ATS = ("@", _BRACKETED, _SAID_AT, r"(?<= )-?at-?(?= )")
_AT = rf"{_SPACE}{{0,2}}(?:{'|'.join(_ATS)}){_SPACE}{{0,2}}"
_DOTS = (r"\.", ",", r"\(dot\)", r"\[dot\]", r"\(chấm\)", r"(?<= )-?(?:chấm|cham|dot)-?(?= )")
_DOT = rf"{_SPACE}{{0,2}}(?:{'|'.join(_DOTS)}){_SPACE}{{0,2}}"
_TOP = r"(?:com|vn|net|org|edu|gov|info|biz|io|me|asia|name|co|us|uk|jp|kr|cn|fr|de|au|xyz|online|site|top)"
_PROVIDERS = "gmail|yahoo|hotmail|outlook|icloud|zoho|fpt|viettel|vnpt|vnn|live"
_EMAIL = re.compile(
    rf"[\w.%+\-]{{1,64}}(?:@[\w\-]+(?:\.[\w\-]+)+|{_AT}[\w\-]+(?:{_DOT}[\w\-]+){{0,3}}{_DOT}{_TOP}\b"
    rf"|{_SPACE}{{0,2}}(?:@|{_BRACKETED}|{_SAID_AT}){_SPACE}{{0,2}}(?:{_PROVIDERS})\b"
    rf"|[*#&](?:{_PROVIDERS})\.{_TOP}\b)"
    # The underscore is a letter of names: in a pattern of its own, which cannot be read in two ways.
    r"|[a-z0-9.]{1,64}_at_[a-z0-9]{1,64}(?:_dot_[a-z0-9]{1,20}){1,3}",
    re.IGNORECASE,
)
_NAMED_EMAIL = re.compile(
    r"(?P<named>(?<!\w)(?:e-?mail|mail)(?:[\s:]|(?:của|cua|em|tôi|toi|mình|minh|là|la)(?!\w)){1,12})"
    rf"[\w.+\-]{{3,64}} (?:{_PROVIDERS})\.{_TOP}\b",
    re.IGNORECASE,
)
_MAY_BE_EMAIL = re.compile(r"@|[(\[{<|]\s?a|[ \-_]at[ \-_]|c[òo]ng|[*#&][a-z]|mail", re.IGNORECASE)

# Where a link opens a talk with one person, or their profile.
_PERSON_LINK = re.compile(
    r"(?<![\w.])(?:https?://)?(?:www\.|m\.|vi-vn\.)?"
    r"(?:zalo\.me|chat\.zalo\.me|m\.me|t\.me|telegram\.me|wa\.me|api\.whatsapp\.com|fb\.com|fb\.me"
    r"|facebook\.com|instagram\.com|tiktok\.com/@)/?[^\s<>\"']*[^\s<>\"'.,;:!?)]"
    r"|(?<!\w)(?:viber|zalo|tg|whatsapp|skype|fb|fb-messenger)://?[^\s<>\"']+",
    re.IGNORECASE,
)
_MAY_BE_LINK = re.compile(r"\.me/|://|\.com/", re.IGNORECASE)

_PARTED = r"[ ._\-\u00a0\u2002-\u200b\u2010-\u2015\u202f]?"
_CITIZEN_ID = re.compile(
    rf"(?<![\d.,])0(?:0[1-9]|[1-8]\d|9[0-6])(?:{_PARTED}\d){{9}}(?!\d)(?![.,\-]\d)"
    # With the letter that looks like a zero, as a word of its own.
    r"|(?<![\w.,])(?=\w{12}(?!\w))(?=(?:[Oo]*\d){5})[0Oo](?:[0Oo][1-9]|[1-8][\dOo]|9[0-6Oo])[\dOo]{9}"
)
_CARDS = (
    ("cccd", "cmnd", "cmtnd", "cmt", r"căn\s+cước(?:\s+công\s+dân)?", "can cuoc"),
    (r"chứng\s+minh(?:\s+nhân\s+dân|\s+thư)?", r"chung\s+minh(?:\s+nhan\s+dan)?"),
    (
        "hộ chiếu",
        "ho chieu",
        "passport",
        "giấy tờ",
        "gplx",
        "bằng lái",
        r"giấy\s+phép\s+lái\s+xe",
        r"giay\s+phep\s+lai\s+xe",
        "bhxh",
        "bhyt",
        "thẻ bảo hiểm",
    ),
    (
        r"mã\s+số\s+thuế",
        r"ma\s+so\s+thue",
        "mst",
        r"định\s+danh",
        r"dinh\s+danh",
        r"hc(?=[\s:]{1,3}[a-z]\d{7})",
    ),
)
# What stands between the word and the number: "số CMND của ông ấy là …".
_OF_WHOM = (
    "số|so|no|của|cua|là|la|tôi|toi|mình|em|anh|chị|chi|ông|ong|bà|ấy|cá nhân|ca nhan|mang|"
    "cũ|cu|mới|moi|cấp|cap|gốc|goc"
)
_NAMED_ID = re.compile(
    rf"(?P<named>(?<!\w)(?:{'|'.join('|'.join(row) for row in _CARDS)})"
    rf"(?:[\s:.\-]|(?:{_OF_WHOM})(?!\w)){{0,14}})"
    r"(?P<value>[A-Z]{0,4}\s?\d(?:[ .\-/_\u2009\u2010-\u2015]?\d){6,14})(?!\d)",
    re.IGNORECASE,
)

_PROVINCE = r"(?:1[1-9]|[2-9]\d)"
# Five figures after a series are a plate whatever stands before; four may be a flat, so they need a
# motorcycle's series (letter and digit) or the word.
_SERIES = r"(?:[A-Z]{1,2}|MĐ|ĐA)\d?"
_HYPHEN = r"[ \-._:*\u2010-\u2015]"
_PLATE = re.compile(
    rf"(?<![\w/]){_PROVINCE}{_HYPHEN}{{0,3}}{_SERIES}{_HYPHEN}{{0,3}}\d{{3}}[. ]?\d{{2}}(?![\w/])"
    # With the dot of the newer plates, the series may be in small letters or stand on a line of its own.
    rf"|(?<![\w/]){_PROVINCE}{_HYPHEN}{{0,3}}(?i:{_SERIES})(?:{_HYPHEN}{{1,3}}|\s?\n\s?)\d{{3}}\.\d{{2}}(?![\w/])"
    # So may it where figures follow a mark.
    rf"|(?<![\w/]){_PROVINCE}-?(?i:{_SERIES})[\-.\u2010-\u2015]\d{{5}}(?![\w/])"
    rf"|(?<![\w/]){_PROVINCE}[ \-.]?[A-Z][0-9A-Z][ \-.]{{1,2}}\d{{4}}(?![\w/])"
    rf"|(?<![\w/])(?:TM|TC|TH|TT|TK|TN|AA|AB|AT|BB|BC|BH|BT|KA|KB|KC|KK|KP|KT|KV|PA|PP|QA|QB|QH|QM)"
    r"[ \-]\d{2}[ \-]\d{2}(?![\w/])"
    rf"|(?<![\w/]){_PROVINCE}[ \-]\d{{3}}[ \-](?:NG|NN|QT)[ \-]\d{{2}}(?![\w/])",
)
_PLATES = ("biển số", "bien so", "biển kiểm soát", "biển", "bks", "bsx", "bs")
_NAMED_PLATE = re.compile(
    rf"(?P<named>(?<!\w)(?:{'|'.join(_PLATES)})(?:[\s:.]|xe|là|la){{0,8}})"
    rf"(?P<value>{_PROVINCE}{_HYPHEN}{{0,3}}{_SERIES}(?:{_HYPHEN}{{0,3}}|\s?\n\s?)"
    rf"\d{{3}}[. ]?\d{{1,2}})(?![\w/])",
    re.IGNORECASE,
)
_VEHICLES = (
    r"xe(?:\s+(?:máy|may|tải|tai|con|khách|khach|hơi|hoi|ben|bồn|bon|ô\s?tô|oto|ôtô|số|so|mang|có|co))?",
    "ô tô|ôtô|o to|oto|otô",
)
_VEHICLE_PLATE = re.compile(
    rf"(?P<named>(?<!\w)(?:{'|'.join(_VEHICLES)})[\s:]{{1,3}})"
    rf"(?P<value>{_PROVINCE}-?{_SERIES}[ \-.\u2010-\u2015]?(?:\d{{3}}[. ]?\d{{2}}|\d{{4}}))(?![\w/])",
    re.IGNORECASE,
)

_BANKS = (
    r"vietin|techcom|"
    r"vcb|vietcombank|vietinbank|ctg|bidv|agribank|mb|mbbank|mb bank|techcombank|tcb|acb|vpbank|tpbank|"
    r"sacombank|stb|hdbank|shb|vib|ocb|msb|seabank|eximbank|scb|lpbank|lienvietpostbank|momo|ngân hàng"
)
_CURRENCY = "(?:đ|đồng|dong|vnđ|vnd|k|nghìn|ngàn|triệu|tr|tỷ)"
_ACCOUNTS = (
    (
        "stk",
        "số tk",
        "so tk",
        "số tài khoản",
        "so tai khoan",
        "tài khoản",
        "tai khoan",
        "tk",
        "account",
        r"acc(?:\s+no)?(?=[\s.:])",
    ),
    ("chuyển khoản", "chuyen khoan", "ck"),
)
_BEFORE = ("ngân hàng", "ngan hang", "nh", "qua", "vào", "cho", "ở", "tại", "tai", "nhận", "nhan", _OF_WHOM)
_ACCOUNT = re.compile(
    rf"(?P<named>(?<!\w)(?:{'|'.join('|'.join(row) for row in _ACCOUNTS)})"
    rf"(?:[\s:.\-_()\u2010-\u2015]|(?:{'|'.join(_BEFORE)}|{_BANKS})(?!\w)){{0,16}})"
    r"(?P<value>(?!\d{1,3}(?:\.\d{3}){0,3}\.000(?![.\d]))\d(?:[ .\-]?\d){5,18})(?!\d)"
    rf"(?!\s?{_CURRENCY}(?!\w))",
    re.IGNORECASE,
)
_AT_A_BANK = re.compile(
    rf"(?<![\d.,])\d(?:[ \-]?\d){{7,18}}(?=[\s,(\-]{{1,3}}(?:{_BANKS})(?!\w))", re.IGNORECASE
)
# Eight figures and more: fewer may be a house ("Vietcombank 78 Hùng Vương"), and prices have another form.
_BANK_FIRST = re.compile(
    rf"(?P<named>(?<!\w)(?:{_BANKS})(?:\s+bank)?(?:\s{{0,2}}[:\-\u2010-\u2015]\s{{0,2}}|\s{{1,2}}))"
    r"(?P<value>(?!1[89]00)\d(?:[ .\-]?\d){7,18})(?![.,]?\d)"
    rf"(?!\s?{_CURRENCY}(?!\w))",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![\d.,])(?:9704|4\d{3}|5[1-5]\d{2})(?:[ \-]?\d{4}){3}(?:[ \-]?\d{3})?(?!\d)")

_NAMED = (_NAMED_ID, _NAMED_PLATE, _VEHICLE_PLATE, _ACCOUNT, _BANK_FIRST)
_PLAIN = (_CITIZEN_ID, _CARD, _AT_A_BANK, _PLATE)
_NUMERIC = re.compile(r"\d(?:[\s.\-_\u2010-\u2015A-Za-zĐđ]{0,9}\d){4}|[A-Z]{2}[ \-]\d{2}[ \-]\d")
"""What every identifier with figures has in it: most texts have not and need no closer look (500 µs → 40)."""


def hide_identifiers(text: str) -> str:
    """Return the text with each identifier replaced; digits are expected to be ASCII."""
    shown = _PERSON_LINK.sub(HIDDEN, text) if _MAY_BE_LINK.search(text) else text
    if _MAY_BE_EMAIL.search(shown):
        shown = _EMAIL.sub(HIDDEN, shown)
        shown = _NAMED_EMAIL.sub(lambda found: found["named"] + HIDDEN, shown)
    if not _NUMERIC.search(shown):
        return shown
    for pattern in _NAMED:
        shown = pattern.sub(lambda found: found["named"] + HIDDEN, shown)
    for pattern in _PLAIN:
        shown = pattern.sub(HIDDEN, shown)
    return shown
