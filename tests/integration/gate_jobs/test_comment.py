"""`coagent gate comment` on loopback forges: one comment, updated, whatever stood there before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coagent.domain.errors import Fatal, Transient
from coagent.entrypoints.gate.markdown import marker
from coagent.entrypoints.gate.post import post
from tests.integration.gate_jobs.forges import Forge, GithubForge, GitlabForge
from tests.servers.local import json, running

Environment = Callable[[Forge], dict[str, str]]


def actions(server: Forge) -> dict[str, str]:
    return {
        "GITHUB_API_URL": server.url,
        "GITHUB_REPOSITORY": "acme/app",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_TOKEN": "secret-token",
    }


def gitlab_ci(server: Forge) -> dict[str, str]:
    return {
        "CI_API_V4_URL": f"{server.url}/api/v4",
        "CI_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        "GITLAB_TOKEN": "secret-token",
    }


@pytest.fixture(params=[(GithubForge, actions), (GitlabForge, gitlab_ci)], ids=["github", "gitlab"])
def forge(request: pytest.FixtureRequest) -> Iterator[tuple[Forge, dict[str, str]]]:
    made, environment = request.param
    server: Forge = made()
    with running(server):
        yield server, environment(server)


@pytest.fixture
def comment(tmp_path: Path) -> Path:
    return write(tmp_path, "first")


def write(folder: Path, text: str) -> Path:
    path = folder / "comment.md"
    path.write_text(f"{marker('default')}\n\n{text}\n")
    return path


def test_it_is_posted_once_and_then_updated(forge: tuple[Forge, dict[str, str]], comment: Path) -> None:
    server, environment = forge
    for number in range(130):  # ours is found on a later page, too
        server.add(f"a word of somebody, {number}", "ann")
    post(comment, None, None, environment)
    said = post(write(comment.parent, "second"), None, None, environment)
    ours = [one for one in server.comments if one["user"] == "bot"]
    assert [one["body"].splitlines()[-1] for one in ours] == ["second"]
    assert str(ours[0]["id"]) in said


def test_a_comment_of_somebody_else_is_left_as_it_is(forge: tuple[Forge, dict[str, str]], comment: Path) -> None:
    server, environment = forge
    quoted = f"{marker('default')}\ncopied by hand"
    server.add(quoted, "ann")
    post(comment, None, None, environment)
    assert server.comments[0]["body"] == quoted
    assert [one["user"] for one in server.comments] == ["ann", "bot"]


def test_a_wrong_token_says_what_to_set_and_is_not_shown(forge: tuple[Forge, dict[str, str]], comment: Path) -> None:
    _, environment = forge
    wrong = {name: "wrong-token" if name.endswith("TOKEN") else text for name, text in environment.items()}
    with pytest.raises(Fatal, match=r"401: the token is wrong or has expired: set G") as refused:
        post(comment, None, None, wrong)
    assert "wrong-token" not in str(refused.value)


def test_a_token_that_may_only_read_says_what_it_lacks(forge: tuple[Forge, dict[str, str]], comment: Path) -> None:
    server, environment = forge
    server.may_write = False
    with pytest.raises(Fatal, match="403: the token may not comment"):
        post(comment, None, None, environment)


def test_a_forge_that_fails_is_asked_again_by_people(forge: tuple[Forge, dict[str, str]], comment: Path) -> None:
    server, environment = forge
    server.faults.append(json({"message": "oops"}, 502))
    with pytest.raises(Transient, match="try again"):
        post(comment, None, None, environment)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"GITHUB_REPOSITORY": "acme/app", "GITHUB_REF": "refs/heads/main"}, "GITHUB_REF names no pull request"),
        ({}, "no pull request is named"),
        ({"CI_PROJECT_ID": "42", "CI_MERGE_REQUEST_IID": "7"}, "GITLAB_TOKEN is not set"),
    ],
)
def test_what_is_missing_is_named(given: dict[str, str], says: str, comment: Path) -> None:
    with pytest.raises(Fatal, match=says):
        post(comment, None, None, given)


def test_a_file_that_is_no_comment_of_the_gate_is_not_posted(tmp_path: Path) -> None:
    path = tmp_path / "other.md"
    path.write_text("hello")
    with pytest.raises(Fatal, match="no comment of the gate"):
        post(path, "acme/app#7", None, {"GITHUB_TOKEN": "x"})
