"""One note on a GitLab merge request, found again by its marker (REST, "Notes")."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import gitlab
import requests
from gitlab.exceptions import GitlabError

from coagent.adapters.forge.problem import problem
from coagent.domain.errors import CoagentError

PAGE, PAGES = 100, 30
TIMEOUT_S = 20.0
HINTS = {
    HTTPStatus.UNAUTHORIZED: "the token is wrong or has expired: set GITLAB_TOKEN to a project token with scope api",
    HTTPStatus.FORBIDDEN: "the token may not comment there: it needs the role Reporter and scope api",
    HTTPStatus.NOT_FOUND: "no such merge request for this token",
    HTTPStatus.BAD_REQUEST: "GitLab refuses the note: it is empty or too long",
}
PLAINLY: dict[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False}


class GitlabNote:
    """`place`: `group/project!12`, or the project's number. Only a note that begins with the marker is ours."""

    def __init__(self, url: str, token: str, place: str) -> None:
        host = url.removesuffix("/").removesuffix("/api/v4")
        self._client = gitlab.Gitlab(host, private_token=token, timeout=TIMEOUT_S, keep_base_url=True)
        self._project, _, self._number = place.rpartition("!")
        self._notes = f"/projects/{quote(self._project, safe='')}/merge_requests/{self._number}/notes"

    def put(self, text: str, marker: str) -> str:
        """Where it is. A note of somebody else is not ours to change: then there is a new one."""
        for known in self._ours(marker):
            try:
                self._client.http_put(f"{self._notes}/{known['id']}", post_data={"body": text}, **PLAINLY)
            except GitlabError as refused:
                if refused.response_code not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                    raise self._problem(refused) from refused
            else:
                return f"{self._project}!{self._number}, note {known['id']}"
        made: Any = self._ask(self._client.http_post, post_data={"body": text})
        return f"{self._project}!{self._number}, note {made['id']}"

    def _ours(self, marker: str) -> list[Any]:
        found: list[Any] = []
        for page in range(1, PAGES + 1):
            more = self._ask(self._client.http_get, query_data={"per_page": PAGE, "page": page})
            found += [one for one in more if not one.get("system") and (one.get("body") or "").startswith(marker)]
            if len(more) < PAGE:
                break
        return found

    def _ask(self, call: Any, **given: Any) -> Any:
        try:
            return call(self._notes, **given, **PLAINLY)
        except (GitlabError, requests.RequestException) as refused:
            raise self._problem(refused) from refused

    def _problem(self, error: Exception) -> CoagentError:
        where = f"GitLab, {self._project}!{self._number}"
        return problem(where, getattr(error, "response_code", None), str(error), HINTS)
