"""Logging in at an identity provider: who gets in, and each lie that lets nobody in."""

import html
import re
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from pydantic import SecretStr, ValidationError
from starlette.responses import Response
from starlette.testclient import TestClient

from coagent.adapters.memory.clock import FixedClock
from coagent.console_settings import ConsoleSettings
from coagent.entrypoints.console.access.guard import Guard
from coagent.entrypoints.console.access.open_paths import OIDC, OIDC_RETURN
from coagent.entrypoints.console.access.passwords import hashed
from coagent.ports import Clock
from tests.integration.postgres.browser import browser, console_of, csrf_of, sent
from tests.servers.local import running
from tests.servers.oidc import CLIENT_ID, CLIENT_SECRET, Claims, OidcServer

PEOPLE: dict[str, Claims] = {
    "ann": {"email": "ann@example.com", "email_verified": True, "groups": ["staff", "llm-owners"]},
    "bob": {"email": "bob@example.com", "email_verified": True, "groups": "staff"},
    "eve": {"email": "eve@example.com", "email_verified": True, "groups": ["guests"]},
    "mel": {"email": "mel@example.com", "email_verified": True},
    "tom": {"email": "ann@example.com", "groups": ["staff"]},
}
NOBODY_TRUSTED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The provider here speaks plain HTTP."""


@cache
def other_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "first"}, private=True)


@pytest.fixture
def provider() -> Iterator[OidcServer]:
    server = OidcServer(PEOPLE)
    with running(server):
        yield server


@pytest.fixture
def guard(provider: OidcServer, postgres_url: str, tmp_path: Path) -> Guard:
    return served(provider, postgres_url, tmp_path)


def served(
    provider: OidcServer, postgres_url: str, data_dir: Path, clock: Clock | None = None, **console: Any
) -> Guard:
    """The provider's one client."""
    known = {
        "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT_ID,
        "oidc_client_secret": SecretStr(CLIENT_SECRET),
    }
    roles = {"oidc_readers": ("staff",), "oidc_deciders": ("llm-owners",)}
    guard, _, _ = console_of(postgres_url, data_dir, clock, **{**known, **roles, **console})
    provider.redirect_uri = f"{guard.place.address}{OIDC_RETURN}"
    return guard


def sent_away(one: TestClient, then: str = "/") -> str:
    """The provider's address that the login page leads to."""
    page = one.get("/login", params={"next": then}).text
    link = re.search(r'href="(/login/oidc[^"]*)"', page)
    assert link
    answer = one.get(html.unescape(link[1]))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def chosen(address: str, person: str) -> str:
    """Where the provider sends the browser of this person back to: path and query."""
    page = httpx2.get(address, verify=NOBODY_TRUSTED)
    assert page.status_code == 200, page.text
    fields = {k: html.unescape(v) for k, v in re.findall(r'name="(\w+)" value="([^"]*)">(?!\w)', page.text)}
    consent = f"http://{urlsplit(address).netloc}/consent"
    back = httpx2.post(consent, data=fields | {"person": person}, verify=NOBODY_TRUSTED)
    parts = urlsplit(back.headers["location"])
    return f"{parts.path}?{parts.query}"


def log_in(one: TestClient, person: str, then: str = "/") -> Response:
    return one.get(chosen(sent_away(one, then), person))


def test_a_reader_and_a_decider_get_in_by_their_groups(guard: Guard) -> None:
    bob, ann = browser(guard), browser(guard)
    assert log_in(bob, "bob").status_code == 200
    page = bob.get("/spend").text
    assert "bob@example.com, reader" in page
    decision = {"csrf": csrf_of(page), "decision": "approve", "reason": "because"}
    assert sent(bob, "/opportunities/x/decide", decision).status_code == 403
    assert log_in(ann, "ann").status_code == 200
    page = ann.get("/spend").text
    assert "ann@example.com, decider" in page
    assert sent(ann, "/opportunities/x/decide", {**decision, "csrf": csrf_of(page)}).status_code == 400, "no such one"


def test_a_login_goes_on_to_the_page_that_was_wanted(guard: Guard) -> None:
    one = browser(guard)
    assert 'content="0; url=/spend?days=7&amp;by=task"' in log_in(one, "bob", "/spend?days=7&by=task").text
    for elsewhere in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        assert 'content="0; url=/"' in log_in(one, "bob", elsewhere).text
        assert "evil" not in one.get(OIDC, params={"next": elsewhere}).text


