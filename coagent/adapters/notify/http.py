"""POST of a JSON body, with failures in coagent's terms."""

import ssl
from functools import cache

import httpx

from coagent.adapters.notify.retry_after import retry_after_s
from coagent.domain.errors import Fatal, Transient

OK, TOO_MANY, SERVER_ERROR = 300, 429, 500
RETRIED = frozenset({408, 425, TOO_MANY})
CHARS = 200


async def post(channel: str, url: str, body: bytes, headers: dict[str, str], timeout_s: float) -> httpx.Response:
    """Raises Transient where there is no answer, 408, 425, 429 or 5xx; Fatal where the body is refused. Redirects are
    not followed: a signed or secret body goes to the named address alone.
    """
    try:
        async with httpx.AsyncClient(timeout=timeout_s, verify=_trusted()) as client:
            answer = await client.post(url, content=body, headers={"content-type": "application/json", **headers})
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Transient(f"channel {channel}: no answer ({type(error).__name__}: {error})") from error
    if answer.status_code < OK:
        return answer
    text = f"channel {channel}: answer {answer.status_code} {answer.text[:CHARS]!r}"
    if answer.status_code in RETRIED:
        raise Transient(text, retry_after_s=retry_after_s(answer.headers))
    if answer.status_code >= SERVER_ERROR:
        raise Transient(text)
    raise Fatal(f"{text}: check its address and secret, then `coagent outbox retry`")


@cache
def _trusted() -> ssl.SSLContext:
    """Whom we trust: to read all authorities takes 30 ms, once a process."""
    return httpx.create_ssl_context()
