"""Whether an ID token is what it says (OpenID Connect Core 1.0, section 3.1.3.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from coagent.entrypoints.console.access.oidc.failures import NotAdmitted

SIGNATURES = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
"""By a key that the provider alone has: neither unsigned nor by a secret that clients share."""
LONGEST_HEADER = 8_192
"""Some providers send a certificate along, which is not looked at."""
LEEWAY_S = 60
"""Between two clocks. Convention."""


class UnknownKey(Exception):
    """Signed by a key that is not among the known: the provider may have changed them."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token has to say."""

    issuer: str
    client_id: str
    nonce: str
    access_token: str | None


def claims_of(id_token: str, keys: KeySet, expected: Expected, now: datetime) -> Mapping[str, Any]:
    """What it says, once all is checked. Raises UnknownKey, NotAdmitted."""
    must_say = {
        "iss": {"essential": True, "value": expected.issuer},
        "aud": {"essential": True, "value": expected.client_id},
    }
    params = {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token}
    registry = JWSRegistry(algorithms=SIGNATURES, strict_check_header=False)
    registry.max_header_length = LONGEST_HEADER
    try:
        token = jwt.decode(id_token, keys, registry=registry)
        claims = CodeIDToken(token.claims, token.header, must_say, params)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
    except InvalidKeyIdError as unknown:
        raise UnknownKey from unknown
    except (JoseError, ValueError) as problem:
        raise NotAdmitted(f"the identity provider's token was not accepted: {_reason(problem)}") from problem
    return dict(claims)


def _reason(problem: Exception) -> str:
    """Without what the token says: a claim's name at most."""
    kind = problem.error.replace("_", " ") if isinstance(problem, JoseError) else "not understood"
    return f"{kind} {getattr(problem, 'claim', '')}".strip()
