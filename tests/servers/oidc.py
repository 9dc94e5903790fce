"""An OpenID Connect provider, as strict as the standards say, with lies to order.

Sources: OpenID Connect Core 1.0 (sections 2, 3.1) and Discovery 1.0; RFC 6749 (sections 4.1, 5.2), RFC 7636 (S256),
RFC 9207. One client with one redirect address; codes are good once and for it alone. People log in by a button.
"""

import base64
import hashlib
import hmac
import html
import secrets
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote_plus, urlencode

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tests.servers.local import LocalServer, json

Claims = dict[str, Any]
CLIENT_ID, CLIENT_SECRET = "coagent-console", "a secret & more: 100 %"
SCOPES = frozenset({"openid", "profile", "email", "groups"})


@cache
def _first_key() -> RSAKey:
    """All servers' first one: to draw one takes 0.2 s."""
    return RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}, private=True)


class OidcServer(LocalServer):
    """`people`: claims by name. `lie(claims)` changes a token's claims before it is signed, `sign(claims)` signs it.
    `redirect_uri` is registered; `host` the name that the issuer has.
    """

    def __init__(self, people: dict[str, Claims], host: str = "127.0.0.1") -> None:
        super().__init__()
        self.people, self.host, self.redirect_uri = people, host, ""
        self.secret: str | None = CLIENT_SECRET
        self.key = _first_key()
        self.published = [self.key]
        self.lie: Callable[[Claims], Claims] = dict
        self.sign: Callable[[Claims], str] = self.signed
        self.codes: dict[str, dict[str, str]] = {}

    @property
    def issuer(self) -> str:
        return self.url.replace("127.0.0.1", self.host)

    def signed(self, claims: Claims) -> str:
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def rotate(self) -> None:
        """A new key signs, and is published."""
        self.key = RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"}, private=True)
        self.published = [self.key]

    def is_write(self, request: Request) -> bool:
        return not request.url.path.endswith("/authorize")

    async def answer(self, request: Request, body: bytes) -> Response:
        routes = {
            ("GET", "/.well-known/openid-configuration"): self._metadata,
            ("GET", "/keys"): self._keys,
            ("GET", "/authorize"): self._authorize,
            ("POST", "/consent"): self._consent,
            ("POST", "/token"): self._token,
        }
        route = routes.get((request.method, request.url.path))
        return route(request, dict(parse_qsl(body.decode()))) if route else json({}, 404)

    def _metadata(self, _request: Request, _form: dict[str, str]) -> Response:
        said = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            "authorization_response_iss_parameter_supported": True,
        }
        return json(said)

    def _keys(self, _request: Request, _form: dict[str, str]) -> Response:
        return json(KeySet(self.published).as_dict(private=False))

    def _authorize(self, request: Request, _form: dict[str, str]) -> Response:
        asked = dict(request.query_params)
        if asked.get("client_id") != CLIENT_ID or asked.get("redirect_uri") != self.redirect_uri:
            return HTMLResponse("unknown client or redirect address", 400)
        scopes = set(asked.get("scope", "").split())
        is_whole = asked.get("response_type") == "code" and "openid" in scopes and scopes <= SCOPES
        if not is_whole or asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return self._back(asked, error="invalid_request", error_description="PKCE, a code and openid are needed")
        fields = "".join(f'<input type="hidden" name="{k}" value="{html.escape(v)}">' for k, v in asked.items())
        names = [*self.people, "nobody"]
        buttons = "".join(f'<button name="person" value="{one}">{one}</button>' for one in names)
        return HTMLResponse(f'<title>Provider</title><form method="post" action="/consent">{fields}{buttons}</form>')

    def _consent(self, _request: Request, form: dict[str, str]) -> Response:
        if form["person"] == "nobody":
            return self._back(form, error="access_denied", error_description="<b>not today</b>")
        code = secrets.token_urlsafe(16)
        self.codes[code] = form
        return self._back(form, code=code)

    def _back(self, asked: dict[str, str], **said: str) -> Response:
        query = urlencode({**said, "state": asked.get("state", ""), "iss": self.issuer})
        return RedirectResponse(f"{self.redirect_uri}?{query}", 302)

    def _token(self, request: Request, form: dict[str, str]) -> Response:
        if not self._is_client(request, form):
            return json({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form.get("code", ""), None)
        if asked is None or form.get("grant_type") != "authorization_code":
            return json({"error": "invalid_grant", "error_description": "unknown code, or used"}, 400)
        if form.get("redirect_uri") != asked["redirect_uri"] or _challenge(form) != asked["code_challenge"]:
            return json({"error": "invalid_grant", "error_description": "another redirect address or verifier"}, 400)
        now, access_token = int(time.time()), secrets.token_urlsafe(16)
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {"sub": f"id-of-{asked['person']}"} | self.people[asked["person"]]
        id_token = self.sign(self.lie(claims))
        said = {"access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}
        return json(said, cache_control="no-store")

    def _is_client(self, request: Request, form: dict[str, str]) -> bool:
        if self.secret is None:
            return form.get("client_id") == CLIENT_ID
        scheme, _, said = request.headers.get("authorization", "").partition(" ")
        name, _, secret = base64.b64decode(said).decode().partition(":")
        is_right = hmac.compare_digest(unquote_plus(secret).encode(), self.secret.encode())
        return scheme == "Basic" and unquote_plus(name) == CLIENT_ID and is_right


def _challenge(form: dict[str, str]) -> str:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
