"""Channel `jira`: issues of a project."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import requests
from atlassian import Jira
from atlassian.errors import ApiError

from coagent.adapters.notify.retry_after import retry_after_s
from coagent.adapters.notify.tracker import Issue
from coagent.deliver.jira_markup import comment, description, label, summary
from coagent.domain.conversation import Answer
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.notice import Notice

REFUSED, FORBIDDEN, MISSING, TOO_MANY, SERVER_ERROR = 401, 403, 404, 429, 500
DONE = "done"
"""Key of the status category in which issues are closed, whatever a project calls its statuses."""


class JiraIssues:
    """A hidden marker is no option in Jira: a label names the conversation."""

    channel = "jira"
    pace_s = 1.0

    def __init__(self, client: Jira, url: str, issue_type: str) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._type = issue_type

    async def get(self, ref: str) -> Issue | None:
        try:
            found = await asyncio.to_thread(self._client.issue, ref, fields="status")
        except (ApiError, requests.RequestException) as error:
            if _status(error) == MISSING:
                return None
            raise problem(error, ref) from error
        return self._issue(found)

    async def create(self, place: str, notice: Notice) -> Issue:
        fields = {
            "project": {"key": place},
            "issuetype": {"name": self._type},
            "summary": summary(notice),
            "description": description(notice),
            "labels": [*notice.labels, label(notice.conversation)],
        }
        made = await self._ask(place, self._client.issue_create, fields)
        return Issue(made["key"], f"{self._url}/browse/{made['key']}", is_open=True)

    async def find(self, place: str, notice: Notice, since: datetime) -> Issue | None:  # noqa: ARG002
        """By the label; `since` is not needed."""
        query = f'project = "{re.sub(r"[^A-Za-z0-9_]", "", place)}" AND labels = "{label(notice.conversation)}"'
        found = await self._ask(place, self._client.enhanced_jql, f"{query} ORDER BY created ASC", fields="status")
        return self._issue(found["issues"][0]) if found["issues"] else None

    async def edit(self, issue: Issue, notice: Notice) -> None:
        fields = {"summary": summary(notice), "description": description(notice)}
        await self._ask(issue.ref, self._client.update_issue_field, issue.ref, fields, notify_users=False)

    async def comment(self, issue: Issue, notice: Notice) -> None:
        await self._ask(issue.ref, self._client.issue_add_comment, issue.ref, comment(notice))

    async def has_comment(self, issue: Issue, notice: Notice) -> bool:
        found = await self._ask(issue.ref, self._client.issue_get_comments, issue.ref)
        return any(one.get("body") == comment(notice) for one in found["comments"])

    async def set_open(self, issue: Issue, is_open: bool) -> None:
        """By a transition into a status of that category; raises Fatal where the project's workflow has none."""
        path = f"rest/api/2/issue/{issue.ref}/transitions"
        found = (await self._ask(issue.ref, self._client.get, path))["transitions"]
        fitting = [one["id"] for one in found if (one["to"]["statusCategory"]["key"] != DONE) is is_open]
        if not fitting:
            raise Fatal(f"channel jira: {issue.ref}: its workflow has no way to {'open' if is_open else 'close'} it")
        await self._ask(issue.ref, self._client.set_issue_status_by_transition_id, issue.ref, fitting[0])

    async def answers(self, ref: str, since: datetime) -> tuple[list[Answer], str | None]:  # noqa: ARG002
        issue = self._issue(await self._ask(ref, self._client.issue, ref, fields="status"))
        found = await self._ask(ref, self._client.issue_get_comments, ref)
        said = [
            Answer(str(one["id"]), (one.get("author") or {}).get("displayName", "unknown"), one.get("body") or "")
            for one in found["comments"]
        ]
        return said, None if issue.is_open else "somebody"

    async def may_write(self, place: str) -> bool:
        """Whether the account sees the project; for `coagent doctor`."""
        return bool(await self._ask(place, self._client.get, f"rest/api/2/project/{place}"))

    async def _ask(self, where: str, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            return await asyncio.to_thread(call, *arguments, **named)
        except (ApiError, requests.RequestException) as error:
            raise problem(error, where) from error

    def _issue(self, found: Any) -> Issue:
        is_open = found["fields"]["status"]["statusCategory"]["key"] != DONE
        return Issue(found["key"], f"{self._url}/browse/{found['key']}", is_open)


def jira_client(url: str, user: str, token: str, timeout_s: float) -> Jira:
    """Its own retries stay off: the outbox decides when to try again."""
    return Jira(
        url,
        username=user,
        password=token,
        cloud=True,
        api_version="2",
        timeout=max(1, round(timeout_s)),
        retry_with_header=False,
    )


def problem(error: Exception, where: str) -> CoagentError:
    """What went wrong in coagent's terms."""
    status = _status(error)
    if status is None or status >= SERVER_ERROR:
        return Transient(f"channel jira: {where}: no good answer ({error})")
    if status == TOO_MANY:
        headers = getattr(getattr(error, "response", None), "headers", {})
        return Transient(f"channel jira: {where}: rate limit", retry_after_s=retry_after_s(headers))
    hints = {
        REFUSED: "the token is wrong or revoked: set COAGENT_DELIVERY__JIRA_TOKEN anew, then `coagent outbox retry`",
        FORBIDDEN: "the account may not write issues there",
        MISSING: "no such project for this account",
    }
    return Fatal(f"channel jira: {where}: {status}: {hints.get(status, str(error)[:200])}")


def _status(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    if response is None:
        response = getattr(getattr(error, "reason", None), "response", None)
    return None if response is None else int(response.status_code)
