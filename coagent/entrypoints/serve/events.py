"""What people said, out of each service's own event. An event that says nothing to coagent is no word."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import msgspec

from coagent.deliver.answers import CLOSED_BY_HAND, KINDS, command, word
from coagent.domain.notice import Word

Json = dict[str, Any]
Find = Callable[[str, str], tuple[str, str] | None]
"""(kind of channel, its reference) → (channel, conversation); None: the issue is not coagent's."""

MEMBERS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
PUBLIC = 20


def slack(body: bytes, at: datetime) -> list[Word]:
    """A button of a message. Source: docs.slack.dev, block_actions payloads."""
    payload = msgspec.json.decode(parse_qs(body.decode())["payload"][0])
    user = payload["user"]
    by = str(user.get("username") or user.get("name") or user["id"])
    said = [
        (one["action_id"].removeprefix("coagent."), one)
        for one in payload.get("actions", [])
        if str(one.get("action_id", "")).startswith("coagent.")
    ]
    return [
        word(f"{one['action_ts']}:{user['id']}", kind, str(one["value"]), by=by, via="slack", at=at)
        for name, one in said
        for kind in KINDS
        if kind == name
    ]


def github(event: str, delivery: str, payload: Json, find: Find, at: datetime) -> list[Word]:
    """A comment of a member, or an issue closed by hand. Source: docs.github.com, webhook events and payloads."""
    if event not in ("issue_comment", "issues") or "issue" not in payload:
        return []
    known = find("github", f"{payload['repository']['full_name']}#{payload['issue']['number']}")
    sender = payload["sender"]
    if known is None or sender.get("type") == "Bot":
        return []
    channel, conversation = known
    if event == "issues":
        if payload["action"] != "closed":
            return []
        return [
            word(delivery, "acknowledge", conversation, by=sender["login"], via=channel, at=at, reason=CLOSED_BY_HAND)
        ]
    comment = payload["comment"]
    said = command(comment["body"] or "")
    if payload["action"] != "created" or said is None or comment.get("author_association") not in MEMBERS:
        return []
    source = f"comment:{comment['id']}"
    return [word(source, said[0], conversation, by=sender["login"], via=channel, at=at, reason=said[1])]


def gitlab(payload: Json, find: Find, at: datetime) -> list[Word]:
    """A note in a project that is not public, or an issue closed by hand. Source: docs.gitlab.com, webhook events."""
    kind, project = payload.get("object_kind"), payload.get("project") or {}
    issue = payload.get("issue") if kind == "note" else payload.get("object_attributes")
    if kind not in ("note", "issue") or not issue:
        return []
    known = find("gitlab", f"{project['path_with_namespace']}#{issue['iid']}")
    if known is None or (kind == "note" and project.get("visibility_level") == PUBLIC):
        return []
    channel, conversation = known
    by, attributes = payload["user"]["username"], payload["object_attributes"]
    if kind == "issue":
        if attributes.get("action") != "close":
            return []
        source = f"closed:{attributes.get('updated_at')}"
        return [word(source, "acknowledge", conversation, by=by, via=channel, at=at, reason=CLOSED_BY_HAND)]
    said = command(attributes.get("note") or "")
    if said is None:
        return []
    return [word(f"comment:{attributes['id']}", said[0], conversation, by=by, via=channel, at=at, reason=said[1])]


def jira(payload: Json, find: Find, at: datetime) -> list[Word]:
    """A comment, or an issue moved into a closed status. Source: developer.atlassian.com, Jira Cloud webhooks."""
    event, issue = payload.get("webhookEvent"), payload.get("issue")
    known = find("jira", str(issue["key"])) if issue else None
    if issue is None or known is None:
        return []
    channel, conversation = known
    if event == "comment_created":
        comment = payload["comment"]
        said = command(comment.get("body") or "")
        by = (comment.get("author") or {}).get("displayName", "unknown")
        source = f"comment:{comment['id']}"
        return [word(source, said[0], conversation, by=by, via=channel, at=at, reason=said[1])] if said else []
    changed = (payload.get("changelog") or {}).get("items", [])
    is_done = issue["fields"]["status"]["statusCategory"]["key"] == "done"
    if event != "jira:issue_updated" or not is_done or not any(one["field"] == "status" for one in changed):
        return []
    by, source = (payload.get("user") or {}).get("displayName", "unknown"), f"closed:{payload.get('timestamp')}"
    return [word(source, "acknowledge", conversation, by=by, via=channel, at=at, reason=CLOSED_BY_HAND)]


def alertmanager(payload: Json, at: datetime) -> list[Word]:
    """An alert of coagent's own that Alertmanager holds for resolved. Source: prometheus.io, webhook_config."""
    ours = [one for one in payload.get("alerts", []) if "conversation" in one.get("labels", {})]
    return [
        word(
            str(one.get("endsAt")),
            "acknowledge",
            one["labels"]["conversation"],
            by="Alertmanager",
            via="alertmanager",
            at=at,
            reason="resolved there",
        )
        for one in ours
        if one.get("status") == "resolved"
    ]
