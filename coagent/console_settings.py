"""Settings of the console: `COAGENT_CONSOLE__<FIELD>`."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from coagent.settings_group import Group, Name

EVERYBODY = "*"
"""Who has a login at the identity provider."""


class ConsoleSettings(Group):
    """Pages for a browser, see docs/console.md. Without `public_url` it is for this machine alone."""

    host: Name = Field("127.0.0.1", description="address to listen at; beyond this machine it needs public_url")
    port: int = Field(8701, ge=0, le=65535, description="port; 0: any free one")
    public_url: str | None = Field(None, description="https://… that people open; then a login is needed")
    passwords: dict[str, SecretStr] = Field({}, description="name to hash of `coagent console password`, as JSON")
    deciders: tuple[Name, ...] = Field((), description="who of them may decide too, as JSON")
    oidc_issuer: str | None = Field(
        None, description="https://… of an identity provider (OpenID Connect), to log in at"
    )
    oidc_client_id: Name | None = Field(None, description="how it knows this console")
    oidc_client_secret: SecretStr | None = Field(None, description="its secret; unset: a public client, by PKCE alone")
    oidc_scopes: tuple[Name, ...] = Field(("openid", "profile", "email"), description="what it is asked for, as JSON")
    oidc_user_claim: Name = Field("email", description="claim of the ID token that names people; an email is verified")
    oidc_role_claim: Name = Field("groups", description="claim of the ID token, a text or a list, that says who may")
    oidc_readers: tuple[Name, ...] = Field((), description='its values that may read, as JSON; "*": everybody there')
    oidc_deciders: tuple[Name, ...] = Field((), description="its values that may read and decide, as JSON")
    idle_hours: float = Field(4.0, gt=0, le=720, description="hours without use after which a session is over")
    session_hours: float = Field(24.0, gt=0, le=720, description="hours after which a session is over in any case")

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _is_https(cls, url: str | None) -> str | None:
        if url is not None and not may_carry_secrets(url):
            raise ValueError("write https://host, or http:// of this machine for a test")
        return url

    @model_validator(mode="after")
    def _says_who_logs_in_at_the_issuer(self) -> "ConsoleSettings":
        if self.oidc_issuer is not None and self.oidc_client_id is None:
            raise ValueError("OIDC_ISSUER needs OIDC_CLIENT_ID, as the identity provider calls this console")
        if self.oidc_issuer is not None and not (self.oidc_readers or self.oidc_deciders):
            raise ValueError("nobody may log in at OIDC_ISSUER: name groups in OIDC_READERS or OIDC_DECIDERS")
        return self

    @property
    def has_login(self) -> bool:
        return bool(self.passwords) or self.oidc_issuer is not None

    @property
    def oidc_host(self) -> str | None:
        return urlsplit(self.oidc_issuer).hostname if self.oidc_issuer else None


def may_carry_secrets(url: str) -> bool:
    """Whether it goes over TLS, or does not leave this machine."""
    parts = urlsplit(url)
    try:
        is_here = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = parts.hostname == "localhost"
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))
