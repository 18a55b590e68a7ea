"""Name of the provider that an account signs in by, for pages."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from service.models import StaffIdentity
from service.web.dependencies import Resources


def provider_of(resources: Resources, identities: Sequence[StaffIdentity]) -> str:
    """Return the provider's name on the button, or its host; empty for an account that signs in by
    password alone.
    """
    if not identities:
        return ""
    named = resources.oidc.name if resources.oidc is not None else ""
    return named or urlsplit(identities[-1].issuer).hostname or identities[-1].issuer
