"""Tables of what is hidden, and the privacy ledger."""

from service.models.privacy.privacy import FileMove, Hiding, PrivacyEntry

__all__ = ["FileMove", "Hiding", "PrivacyEntry"]
