"""`coagent gate comment`: which pull request of which forge, as their CI says it."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from coagent.adapters.forge.github_comment import GithubComment
from coagent.adapters.forge.gitlab_note import GitlabNote
from coagent.domain.errors import Fatal

MOST_BYTES = 1 << 20
_MARKER = re.compile(r"<!-- coagent:gate:[\w.-]* -->")
_PULL = re.compile(r"refs/pull/(\d+)/(?:merge|head)")


def post(file: Path, github: str | None, gitlab: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """Where it stands now. Raises Fatal, Transient."""
    text, marker = _read(file)
    if github or (not gitlab and environment.get("GITHUB_REPOSITORY")):
        place = _place(github or _of_actions(environment), r"[\w.-]+/[\w.-]+#\d+", "owner/repo#12")
        token = _needed(environment, "GITHUB_TOKEN")
        return GithubComment(environment.get("GITHUB_API_URL", "https://api.github.com"), token, place).put(
            text, marker
        )
    place = _place(gitlab or _of_gitlab_ci(environment), r"[\w./-]+!\d+", "group/project!12")
    url = environment.get("CI_API_V4_URL", "https://gitlab.com/api/v4")
    return GitlabNote(url, _needed(environment, "GITLAB_TOKEN"), place).put(text, marker)


def _read(file: Path) -> tuple[str, str]:
    try:
        data = file.read_bytes()[: MOST_BYTES + 1]
    except OSError as wrong:
        raise Fatal(
            f"{file}: {wrong.strerror}: write it by `coagent gate --format markdown --output {file}`"
        ) from wrong
    text = data.decode("utf-8", "replace")
    found = _MARKER.match(text)
    if found is None or len(data) > MOST_BYTES:
        raise Fatal(f"{file}: no comment of the gate: write it by `coagent gate --format markdown --output {file}`")
    return text, found[0]


def _of_actions(environment: Mapping[str, str]) -> str:
    found = _PULL.fullmatch(environment.get("GITHUB_REF", ""))
    if found is None:
        raise Fatal("GITHUB_REF names no pull request: run on `pull_request`, or give --github owner/repo#12")
    return f"{environment['GITHUB_REPOSITORY']}#{found[1]}"


def _of_gitlab_ci(environment: Mapping[str, str]) -> str:
    if not environment.get("CI_PROJECT_ID") or not environment.get("CI_MERGE_REQUEST_IID"):
        raise Fatal("no pull request is named: run in a job of a merge request, or give --github or --gitlab")
    return f"{environment['CI_PROJECT_ID']}!{environment['CI_MERGE_REQUEST_IID']}"


def _place(written: str, shape: str, example: str) -> str:
    if not re.fullmatch(shape, written):
        raise Fatal(f"{written!r}: write it as {example}")
    return written


def _needed(environment: Mapping[str, str], name: str) -> str:
    token = environment.get(name)
    if not token:
        raise Fatal(f"{name} is not set: give the job a token that may comment")
    return token
