"""One comment on a GitHub pull request, found again by its marker (REST, "Issue comments")."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from githubkit import GitHub
from githubkit.exception import GitHubException, RequestFailed

from coagent.adapters.forge.marked import PAGE, TIMEOUT_S, put_marked
from coagent.adapters.forge.problem import problem
from coagent.domain.errors import CoagentError

HINTS = {
    HTTPStatus.UNAUTHORIZED: "the token is wrong or has expired: set GITHUB_TOKEN",
    HTTPStatus.FORBIDDEN: "the token may not comment: give the job `permissions: pull-requests: write`",
    HTTPStatus.NOT_FOUND: "no such pull request for this token",
    HTTPStatus.UNPROCESSABLE_ENTITY: "GitHub refuses the comment: it is empty or too long",
}


class GithubComment:
    """`place`: `owner/name#12`; `coagent.adapters.forge.marked.Comments` of it."""

    def __init__(self, url: str, token: str, place: str) -> None:
        self._client: GitHub[Any] = GitHub(token, base_url=url, timeout=TIMEOUT_S, auto_retry=False, http_cache=False)
        self._repository, _, self._number = place.rpartition("#")
        self._comments = f"/repos/{self._repository}/issues/{self._number}/comments"

    def put(self, text: str, marker: str) -> str:
        """Its address, as `put_marked` says."""
        return put_marked(self, text, marker)

    def page(self, number: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask("GET", f"{self._comments}?per_page={PAGE}&page={number}")
        return found

    def change(self, known: dict[str, Any], text: str) -> str | None:
        path = f"/repos/{self._repository}/issues/comments/{known['id']}"
        found = self._ask("PATCH", path, {"body": text}, but=(HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND))
        return None if found is None else str(found["html_url"])

    def make(self, text: str) -> str:
        return str(self._ask("POST", self._comments, {"body": text})["html_url"])

    def _ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, but: Collection[HTTPStatus] = ()
    ) -> Any:
        """None where it is refused by one of these statuses."""
        try:
            return self._client.request(method, path, json=fields).json()
        except GitHubException as refused:
            if isinstance(refused, RequestFailed) and refused.response.status_code in but:
                return None
            raise self._problem(refused) from refused

    def _problem(self, error: GitHubException) -> CoagentError:
        where = f"GitHub, {self._repository}#{self._number}"
        if isinstance(error, RequestFailed):
            return problem(where, error.response.status_code, error.response.text, HINTS)
        return problem(where, None, repr(error), HINTS)
