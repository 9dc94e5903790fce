"""One note on a GitLab merge request, found again by its marker (REST, "Notes")."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import gitlab
import requests
from gitlab.exceptions import GitlabError

from coagent.adapters.forge.marked import PAGE, TIMEOUT_S, put_marked
from coagent.adapters.forge.problem import problem
from coagent.domain.errors import CoagentError

HINTS = {
    HTTPStatus.UNAUTHORIZED: "the token is wrong or has expired: set GITLAB_TOKEN to a project token with scope api",
    HTTPStatus.FORBIDDEN: "the token may not comment there: it needs the role Reporter and scope api",
    HTTPStatus.NOT_FOUND: "no such merge request for this token",
    HTTPStatus.BAD_REQUEST: "GitLab refuses the note: it is empty or too long",
}
PLAINLY: dict[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False}


class GitlabNote:
    """`place`: `group/project!12`, or the project's number; `coagent.adapters.forge.marked.Comments` of it."""

    def __init__(self, url: str, token: str, place: str) -> None:
        host = url.removesuffix("/").removesuffix("/api/v4")
        self._client = gitlab.Gitlab(host, private_token=token, timeout=TIMEOUT_S, keep_base_url=True)
        self._project, _, self._number = place.rpartition("!")
        self._notes = f"/projects/{quote(self._project, safe='')}/merge_requests/{self._number}/notes"

    def put(self, text: str, marker: str) -> str:
        """Its address, as `put_marked` says."""
        return put_marked(self, text, marker)

    def page(self, number: int) -> list[dict[str, Any]]:
        found = self._ask(self._client.http_get, self._notes, query_data={"per_page": PAGE, "page": number})
        return [{**one, "body": None} if one.get("system") else one for one in found]

    def change(self, known: dict[str, Any], text: str) -> str | None:
        refusals = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
        path, given = f"{self._notes}/{known['id']}", {"body": text}
        found = self._ask(self._client.http_put, path, refusals, post_data=given)
        return None if found is None else self._address(known)

    def make(self, text: str) -> str:
        return self._address(self._ask(self._client.http_post, self._notes, post_data={"body": text}))

    def _address(self, note: dict[str, Any]) -> str:
        return f"{self._project}!{self._number}, note {note['id']}"

    def _ask(self, call: Any, path: str, but: Collection[HTTPStatus] = (), **given: Any) -> Any:
        """None where it is refused by one of these statuses."""
        try:
            return call(path, **given, **PLAINLY)
        except (GitlabError, requests.RequestException) as refused:
            if getattr(refused, "response_code", None) in but:
                return None
            raise self._problem(refused) from refused

    def _problem(self, error: Exception) -> CoagentError:
        where = f"GitLab, {self._project}!{self._number}"
        return problem(where, getattr(error, "response_code", None), str(error), HINTS)