def test_a_session_is_new_and_its_cookie_strict(guard: Guard) -> None:
    one = browser(guard)
    one.cookies.set(guard.place.cookie, "planted")
    began = one.get(OIDC).headers["set-cookie"].lower()
    assert "httponly" in began
    assert "samesite=lax" in began, "it has to come back from the provider's site"
    cookies = log_in(one, "bob").headers.get_list("set-cookie")
    (ours,) = [said for said in cookies if said.startswith(f"{guard.place.cookie}=")]
    assert "planted" not in ours
    assert "samesite=strict" in ours.lower()
    first = one.cookies.get(guard.place.cookie, domain="127.0.0.1")
    again = log_in(one, "bob").headers.get_list("set-cookie")
    assert first not in "".join(again), "a login begins a session, and ends the one before"


def test_logging_out_ends_it(guard: Guard) -> None:
    one = browser(guard)
    log_in(one, "bob")
    assert sent(one, "/logout", {"csrf": csrf_of(one.get("/spend").text)}).status_code == 303
    assert one.get("/spend").status_code == 303


def test_passwords_are_for_those_who_have_one(guard: Guard, provider: OidcServer, postgres_url: str, tmp_path: Path):
    assert 'name="password"' not in browser(guard).get("/login").text
    both = served(provider, postgres_url, tmp_path, passwords={"cleo": SecretStr(hashed("a long enough password"))})
    one = browser(both)
    page = one.get("/login").text
    assert "/login/oidc" in page
    form = {"name": "cleo", "password": "a long enough password", "csrf": csrf_of(page)}
    assert sent(one, "/login", form).status_code == 303
    assert "cleo, reader" in one.get("/spend").text


@pytest.mark.parametrize("person", ["eve", "mel"])
def test_who_is_in_no_named_group_stays_out(guard: Guard, person: str) -> None:
    one = browser(guard)
    answer = log_in(one, person)
    assert answer.status_code == 403
    assert f"{person}@example.com, who is in none of the groups" in html.unescape(answer.text)
    assert one.get("/spend").status_code == 303


def test_an_address_that_is_not_verified_names_nobody(guard: Guard) -> None:
    answer = log_in(browser(guard), "tom")
    assert answer.status_code == 403
    assert "no verified email" in answer.text


def test_roles_may_come_from_any_claim_and_everybody_may_read(
    provider: OidcServer, postgres_url: str, tmp_path: Path
) -> None:
    roles = {"oidc_role_claim": "email", "oidc_readers": ("*",), "oidc_deciders": ("eve@example.com",)}
    guard = served(provider, postgres_url, tmp_path, oidc_user_claim="sub", **roles)
    for person, role in (("eve", "decider"), ("mel", "reader"), ("tom", "reader")):
        one = browser(guard)
        assert log_in(one, person).status_code == 200
        assert f"id-of-{person}, {role}" in one.get("/spend").text


def test_a_public_client_has_pkce_alone(provider: OidcServer, postgres_url: str, tmp_path: Path) -> None:
    provider.secret = None
    guard = served(provider, postgres_url, tmp_path, oidc_client_secret=None)
    assert log_in(browser(guard), "bob").status_code == 200


