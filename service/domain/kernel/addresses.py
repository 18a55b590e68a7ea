"""E-mail addresses and telephone numbers in their one spelling; not whose they are."""

from __future__ import annotations

import re
import unicodedata

import idna
import phonenumbers
from phonenumbers import PhoneNumberType

from service.domain.kernel.texts import tidy

LONGEST, LONGEST_LOCAL = 254, 64

_WRAPPED = re.compile(r"[^<>@]*<([^<>]+)>[,;.]*")
"""`Lan <lan@vidu.vn>`, as mail programmes copy it."""

_BEFORE, _AFTER = "<({\"'“‘« ", ">)}\"'”’»,;:. "
_DOTTED = re.compile(r"[a-z0-9_'+=&~^*#$?{}-]+(\.[a-z0-9_'+=&~^*#$?{}-]+)*", re.IGNORECASE)
"""No comma and no semicolon: servers read a list there. No `!` and `%`: some hand such mail on to others."""

_DOTLESS_DOMAINS = frozenset({"gmail.com", "googlemail.com"})
_TEXTED = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def tidy_mailbox(text: str) -> str | None:
    """Return the e-mail address as a mail server takes it, the domain in ASCII; None for what is none.

    What people copy along goes: `mailto:`, a name with angle brackets, punctuation around. An address that
    only some servers could reach (letters with marks before the `@`, quoted names, numeric hosts) is none.
    """
    plain = tidy(unicodedata.normalize("NFKC", text))
    if found := _WRAPPED.fullmatch(plain):
        plain = found[1]
    plain = re.sub(r"^[<\"' ]*mailto:", "", plain, flags=re.IGNORECASE)
    local, at, domain = plain.lstrip(_BEFORE).rstrip(_AFTER).rpartition("@")
    host = _host(domain)
    if not at or host is None or len(local) > LONGEST_LOCAL or not _DOTTED.fullmatch(local):
        return None
    address = f"{local}@{host}"
    return address if len(address) <= LONGEST else None


def mailbox_key(address: str) -> str:
    """Return what is the same for every spelling that reaches one mailbox: small letters, no `+tag`, and no
    dots where the provider ignores them. For counting, never for sending.
    """
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '') if domain in _DOTLESS_DOMAINS else local}@{domain}"


def may_be_texted(phone: str, region: str) -> bool:
    """Return whether an SMS may go to the number: a mobile one of the region, so that nobody pays abroad."""
    try:
        number = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.is_valid_number_for_region(number, region)
        and phonenumbers.number_type(number) in _TEXTED
    )


def _host(domain: str) -> str | None:
    try:
        host = idna.encode(domain.lower(), uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return None
    labels = host.split(".")
    plain = all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", label) for label in labels)
    return host if plain and len(labels) > 1 and not labels[-1].isdigit() else None
