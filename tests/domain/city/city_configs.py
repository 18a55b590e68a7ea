"""Reference data with another configuration of the city."""

from __future__ import annotations

from dataclasses import replace

from service.domain.city.config import CityConfig, read_config
from service.domain.city.reference import Reference

SMALLEST = CityConfig(bbox=(107.5, 16.4, 107.6, 16.45), working_hours={})
"""What every city must say, and nothing more."""


def with_config(reference: Reference, **changes: object) -> Reference:
    """Return the reference data with these keys of the configuration, as they would be stored."""
    return replace(reference, config=read_config({**reference.config.model_dump(mode="json"), **changes}))
