"""Translation of a provider's claims into the fields of an account."""

from __future__ import annotations

from service.domain.kernel.addresses import tidy_mailbox
from service.domain.kernel.texts import tidy
from service.domain.people.identities import ProviderIdentity
from service.oidc.provider import Identified

LONGEST = 200


def presented(who: Identified) -> ProviderIdentity:
    """Name, account name and address; what is missing is made of what is there."""
    claims = who.claims
    subject = str(claims["sub"])
    verified = claims.get("email_verified")
    email = "" if verified is False else tidy_mailbox(_text_claim(claims, "email")) or ""
    username = _text_claim(claims, "preferred_username") or email
    whole = " ".join(
        part for part in (_text_claim(claims, "family_name"), _text_claim(claims, "given_name")) if part
    )
    return ProviderIdentity(
        issuer=str(claims["iss"]),
        subject=subject,
        username=username,
        name=_text_claim(claims, "name") or whole or username or subject[:LONGEST],
        email=email or None,
        email_verified=verified is True,
        language="en" if _text_claim(claims, "locale").lower().startswith("en") else "vi",
    )


def _text_claim(claims: dict[str, object], name: str) -> str:
    found = claims.get(name)
    whole = found.encode("utf-8", "ignore").decode() if isinstance(found, str) else ""
    return tidy(whole)[:LONGEST].strip()
