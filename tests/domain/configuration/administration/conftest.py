"""The room of the administrator."""

from tests.domain.configuration.administration.stage import room

__all__ = ["room"]
