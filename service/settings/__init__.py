"""Settings of an installation, read from the environment with the prefix `HIENTRUONG_`."""

from __future__ import annotations

from functools import lru_cache

from pydantic import ValidationError

from service.problems import SetupError, setting_fault
from service.settings.channels import ChannelSettings
from service.settings.environment import PREFIX
from service.settings.installation import InstallationSettings
from service.settings.sign_in import IdentitySettings


class Settings(ChannelSettings, IdentitySettings, InstallationSettings):
    """Every setting, its default and its meaning; the table of OPERATIONS.md is made from this class."""


@lru_cache
def get_settings() -> Settings:
    """Return the process's settings, read once. Raises SetupError that names what is missing or wrong."""
    try:
        return Settings()
    except ValidationError as error:
        raise SetupError(_what_to_set(error)) from None


def _what_to_set(error: ValidationError) -> str:
    lines = ["These settings are missing or wrong:"]
    for item in error.errors():
        name = str(item["loc"][0])
        meaning = Settings.model_fields[name].description or ""
        lines.append(f"  {variable_name(name)} {setting_fault(item['type'], item['msg'], meaning)}")
    return "\n".join([*lines, "All are listed in service/OPERATIONS.md."])


def variable_name(field: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{field.upper()}"
