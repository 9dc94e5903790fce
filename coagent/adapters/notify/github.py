"""Channel `github`: an issue a conversation, edited in place; what is new is a comment."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from githubkit import GitHub
from githubkit.exception import GitHubException, RateLimitExceeded, RequestFailed
from msgspec.structs import replace

from coagent.adapters.notify.notice import notice_of
from coagent.deliver.issue_markdown import body, comment, marker, title
from coagent.domain.conversation import Ticket
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.insight import OutboxMessage
from coagent.domain.notice import Notice
from coagent.ports import Clock, Tickets

SETTLED = timedelta(seconds=60)
"""A list may lag behind a write: only after so long is "not there" believed."""
LOOKED_BACK = timedelta(minutes=10)
PAGE = 100
PAGES = 5
FORBIDDEN, MISSING, GONE, TOO_MANY, SERVER_ERROR = 403, 404, 410, 429, 500
BUSY_S = 60.0
Json = dict[str, Any]


class GithubNotifier:
    """Its own table says which issue is whose. An issue whose answer was lost is found again by the hidden marker in
    the list of issues, never by the search, and none is made before the list has had time to show it.
    """

    channel = "github"
    at_once = 1
    pace_s = 1.0
    """GitHub asks for a second between writes, and takes 80 a minute."""

    def __init__(self, client: GitHub[Any], repository: str, tickets: Tickets, clock: Clock) -> None:
        self._client = client
        self._repository = repository
        self._tickets = tickets
        self._clock = clock

    async def send(self, message: OutboxMessage) -> None:
        notice = notice_of(message)
        repository = message.target or self._repository
        ticket = await asyncio.to_thread(self._tickets.get, message.channel, notice.conversation)
        try:
            await self._show(message, notice, ticket, repository)
        except GitHubException as error:
            raise problem(error, repository) from error

    async def _show(self, message: OutboxMessage, notice: Notice, ticket: Ticket | None, repository: str) -> None:
        issue = await self._known(ticket) if ticket and ticket.ref else None
        first = issue is None
        if issue is None:
            begun = ticket if ticket and ticket.ref is None else None
            issue = await self._lost(repository, notice, begun) if begun else None
            issue = issue or await self._create(message, notice, repository)
            ticket = await self._save(message, notice, issue)
        await self._update(notice, issue, first=first, again=message.attempts > 1)
        closed = notice.over or (ticket.closed if ticket and not _opens(notice) else False)
        if ticket is not None:
            await asyncio.to_thread(
                self._tickets.save, replace(ticket, ref=_ref(issue), revision=notice.revision, closed=closed)
            )

    async def _known(self, ticket: Ticket) -> Json | None:
        """The issue wherever it was moved to; None where somebody deleted it."""
        repository, _, number = (ticket.ref or "").rpartition("#")
        try:
            issue: Json = await self._ask("GET", f"/repos/{repository}/issues/{number}")
        except RequestFailed as error:
            if error.response.status_code in (MISSING, GONE):
                return None
            raise
        return issue

    async def _create(self, message: OutboxMessage, notice: Notice, repository: str) -> Json:
        await asyncio.to_thread(self._tickets.begin, message.channel, notice.conversation, self._clock.now())
        fields = {"title": title(notice), "body": body(notice), "labels": notice.labels}
        try:
            issue: Json = await self._ask("POST", f"/repos/{repository}/issues", fields)
        except RequestFailed as error:
            if error.response.status_code < SERVER_ERROR:  # refused: nothing was made
                await asyncio.to_thread(self._tickets.forget, message.channel, notice.conversation)
            raise
        return issue

    async def _lost(self, repository: str, notice: Notice, begun: Ticket) -> Json | None:
        """The issue of an attempt whose answer did not come; raises Transient while the list may still lag."""
        since = begun.begun_at - LOOKED_BACK
        for page in range(1, PAGES + 1):
            query = f"state=all&sort=created&direction=desc&per_page={PAGE}&page={page}"
            issues = await self._ask("GET", f"/repos/{repository}/issues?{query}")
            mine = [one for one in issues if marker(notice.conversation) in (one.get("body") or "")]
            if mine:
                return dict(min(mine, key=lambda one: int(one["number"])))
            if len(issues) < PAGE or datetime.fromisoformat(issues[-1]["created_at"]) < since:
                break
        waited = self._clock.now() - begun.begun_at
        if waited < SETTLED:
            left = (SETTLED - waited).total_seconds()
            raise Transient(
                f"channel github: {repository}: an issue may be under way, looked for again in {left:.0f} s"
            )
        return None

    async def _update(self, notice: Notice, issue: Json, *, first: bool, again: bool) -> None:
        path = _path(issue)
        if not first:
            await self._ask("PATCH", path, {"title": title(notice), "body": body(notice)})
        is_news = not notice.is_silent and not (first and notice.stage in ("opened", "digest", "test"))
        if is_news and not (again and await self._has_comment(path, notice)):
            await self._ask("POST", f"{path}/comments", {"body": comment(notice)})
        if notice.over and issue["state"] == "open":
            await self._ask("PATCH", path, {"state": "closed", "state_reason": "completed"})
        if _opens(notice) and issue["state"] == "closed":
            await self._ask("PATCH", path, {"state": "open"})

    async def _has_comment(self, path: str, notice: Notice) -> bool:
        wanted = marker(notice.conversation, notice.revision)
        comments = await self._ask("GET", f"{path}/comments?per_page={PAGE}&page=1")
        pages = (int((await self._ask("GET", path)).get("comments", 0)) + PAGE - 1) // PAGE
        if pages > 1:
            comments = [*comments, *await self._ask("GET", f"{path}/comments?per_page={PAGE}&page={pages}")]
        return any(wanted in (one.get("body") or "") for one in comments)

    async def _save(self, message: OutboxMessage, notice: Notice, issue: Json) -> Ticket:
        ticket = Ticket(
            channel=message.channel,
            conversation=notice.conversation,
            begun_at=self._clock.now(),
            ref=_ref(issue),
            url=issue["html_url"],
            revision=0,
        )
        await asyncio.to_thread(self._tickets.save, ticket)
        return ticket

    async def _ask(self, method: str, path: str, fields: Json | None = None) -> Any:
        answer = await self._client.arequest(method, path, json=fields)
        return answer.json()


def github_client(token: str, url: str, timeout_s: float) -> GitHub[Any]:
    """The client without its own retries: the outbox decides when to try again."""
    return GitHub(token, base_url=url, timeout=timeout_s, auto_retry=False, http_cache=False)


def problem(error: GitHubException, repository: str) -> CoagentError:
    """What went wrong in coagent's terms."""
    where = f"channel github: {repository}"
    if isinstance(error, RateLimitExceeded):
        return Transient(f"{where}: rate limit", retry_after_s=error.retry_after.total_seconds())
    if not isinstance(error, RequestFailed):
        return Transient(f"{where}: no answer ({error!r})")
    status, headers = error.response.status_code, error.response.headers
    if status == TOO_MANY or (status == FORBIDDEN and "retry-after" in headers):
        return Transient(f"{where}: rate limit", retry_after_s=float(headers.get("retry-after", BUSY_S)))
    if status >= SERVER_ERROR:
        return Transient(f"{where}: GitHub answers {status}")
    hints = {
        401: "the token is wrong or revoked: set COAGENT_DELIVERY__GITHUB_TOKEN anew, then `coagent outbox retry`",
        FORBIDDEN: "the token may not write issues there",
        MISSING: "no such repository for this token, or it was renamed",
        GONE: "issues are switched off there",
    }
    return Fatal(f"{where}: {status}: {hints.get(status, error.response.text[:200])}")


def _opens(notice: Notice) -> bool:
    return notice.stage == "reopened"


def _ref(issue: Json) -> str:
    """`owner/name#12`, of the repository in which it is now."""
    return f"{_path(issue).removeprefix('/repos/').replace('/issues/', '#')}"


def _path(issue: Json) -> str:
    return "/repos/" + str(issue["url"]).rpartition("/repos/")[2]
