"""What a provider publishes and answers, as far as it is needed."""

from typing import Any

import msgspec


class Metadata(msgspec.Struct, frozen=True):
    """What is needed of OpenID Connect Discovery 1.0, section 3."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str | None = None


class Published(msgspec.Struct, frozen=True):
    """A JWK set (RFC 7517)."""

    keys: list[dict[str, Any]]
