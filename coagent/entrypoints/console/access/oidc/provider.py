"""The identity provider: what it says of itself, its keys, and who it says has logged in."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from joserfc.jwk import KeySet

from coagent.console_settings import ConsoleSettings, may_carry_secrets
from coagent.entrypoints.console.access.limits import Limit
from coagent.entrypoints.console.access.oidc.asking import Client, asking, fetched
from coagent.entrypoints.console.access.oidc.failures import NotAdmitted, ProviderFailed
from coagent.entrypoints.console.access.oidc.id_token import Expected, UnknownKey, claims_of
from coagent.entrypoints.console.access.oidc.metadata import Metadata, Published, Tokens
from coagent.entrypoints.console.access.oidc.pending import Pending

WELL_KNOWN = "/.well-known/openid-configuration"
KEPT = timedelta(hours=1)
"""What it said of itself and its keys; a key that is not known is asked for at once."""
ASKS = (10, 3.0)
"""At once, then one every so many seconds: questions that somebody without a login can cause."""


class Provider:
    """At `issuer`. All its methods that ask raise ProviderFailed."""

    def __init__(self, issuer: str, client: Client) -> None:
        self.issuer, self.client = issuer, client
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._asks = Limit(*ASKS)

    async def address(self, pending: Pending, now: datetime) -> str:
        """Where the browser goes to log in."""
        metadata = await self._known(now)
        async with asking(self.client, metadata) as http:
            address, _ = http.create_authorization_url(
                metadata.authorization_endpoint,
                state=pending.state,
                nonce=pending.nonce,
                code_verifier=pending.verifier,
            )
        return str(address)

    async def claims(self, code: str, pending: Pending, now: datetime) -> Mapping[str, Any]:
        """Who logged in, for a code, which is good once. Raises NotAdmitted too."""
        tokens = await self._tokens(code, pending, now)
        expected = Expected(self.issuer, self.client.client_id, pending.nonce, tokens.access_token)
        try:
            return claims_of(tokens.id_token, await self._known_keys(now), expected, now)
        except UnknownKey:
            keys = await self._published_keys(now)
        try:
            return claims_of(tokens.id_token, keys, expected, now)
        except UnknownKey:
            raise NotAdmitted("the identity provider's token was not accepted: its key is unknown") from None

    async def _tokens(self, code: str, pending: Pending, now: datetime) -> Tokens:
        metadata = await self._known(now)
        async with asking(self.client, metadata) as http:
            said = await http.fetch_token(
                metadata.token_endpoint, grant_type="authorization_code", code=code, code_verifier=pending.verifier
            )
            return msgspec.convert(dict(said), Tokens)

    async def _known_keys(self, now: datetime) -> KeySet:
        if self._keys is None or now - self._keys[0] > KEPT:
            return await self._published_keys(now)
        return self._keys[1]

    async def _published_keys(self, now: datetime) -> KeySet:
        metadata = await self._known(now)
        async with asking(self.client, metadata) as http:
            published = await fetched(http, metadata.jwks_uri, Published)
            keys = KeySet.import_key_set({"keys": published.keys})
        self._keys = now, keys
        return keys

    async def _known(self, now: datetime) -> Metadata:
        if self._metadata is None or now - self._metadata[0] > KEPT:
            if not self._asks.allows("metadata"):
                raise ProviderFailed("the identity provider did not answer a moment ago: wait a minute")
            async with asking(self.client, None) as http:
                metadata = await fetched(http, self.issuer.rstrip("/") + WELL_KNOWN, Metadata)
            self._metadata = now, self._checked(metadata)
        return self._metadata[1]

    def _checked(self, metadata: Metadata) -> Metadata:
        if metadata.issuer != self.issuer:
            raise ProviderFailed(
                f"the identity provider calls itself {metadata.issuer}, COAGENT_CONSOLE__OIDC_ISSUER says {self.issuer}"
            )
        for address in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri):
            if not may_carry_secrets(address):
                raise ProviderFailed(f"the identity provider names an address without TLS: {address}")
        return metadata


def provider_of(settings: ConsoleSettings, redirect_uri: str) -> Provider:
    """Of settings that name one."""
    assert settings.oidc_issuer
    assert settings.oidc_client_id
    secret = settings.oidc_client_secret
    client = Client(
        settings.oidc_client_id, secret.get_secret_value() if secret else None, settings.oidc_scopes, redirect_uri
    )
    return Provider(settings.oidc_issuer, client)
