"""Questions to a provider over HTTP."""

import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote_plus

import httpx2
import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.errors import JoseError

from coagent.entrypoints.console.access.oidc.failures import ProviderFailed
from coagent.entrypoints.console.access.oidc.metadata import Metadata

TIMEOUT_S = 10.0
"""People wait for it."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Client:
    """How it knows us."""

    client_id: str
    secret: str | None
    scopes: tuple[str, ...]
    redirect_uri: str


@asynccontextmanager
async def asking(client: Client, metadata: Metadata | None) -> AsyncIterator[AsyncOAuth2Client]:
    """A client of ours; what goes wrong with it is said in words."""
    http = AsyncOAuth2Client(
        client.client_id,
        client.secret,
        token_endpoint_auth_method=_auth_method(client, metadata),
        scope=" ".join(client.scopes),
        redirect_uri=client.redirect_uri,
        code_challenge_method="S256",
        timeout=TIMEOUT_S,
        verify=_trusted(),
    )
    http.register_client_auth_method(("client_secret_basic", _basic))
    try:
        async with http:
            yield http
    except httpx2.HTTPStatusError as error:
        raise ProviderFailed(f"the identity provider answered with status {error.response.status_code}") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise ProviderFailed(f"the identity provider did not answer: {str(error) or type(error).__name__}") from error
    except AuthlibBaseError as error:
        raise ProviderFailed(f"the identity provider refused: {error.error} {error.description}".strip()) from error
    except (msgspec.MsgspecError, JoseError, ValueError) as error:
        raise ProviderFailed(f"the identity provider's answer is not understood: {error}") from error


async def fetched(http: AsyncOAuth2Client, address: str, kind: type[T]) -> T:
    """What is at that address."""
    answer = await http.request("GET", address, withhold_token=True)
    answer.raise_for_status()
    return msgspec.json.decode(answer.content, type=kind)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we trust: to read all authorities takes 30 ms, once a process."""
    return httpx2.create_ssl_context()


def _basic(client: Any, _method: str, uri: str, headers: dict[str, str], body: str) -> tuple[str, dict[str, str], str]:
    """As authlib's own, but each part is form-encoded first (RFC 6749, 2.3.1): a secret may have any characters."""
    said = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    headers["Authorization"] = f"Basic {base64.b64encode(said.encode()).decode()}"
    return uri, headers, body


def _auth_method(client: Client, metadata: Metadata | None) -> str:
    """As it may be asked for a token: without a secret we are a public client, known by the code's verifier alone."""
    if client.secret is None:
        return "none"
    known = metadata.token_endpoint_auth_methods_supported if metadata else ()
    is_post = "client_secret_post" in known and "client_secret_basic" not in known
    return "client_secret_post" if is_post else "client_secret_basic"