Lie = Callable[[OidcServer, Claims], Claims]
LIES: dict[str, tuple[Lie, str]] = {
    "another nonce": (lambda _, claims: {**claims, "nonce": "x" * 43}, "invalid claim nonce"),
    "no nonce": (lambda _, claims: {k: v for k, v in claims.items() if k != "nonce"}, "missing claim nonce"),
    "another audience": (lambda _, claims: {**claims, "aud": "another-client"}, "invalid claim aud"),
    "ours among others": (lambda _, claims: {**claims, "aud": [CLIENT_ID, "another"]}, "missing claim azp"),
    "for another party": (lambda _, claims: {**claims, "aud": ["other", "more"], "azp": CLIENT_ID}, "claim aud"),
    "another issuer": (lambda _, claims: {**claims, "iss": "https://evil.example"}, "invalid claim iss"),
    "an issuer below": (lambda own, claims: {**claims, "iss": f"{own.issuer}/tenant"}, "invalid claim iss"),
    "expired": (lambda _, claims: {**claims, "exp": claims["iat"] - 61, "iat": claims["iat"] - 400}, "expired token"),
    "without an end": (lambda _, claims: {k: v for k, v in claims.items() if k != "exp"}, "missing claim exp"),
    "of tomorrow": (lambda _, claims: {**claims, "nbf": claims["iat"] + 86_400}, "claim"),
    "a text as its end": (lambda _, claims: {**claims, "exp": "tomorrow"}, "invalid claim exp"),
    "numbers as texts": (lambda _, claims: {**claims, "nonce": 7, "sub": None, "aud": {"x": 1}}, "claim"),
    "another's access token": (lambda _, claims: {**claims, "at_hash": "AAAA"}, "invalid claim at_hash"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_says_something_else_lets_nobody_in(guard: Guard, provider: OidcServer, lie: str) -> None:
    change, words = LIES[lie]
    provider.lie = lambda claims: change(provider, claims)
    refused(guard, words)


def tampered(provider: OidcServer, claims: Claims) -> str:
    head, _, signature = provider.signed({**claims, "groups": ["staff"]}).split(".")
    _, body, _ = provider.signed({**claims, "groups": ["llm-owners"]}).split(".")
    return f"{head}.{body}.{signature}"


def unsigned(_: OidcServer, claims: Claims) -> str:
    token = jwt.encode({"alg": "none"}, claims, OctKey.import_key("x" * 32), algorithms=["none"])
    return f"{token.rsplit('.', 1)[0]}."


def by_a_shared_secret(provider: OidcServer, claims: Claims) -> str:
    """The public key is no secret: who signs with it as one is the classic confusion."""
    key = OctKey.import_key(provider.key.as_pem(private=False).replace(b"-", b"_"))
    return jwt.encode({"alg": "HS256", "kid": provider.key.kid}, claims, key, algorithms=["HS256"])


FORGERIES: dict[str, tuple[Callable[[OidcServer, Claims], str], str]] = {
    "tampered": (tampered, "bad signature"),
    "by another key of that name": (
        lambda _, claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, other_key()),
        "bad",
    ),
    "by an unknown key": (
        lambda _, claims: jwt.encode({"alg": "RS256", "kid": "x"}, claims, other_key()),
        "key is unknown",
    ),
    "by its own key": (
        lambda _, claims: jwt.encode({"alg": "RS256", "jwk": other_key().as_dict(private=False)}, claims, other_key()),
        "bad signature",
    ),
    "unsigned": (unsigned, "unsupported algorithm"),
    "by a shared secret": (by_a_shared_secret, "unsupported algorithm"),
    "no token": (lambda _provider, _claims: "nonsense", "decode error"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(
    guard: Guard, provider: OidcServer, forgery: str
) -> None:
    sign, words = FORGERIES[forgery]
    provider.sign = lambda claims: sign(provider, claims)
    refused(guard, words)


def refused(guard: Guard, words: str) -> None:
    one = browser(guard)
    answer = log_in(one, "ann")
    assert answer.status_code == 403
    assert words in html.unescape(answer.text)
    assert "ann@" not in answer.text
    assert one.get("/spend").status_code == 303


def test_new_keys_are_asked_for_when_they_are_used(guard: Guard, provider: OidcServer) -> None:
    assert log_in(browser(guard), "bob").status_code == 200
    provider.rotate()
    assert log_in(browser(guard), "bob").status_code == 200


def test_a_login_belongs_to_the_browser_that_began_it(guard: Guard) -> None:
    one, other = browser(guard), browser(guard)
    back = chosen(sent_away(one), "ann")
    sent_away(other)
    assert other.get(back).status_code == 400, "somebody else's state and code"
    assert browser(guard).get(back).status_code == 400
    wrong = re.sub(r"state=[^&]+", "state=wrong", back)
    assert one.get(wrong).status_code == 400
    assert one.get(re.sub(r"&?state=[^&]+", "", back)).status_code == 400
    assert one.get(back).status_code == 200, "a wrong try does not end it"


def test_an_answer_is_good_once(guard: Guard, provider: OidcServer) -> None:
    one = browser(guard)
    back = chosen(sent_away(one), "bob")
    assert one.get(back).status_code == 200
    assert one.get(back).status_code == 400
    used = re.search(r"code=([^&]+)", back)
    assert used
    again = browser(guard)
    fresh = chosen(sent_away(again), "bob")
    answer = again.get(re.sub(r"code=[^&]+", used[0], fresh))
    assert answer.status_code == 502
    assert "unknown code, or used" in answer.text


def test_a_code_of_another_browser_fails_at_the_provider(guard: Guard) -> None:
    """Its verifier is another's (RFC 7636)."""
    victim, thief = browser(guard), browser(guard)
    code = re.search(r"code=[^&]+", chosen(sent_away(victim), "ann"))
    assert code
    answer = thief.get(re.sub(r"code=[^&]+", code[0], chosen(sent_away(thief), "eve")))
    assert answer.status_code == 502
    assert thief.get("/spend").status_code == 303


def test_the_answer_of_another_provider_is_refused(guard: Guard) -> None:
    one = browser(guard)
    back = chosen(sent_away(one), "ann")
    assert one.get(re.sub(r"iss=[^&]+", "iss=https://evil.example", back)).status_code == 403


def test_a_login_takes_ten_minutes_at_most(provider: OidcServer, postgres_url: str, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    one = browser(served(provider, postgres_url, tmp_path, clock))
    back = chosen(sent_away(one), "ann")
    clock.move(timedelta(minutes=11))
    assert one.get(back).status_code == 400


def test_who_is_refused_there_reads_why_as_text(guard: Guard) -> None:
    answer = log_in(browser(guard), "nobody")
    assert answer.status_code == 403
    assert "access_denied &lt;b&gt;not today&lt;/b&gt;" in answer.text


def test_a_provider_that_is_away_is_said_and_comes_back(guard: Guard, provider: OidcServer, postgres_url, tmp_path):
    gone = OidcServer(PEOPLE)
    with running(gone):
        pass
    one = browser(served(gone, postgres_url, tmp_path))
    answer = one.get(OIDC)
    assert answer.status_code == 502
    assert "The identity provider did not answer" in answer.text
    again = browser(guard)
    back = chosen(sent_away(again), "bob")
    provider.faults.append(Response(status_code=503))
    answer = again.get(back)
    assert answer.status_code == 502
    assert "status 503" in answer.text
    assert log_in(again, "bob").status_code == 200


def test_who_asks_often_does_not_make_us_ask_the_provider(
    provider: OidcServer, postgres_url: str, tmp_path: Path
) -> None:
    guard = served(provider, postgres_url, tmp_path)
    for _ in range(30):
        assert browser(guard).get(OIDC).status_code == 303
    assert provider.requests.count(("GET", "/.well-known/openid-configuration")) == 1


@pytest.mark.parametrize("said", ["https://elsewhere.example", "https://127.0.0.1", ""])
def test_a_provider_that_calls_itself_otherwise_is_not_ours(
    guard: Guard, provider: OidcServer, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OidcServer, "issuer", said)
    answer = browser(guard).get(OIDC)
    assert answer.status_code == 502
    assert "COAGENT_CONSOLE__OIDC_ISSUER says" in answer.text
    assert provider.requests


def test_another_name_of_this_machine_begins_at_the_registered_one(guard: Guard) -> None:
    answer = browser(guard).get(OIDC, params={"next": "/spend"}, headers={"host": "localhost:8701"})
    assert answer.headers["location"] == "http://127.0.0.1:8701/login/oidc?next=%2Fspend"


def test_no_page_of_it_is_there_without_a_provider(postgres_url: str, tmp_path: Path) -> None:
    guard, _, _ = console_of(postgres_url, tmp_path)
    assert browser(guard).get(OIDC).status_code == 404
    assert browser(guard).get(OIDC_RETURN).status_code == 404


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"oidc_client_id": None}, "needs OIDC_CLIENT_ID"),
        ({"oidc_readers": ()}, "nobody may log in"),
        ({"oidc_issuer": "http://login.example"}, "https://host"),
        ({"oidc_issuer": "login.example"}, "https://host"),
    ],
)
def test_settings_that_let_nobody_or_anybody_in_are_refused(said: dict[str, Any], words: str) -> None:
    whole = {"oidc_issuer": "https://login.example", "oidc_client_id": "x", "oidc_readers": ("staff",)}
    with pytest.raises(ValidationError, match=words):
        ConsoleSettings(**whole | said)
    assert ConsoleSettings(**whole).has_login
