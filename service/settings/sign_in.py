"""Settings of signing in: leaked passwords, and an OpenID provider."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from service.network.safe_urls import is_safe
from service.settings.environment import EnvironmentSettings


class IdentitySettings(EnvironmentSettings):
    """Settings of how staff sign in; without any, by name and password alone."""

    breached_passwords: Path | None = Field(
        default=None,
        description="A file of leaked passwords, plain or as SHA-1 in hexadecimal; nobody may choose those.",
    )
    oidc_issuer: str = Field(
        default="",
        description="An OpenID provider that staff may sign in by, as `https://id.city.example/realms/staff`; empty for none. What its claims mean is `sign_in` in `city.yaml`.",  # noqa: E501
    )
    oidc_client_id: str = Field(
        default="", validate_default=True, description="What the provider knows this service as."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Its secret there; without one it is a public client (PKCE is always used)."
    )
    oidc_name: str = Field(default="", max_length=60, description="The provider's name on the button.")
    oidc_scopes: str = Field(
        default="openid profile email",
        pattern=r"^(.* )?openid( .*)?$",
        description="What is asked for; add the scope that brings groups, where there is one.",
    )
    oidc_second_factor: str = Field(
        default="",
        description="Values of `amr` or `acr`, with spaces between, by which the provider says that it checked a second factor; everyone else is asked for their own where one is needed.",  # noqa: E501
    )
    oidc_link_by_email: bool = Field(
        default=False,
        description="Whether somebody new at the provider gets the one account that has the same e-mail, if the provider has verified it.",  # noqa: E501
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _not_overheard(cls, issuer: str) -> str:
        if issuer and not is_safe(issuer):
            raise ValueError("expected an https address (http only on this machine)")
        return issuer

    @field_validator("oidc_client_id")
    @classmethod
    def _known_there(cls, client_id: str, info: ValidationInfo) -> str:
        if info.data.get("oidc_issuer") and not client_id:
            raise ValueError("needed with HIENTRUONG_OIDC_ISSUER")
        return client_id
