"""Channel `gitlab`: issues of a project."""

import asyncio
from datetime import datetime
from typing import Any
from urllib.parse import quote

import gitlab
import requests
from gitlab.exceptions import GitlabError

from coagent.adapters.notify.retry_after import retry_after_s
from coagent.adapters.notify.tracker import Issue
from coagent.deliver.issue_markdown import body, comment, marker, title
from coagent.domain.conversation import Answer
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.notice import Notice

PAGE = 100
MOST_MOVES = 5
REFUSED, FORBIDDEN, MISSING, TOO_MANY, SERVER_ERROR = 401, 403, 404, 429, 500
PLAINLY: dict[str, Any] = {"obey_rate_limit": False, "retry_transient_errors": False}
"""The outbox decides when to try again, not the client."""


class GitlabIssues:
    channel = "gitlab"
    pace_s = 1.0

    def __init__(self, client: gitlab.Gitlab) -> None:
        self._client = client

    async def get(self, ref: str) -> Issue | None:
        """Where it was moved to, if it was and the token reads that project."""
        try:
            found = await asyncio.to_thread(self._client.http_get, _path(ref), **PLAINLY)
        except GitlabError as error:
            if error.response_code == MISSING:
                return None
            raise problem(error, ref) from error
        except requests.RequestException as error:
            raise problem(error, ref) from error
        return _issue(_project(ref), await self._moved(found))

    async def _moved(self, found: Any) -> Any:
        """The issue behind `moved_to_id`, which only administrators may ask for: found by its title."""
        for _ in range(MOST_MOVES):
            if not found.get("moved_to_id"):
                break
            query = {"scope": "all", "search": found["title"], "in": "title", "per_page": PAGE}
            like = await self._ask("get", "/issues", query)
            found = next((one for one in like if one["id"] == found["moved_to_id"]), found | {"moved_to_id": None})
        return found

    async def create(self, place: str, notice: Notice) -> Issue:
        fields = {"title": title(notice), "description": body(notice), "labels": ",".join(notice.labels)}
        return _issue(place, await self._ask("post", _issues(place), fields))

    async def find(self, place: str, notice: Notice, since: datetime) -> Issue | None:
        query = {
            "created_after": since.isoformat(),
            "order_by": "created_at",
            "sort": "asc",
            "per_page": PAGE,
            "labels": "coagent",
        }
        found = await self._ask("get", _issues(place), query)
        mine = [one for one in found if marker(notice.conversation) in (one.get("description") or "")]
        return _issue(place, mine[0]) if mine else None

    async def edit(self, issue: Issue, notice: Notice) -> None:
        await self._ask("put", _path(issue.ref), {"title": title(notice), "description": body(notice)})

    async def comment(self, issue: Issue, notice: Notice) -> None:
        await self._ask("post", f"{_path(issue.ref)}/notes", {"body": comment(notice)})

    async def has_comment(self, issue: Issue, notice: Notice) -> bool:
        query = {"sort": "desc", "order_by": "created_at", "per_page": PAGE}
        notes = await self._ask("get", f"{_path(issue.ref)}/notes", query)
        wanted = marker(notice.conversation, notice.revision)
        return any(wanted in (one.get("body") or "") for one in notes)

    async def set_open(self, issue: Issue, is_open: bool) -> None:
        await self._ask("put", _path(issue.ref), {"state_event": "reopen" if is_open else "close"})

    async def answers(self, ref: str, since: datetime) -> tuple[list[Answer], str | None]:  # noqa: ARG002
        """Notes count in projects that are not public alone."""
        issue, project = await self._ask("get", _path(ref)), await self._ask("get", _project_path(_project(ref)))
        query = {"sort": "desc", "order_by": "created_at", "per_page": PAGE}
        notes = [] if project.get("visibility") == "public" else await self._ask("get", f"{_path(ref)}/notes", query)
        said = [
            Answer(str(one["id"]), (one.get("author") or {}).get("username", "unknown"), one.get("body") or "")
            for one in notes
        ]
        closer = (issue.get("closed_by") or {}).get("username", "somebody")
        return said, closer if issue["state"] == "closed" else None

    async def may_write(self, place: str) -> bool:
        """Whether the token reads that project; for `coagent doctor`."""
        return bool(await self._ask("get", _project_path(place)))

    async def _ask(self, verb: str, path: str, fields: dict[str, Any] | None = None) -> Any:
        call = getattr(self._client, f"http_{verb}")
        given: dict[str, Any] = {"query_data": fields} if verb == "get" else {"post_data": fields}
        try:
            return await asyncio.to_thread(call, path, **given, **PLAINLY)
        except (GitlabError, requests.RequestException) as error:
            raise problem(error, path) from error


def gitlab_client(token: str, url: str, timeout_s: float) -> gitlab.Gitlab:
    """Its errors do not carry headers, so a limit is raised where they are seen."""
    session = requests.Session()
    session.hooks["response"].append(_limited)
    return gitlab.Gitlab(url, private_token=token, timeout=timeout_s, keep_base_url=True, session=session)


def _limited(answer: requests.Response, *_: Any, **__: Any) -> None:
    if answer.status_code == TOO_MANY:
        raise Transient("channel gitlab: rate limit", retry_after_s=retry_after_s(answer.headers))


def problem(error: Exception, where: str) -> CoagentError:
    """What went wrong in coagent's terms."""
    status = getattr(error, "response_code", None)
    if status is None or status >= SERVER_ERROR:
        return Transient(f"channel gitlab: {where}: no good answer ({error})")
    hints = {
        REFUSED: "the token is wrong or revoked: set COAGENT_DELIVERY__GITLAB_TOKEN anew, then `coagent outbox retry`",
        FORBIDDEN: "the token may not write issues there",
        MISSING: "no such project for this token",
    }
    return Fatal(f"channel gitlab: {where}: {status}: {hints.get(status, str(error)[:200])}")


def _issue(place: str, found: Any) -> Issue:
    """Its name is `group/project#12`, of the project in which it is now."""
    ref = (found.get("references") or {}).get("full") or f"{place}#{found['iid']}"
    return Issue(ref, found["web_url"], found["state"] == "opened")


def _project(ref: str) -> str:
    return ref.rpartition("#")[0]


def _project_path(place: str) -> str:
    return f"/projects/{quote(place, safe='')}"


def _issues(place: str) -> str:
    return f"{_project_path(place)}/issues"


def _path(ref: str) -> str:
    project, _, number = ref.rpartition("#")
    return f"{_issues(project)}/{number}"
