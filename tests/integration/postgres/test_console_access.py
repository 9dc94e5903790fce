"""Who gets in, and what is refused, on a real database."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from coagent.adapters.memory.clock import FixedClock
from coagent.entrypoints.console.access.headers import HEADERS
from coagent.entrypoints.console.access.one_time_link import FILE, find_listening
from coagent.entrypoints.console.access.open_paths import is_open
from coagent.entrypoints.console.access.passwords import hashed
from tests.integration.postgres.browser import browser, console_of, csrf_of, entered, local, sent

PASSWORD = "correct horse battery staple"
ANN = {"name": "ann", "password": PASSWORD}


@pytest.fixture(scope="module")
def ann() -> str:
    return hashed(PASSWORD)


@pytest.fixture
def client(postgres_url: str, tmp_path: Path) -> TestClient:
    return entered(postgres_url, tmp_path)


def test_no_route_is_open_by_mistake(postgres_url: str, tmp_path: Path) -> None:
    guard, _, _ = console_of(postgres_url, tmp_path)
    nobody = browser(guard)
    for route in guard.app.routes:  # type: ignore[attr-defined]
        if isinstance(route, Mount):
            assert route.path == "/static"
            continue
        assert isinstance(route, Route)
        path = route.path.replace("{", "").replace("}", "")
        if is_open(path):
            continue
        assert nobody.get(path).status_code == 303, path
        assert nobody.get(path, headers={"accept": "*/*"}).status_code == 401, path
        assert nobody.post(path).status_code in (303, 401), path


def test_a_link_is_good_once(postgres_url: str, tmp_path: Path) -> None:
    guard, link, settings = console_of(postgres_url, tmp_path)
    ours = browser(guard)
    assert ours.head(local(link)).status_code == 403
    assert ours.get(local(link), headers={"sec-purpose": "prefetch"}).status_code == 403
    assert ours.get(local(link)).status_code == 200
    assert ours.get("/spend").status_code == 200
    assert browser(guard).get(local(link)).status_code == 403
    assert browser(guard).get("/enter?key=%ff").status_code == 403
    after = find_listening(settings.data_dir)
    assert after
    assert after.link != link
    assert browser(guard).get(local(after.link)).status_code == 200
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_cookie_is_for_the_server_alone(postgres_url: str, tmp_path: Path) -> None:
    guard, link, _ = console_of(postgres_url, tmp_path)
    said = browser(guard).get(local(link)).headers["set-cookie"].lower()
    assert "httponly" in said
    assert "samesite=strict" in said
    assert "secure" not in said


def test_every_answer_has_its_headers(client: TestClient) -> None:
    for path in ("/spend", "/nothing", "/login", "/health", "/spend.csv", "/static/nothing"):
        answer = client.get(path)
        assert HEADERS.items() - {("cache-control", "no-store")} <= set(answer.headers.items()), path
    assert client.get("/spend").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8701", "127.0.0.1:9", "127.0.0.1", ""])
def test_another_host_is_not_served(client: TestClient, host: str) -> None:
    assert client.get("/spend", headers={"host": host}).status_code == 421
    assert client.get("/login", headers={"host": host}).status_code == 421


def test_localhost_is_the_same_machine(client: TestClient) -> None:
    assert client.get("/health", headers={"host": "localhost:8701"}).status_code == 200


def test_a_session_ends(postgres_url: str, tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    guard, link, _ = console_of(postgres_url, tmp_path, clock, idle_hours=1, session_hours=3)
    one = browser(guard)
    one.get(local(link))
    for _ in range(3):
        clock.move(timedelta(minutes=50))
        assert one.get("/spend").status_code == 200
    clock.move(timedelta(minutes=50))
    assert one.get("/spend").status_code == 303, "after its longest time"


def test_what_reloads_by_itself_keeps_no_session_alive(postgres_url: str, tmp_path: Path) -> None:
    clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    guard, link, _ = console_of(postgres_url, tmp_path, clock, idle_hours=1)
    one = browser(guard)
    one.get(local(link))
    clock.move(timedelta(minutes=50))
    assert one.get("/spend", headers={"x-coagent-reload": "1"}).status_code == 200
    clock.move(timedelta(minutes=20))
    assert one.get("/spend", headers={"x-coagent-reload": "1"}).status_code == 303


def test_logging_out_ends_the_session_at_the_server(client: TestClient) -> None:
    page = client.get("/spend").text
    kept = dict(client.cookies)
    assert sent(client, "/logout", {"csrf": csrf_of(page)}).status_code == 303
    client.cookies.update(kept)
    assert client.get("/spend").status_code == 303


def test_a_login_by_password(postgres_url: str, tmp_path: Path, ann: str) -> None:
    guard, link, _ = console_of(
        postgres_url, tmp_path, public_url="https://coagent.example", passwords={"ann": ann}, deciders=["ann"]
    )
    assert link == "https://coagent.example"
    one = browser(guard)
    planted = f"{guard.place.cookie}=planted"
    one.headers["cookie"] = planted
    form = one.get("/login?next=/spend%3Fdays%3D7")
    del one.headers["cookie"]
    said = {**ANN, "csrf": csrf_of(form.text), "next": "/spend?days=7"}
    answer = sent(one, "/login", said)
    assert (answer.status_code, answer.headers["location"]) == (303, "/spend?days=7")
    assert answer.headers["set-cookie"].startswith("__Host-coagent=")
    assert "planted" not in answer.headers["set-cookie"]
    assert "secure" in answer.headers["set-cookie"].lower()
    assert one.get("/spend").status_code == 200
    assert one.get("/spend").headers["strict-transport-security"]
    assert one.get("/enter?key=x").status_code == 403


def test_a_failed_login_does_not_say_what_was_wrong(postgres_url: str, tmp_path: Path, ann: str) -> None:
    guard, _, _ = console_of(postgres_url, tmp_path, public_url="https://coagent.example", passwords={"ann": ann})
    one = browser(guard)
    csrf = csrf_of(one.get("/login").text)
    answers = [
        sent(one, "/login", {"name": name, "password": word, "csrf": csrf, "next": "//evil.example"})
        for name, word in (("ann", "wrong"), ("bob", PASSWORD), ("", ""), ("ann", "x" * 9_000))
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.text for answer in answers}) == 1
    assert "evil" not in answers[0].text


def test_tries_are_limited(postgres_url: str, tmp_path: Path, ann: str) -> None:
    guard, _, _ = console_of(postgres_url, tmp_path, public_url="https://coagent.example", passwords={"ann": ann})
    one = browser(guard)
    csrf = csrf_of(one.get("/login").text)
    wrong = {"name": "bob", "password": "", "csrf": csrf}
    statuses = [sent(one, "/login", wrong).status_code for _ in range(7)]
    assert statuses[-1] == 429
    assert sent(one, "/login", {**ANN, "csrf": csrf}).status_code == 303, "another is not kept out"


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({"origin": "https://evil.example"}, {}),
        ({"origin": "null"}, {}),
        ({"origin": "http://127.0.0.1:8702"}, {}),
        ({"sec-fetch-site": "cross-site"}, {}),
        ({"sec-fetch-site": "same-site"}, {}),
        ({}, {"csrf": "wrong"}),
        ({}, {"csrf": ""}),
    ],
)
def test_a_form_of_another_site_is_refused(client: TestClient, headers: dict[str, str], form: dict[str, str]) -> None:
    csrf = csrf_of(client.get("/spend").text)
    assert sent(client, "/logout", {"csrf": csrf, **form}, **headers).status_code == 403
    assert client.get("/spend").status_code == 200
    assert client.post("/logout", data={"csrf": csrf}).status_code == 403, "without an origin"


@pytest.mark.parametrize(
    ("body", "status"), [(b"a" * 20_000, 413), (b"\xff=1", 400), (b"&".join([b"a=1"] * 50), 400), (b"", 403)]
)
def test_a_body_that_is_no_form(client: TestClient, body: bytes, status: int) -> None:
    headers = {"origin": "http://127.0.0.1:8701"}
    assert client.post("/logout", content=body, headers=headers).status_code == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    assert client.request(method, "/spend").status_code == 405


@pytest.mark.parametrize(
    "path", ["/static/../__init__.py", "/static/%2e%2e/app.py", "/static//etc/passwd", "/static/..%2f..%2fapp.py"]
)
def test_no_file_beyond_the_static_ones(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (404, 405)
