"""Channel `github`: issues of a repository."""

from datetime import datetime
from typing import Any

from githubkit import GitHub
from githubkit.exception import GitHubException, RateLimitExceeded, RequestFailed

from coagent.adapters.notify.retry_after import retry_after_s
from coagent.adapters.notify.tracker import Issue
from coagent.deliver.issue_markdown import body, comment, marker, title
from coagent.domain.conversation import Answer
from coagent.domain.errors import CoagentError, Fatal, Transient
from coagent.domain.notice import Notice

PAGE = 100
PAGES = 5
REFUSED, FORBIDDEN, MISSING, GONE, TOO_MANY, SERVER_ERROR = 401, 403, 404, 410, 429, 500
MEMBERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
Json = dict[str, Any]


class GithubIssues:
    """A moved issue is followed: its address is read before each write, for a redirected POST would become a GET."""

    channel = "github"
    pace_s = 1.0
    """GitHub asks for a second between writes, and takes 80 a minute."""

    def __init__(self, client: GitHub[Any]) -> None:
        self._client = client

    async def get(self, ref: str) -> Issue | None:
        repository, _, number = ref.rpartition("#")
        try:
            return _issue((await self._client.arequest("GET", f"/repos/{repository}/issues/{number}")).json())
        except RequestFailed as error:
            if error.response.status_code in (MISSING, GONE):
                return None
            raise problem(error, repository) from error
        except GitHubException as error:
            raise problem(error, repository) from error

    async def create(self, place: str, notice: Notice) -> Issue:
        fields = {"title": title(notice), "body": body(notice), "labels": notice.labels}
        return _issue(await self._ask("POST", f"/repos/{place}/issues", fields))

    async def find(self, place: str, notice: Notice, since: datetime) -> Issue | None:
        for page in range(1, PAGES + 1):
            query = f"state=all&sort=created&direction=desc&per_page={PAGE}&page={page}"
            found = await self._ask("GET", f"/repos/{place}/issues?{query}")
            mine = [one for one in found if marker(notice.conversation) in (one.get("body") or "")]
            if mine:
                return _issue(min(mine, key=lambda one: int(one["number"])))
            if len(found) < PAGE or datetime.fromisoformat(found[-1]["created_at"]) < since:
                break
        return None

    async def edit(self, issue: Issue, notice: Notice) -> None:
        await self._ask("PATCH", _path(issue), {"title": title(notice), "body": body(notice)})

    async def comment(self, issue: Issue, notice: Notice) -> None:
        await self._ask("POST", f"{_path(issue)}/comments", {"body": comment(notice)})

    async def has_comment(self, issue: Issue, notice: Notice) -> bool:
        """Among the newest hundred or two."""
        count = int((await self._ask("GET", _path(issue))).get("comments", 0))
        last = max(1, (count + PAGE - 1) // PAGE)
        wanted = marker(notice.conversation, notice.revision)
        for page in range(max(1, last - 1), last + 1):
            comments = await self._ask("GET", f"{_path(issue)}/comments?per_page={PAGE}&page={page}")
            if any(wanted in (one.get("body") or "") for one in comments):
                return True
        return False

    async def set_open(self, issue: Issue, is_open: bool) -> None:
        fields = {"state": "open"} if is_open else {"state": "closed", "state_reason": "completed"}
        await self._ask("PATCH", _path(issue), fields)

    async def answers(self, ref: str, since: datetime) -> tuple[list[Answer], str | None]:
        """Comments of members and collaborators alone."""
        path = _path(Issue(ref, "", is_open=True))
        issue = await self._ask("GET", path)
        said = [
            Answer(str(one["id"]), (one.get("user") or {}).get("login", "unknown"), one.get("body") or "")
            for one in await self._comments(path, since)
            if one.get("author_association") in MEMBERS
        ]
        closer = (issue.get("closed_by") or {}).get("login", "somebody")
        return said, closer if issue["state"] == "closed" else None

    async def _comments(self, path: str, since: datetime) -> list[Json]:
        """Oldest first, as GitHub lists them: the newest stand on the last page."""
        found: list[Json] = []
        for page in range(1, PAGES + 1):
            query = f"per_page={PAGE}&page={page}&since={since:%Y-%m-%dT%H:%M:%SZ}"
            more = await self._ask("GET", f"{path}/comments?{query}")
            found += more
            if len(more) < PAGE:
                break
        return found

    async def may_write(self, place: str) -> bool:
        """Whether the token may write issues there; for `coagent doctor`."""
        repository = await self._ask("GET", f"/repos/{place}")
        return bool(repository.get("has_issues")) and bool((repository.get("permissions") or {}).get("push", True))

    async def _ask(self, method: str, path: str, fields: Json | None = None) -> Any:
        try:
            return (await self._client.arequest(method, path, json=fields)).json()
        except GitHubException as error:
            raise problem(error, "/".join(path.split("/")[2:4])) from error


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
        return Transient(f"{where}: rate limit", retry_after_s=retry_after_s(headers))
    if status >= SERVER_ERROR:
        return Transient(f"{where}: GitHub answers {status}")
    hints = {
        REFUSED: "the token is wrong or revoked: set COAGENT_DELIVERY__GITHUB_TOKEN anew, then `coagent outbox retry`",
        FORBIDDEN: "the token may not write issues there",
        MISSING: "no such repository for this token, or it was renamed",
        GONE: "issues are switched off there",
    }
    return Fatal(f"{where}: {status}: {hints.get(status, error.response.text[:200])}")


def _issue(found: Json) -> Issue:
    """Its name is `owner/name#12`, of the repository in which it is now."""
    path = str(found["url"]).rpartition("/repos/")[2]
    return Issue(path.replace("/issues/", "#"), found["html_url"], found["state"] == "open")


def _path(issue: Issue) -> str:
    return f"/repos/{issue.ref.replace('#', '/issues/')}"
