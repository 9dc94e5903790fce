"""Settings of the console: `COAGENT_CONSOLE__<FIELD>`."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from coagent.settings_group import Group, Name


class ConsoleSettings(Group):
    """Pages for a browser, see docs/console.md. Without `public_url` it is for this machine alone."""

    host: Name = Field("127.0.0.1", description="address to listen at; beyond this machine it needs public_url")
    port: int = Field(8701, ge=0, le=65535, description="port; 0: any free one")
    public_url: str | None = Field(None, description="https://… that people open; then a login is needed")
    passwords: dict[str, SecretStr] = Field({}, description="name to hash of `coagent console password`, as JSON")
    deciders: tuple[Name, ...] = Field((), description="who of them may decide too, as JSON")
    idle_hours: float = Field(4.0, gt=0, le=720, description="hours without use after which a session is over")
    session_hours: float = Field(24.0, gt=0, le=720, description="hours after which a session is over in any case")

    @field_validator("public_url")
    @classmethod
    def _is_https(cls, url: str | None) -> str | None:
        if url is not None and not _may_carry_secrets(url):
            raise ValueError("write https://host, or http:// of this machine for a test")
        return url

    @property
    def has_login(self) -> bool:
        return bool(self.passwords)


def _may_carry_secrets(url: str) -> bool:
    parts = urlsplit(url)
    try:
        is_here = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        is_here = parts.hostname == "localhost"
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_here))
