"""One comment on a GitHub pull request, found again by its marker (REST, "Issue comments")."""

from http import HTTPStatus
from typing import Any

from githubkit import GitHub
from githubkit.exception import GitHubException, RequestFailed

from coagent.adapters.forge.problem import problem
from coagent.domain.errors import CoagentError

PAGE, PAGES = 100, 30
TIMEOUT_S = 20.0
HINTS = {
    HTTPStatus.UNAUTHORIZED: "the token is wrong or has expired: set GITHUB_TOKEN",
    HTTPStatus.FORBIDDEN: "the token may not comment: give the job `permissions: pull-requests: write`",
    HTTPStatus.NOT_FOUND: "no such pull request for this token",
    HTTPStatus.UNPROCESSABLE_ENTITY: "GitHub refuses the comment: it is empty or too long",
}


class GithubComment:
    """`place`: `owner/name#12`. Only a comment that begins with the marker is taken for ours."""

    def __init__(self, url: str, token: str, place: str) -> None:
        self._client: GitHub[Any] = GitHub(token, base_url=url, timeout=TIMEOUT_S, auto_retry=False, http_cache=False)
        self._repository, _, self._number = place.rpartition("#")

    def put(self, text: str, marker: str) -> str:
        """Its address. A comment of somebody else is not ours to change: then there is a new one."""
        issue = f"/repos/{self._repository}/issues/{self._number}/comments"
        for known in self._ours(issue, marker):
            try:
                path = f"/repos/{self._repository}/issues/comments/{known['id']}"
                return str(self._ask("PATCH", path, {"body": text})["html_url"])
            except RequestFailed as refused:
                if refused.response.status_code not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                    raise self._problem(refused) from refused
        try:
            return str(self._ask("POST", issue, {"body": text})["html_url"])
        except GitHubException as refused:
            raise self._problem(refused) from refused

    def _ours(self, issue: str, marker: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        try:
            for page in range(1, PAGES + 1):
                more = self._ask("GET", f"{issue}?per_page={PAGE}&page={page}")
                found += [one for one in more if (one.get("body") or "").startswith(marker)]
                if len(more) < PAGE:
                    break
        except GitHubException as refused:
            raise self._problem(refused) from refused
        return found

    def _ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> Any:
        return self._client.request(method, path, json=fields).json()

    def _problem(self, error: GitHubException) -> CoagentError:
        where = f"GitHub, {self._repository}#{self._number}"
        if isinstance(error, RequestFailed):
            return problem(where, error.response.status_code, error.response.text, HINTS)
        return problem(where, None, repr(error), HINTS)
