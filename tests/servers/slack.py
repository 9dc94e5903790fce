"""Slack's Web API as far as coagent uses it, as strict as the reference says.

Sources: docs.slack.dev reference of chat.postMessage, chat.update, conversations.history, conversations.replies,
conversations.list, auth.test, files.getUploadURLExternal and files.completeUploadExternal; Block Kit's reference of
blocks; message metadata; slackapi/bolt-js #2509 for the length of all blocks together. Answers have the shapes of the
examples there.
"""

import json as plain
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from tests.servers.local import LocalServer, json

BLOCKS = frozenset({"header", "context", "section", "rich_text", "actions", "divider", "image", "table"})
RICH = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
ALL_CHARS = 13_000


class Refused(Exception):
    pass


class SlackServer(LocalServer):
    """One workspace; `channels` by id. A token that may not read has no history. `uploads` are files by id: their
    bytes, and the thread that shows them once they are complete.
    """

    def __init__(self, *, may_read: bool = True, may_upload: bool = True) -> None:
        super().__init__()
        self.token, self.may_read, self.may_upload = "xoxb-test", may_read, may_upload
        self.uploads: dict[str, dict[str, Any]] = {}
        self.channels = {"C0LLM": "llm-alerts", "C0OPS": "ops"}
        self.archived: set[str] = set()
        self.messages: list[dict[str, Any]] = []
        self._clock = count(1)

    def roots(self) -> list[dict[str, Any]]:
        return [one for one in self.messages if "thread_ts" not in one]

    def replies(self) -> list[dict[str, Any]]:
        return [one for one in self.messages if "thread_ts" in one]

    def is_write(self, request: Request) -> bool:
        return "/chat." in request.url.path

    async def answer(self, request: Request, body: bytes) -> Response:
        if "/upload/" in request.url.path:
            return self._upload(request.url.path.rpartition("/")[2], body)
        try:
            self._known(request)
            fields = _fields(request, body)
            method = request.url.path.rpartition("/")[2].replace(".", "_")
            scopes = ["chat:write", *["channels:history"] * self.may_read, *["files:write"] * self.may_upload]
            answer = {"ok": True, **getattr(self, method)(fields)}
            return json(answer, X_OAuth_Scopes=",".join(scopes))
        except Refused as refused:
            return json({"ok": False, "error": str(refused)})

    def _known(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.token}":
            raise Refused("invalid_auth")

    def auth_test(self, _fields: dict[str, Any]) -> dict[str, Any]:
        return {"url": "https://acme.slack.com/", "team": "Acme", "user": "coagent", "team_id": "T0", "user_id": "U0"}

    def chat_postMessage(self, fields: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        channel = self._channel(fields["channel"])
        message = self._message(fields)
        thread = fields.get("thread_ts")
        if thread and not any(one["ts"] == thread for one in self.messages):
            raise Refused("thread_not_found")
        timestamp = f"1770000000.{next(self._clock):06}"
        kept = {"channel": channel, "ts": timestamp, **message, **({"thread_ts": thread} if thread else {})}
        self.messages.append(kept)
        return {"channel": channel, "ts": timestamp, "message": kept}

    def chat_update(self, fields: dict[str, Any]) -> dict[str, Any]:
        if fields["channel"] not in self.channels:
            raise Refused("channel_not_found")
        self._channel(fields["channel"])
        known = [one for one in self.messages if one["ts"] == fields["ts"]]
        if not known:
            raise Refused("message_not_found")
        known[0].update(self._message(fields))
        return {"channel": fields["channel"], "ts": fields["ts"], "text": known[0]["text"]}

    def conversations_history(self, fields: dict[str, Any]) -> dict[str, Any]:
        self._readable(fields)
        mine = [one for one in self.roots() if one["channel"] == fields["channel"]]
        return {"messages": mine[::-1][: int(fields["limit"])], "has_more": False}

    def conversations_replies(self, fields: dict[str, Any]) -> dict[str, Any]:
        self._readable(fields)
        mine = [one for one in self.messages if fields["ts"] in (one["ts"], one.get("thread_ts"))]
        return {"messages": mine, "has_more": False}

    def conversations_list(self, _fields: dict[str, Any]) -> dict[str, Any]:
        if not self.may_read:
            raise Refused("missing_scope")
        return {"channels": [{"id": one, "name": name} for one, name in self.channels.items()]}

    def files_getUploadURLExternal(self, fields: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        if not self.may_upload:
            raise Refused("missing_scope")
        if not fields.get("filename") or int(fields["length"]) <= 0:
            raise Refused("invalid_arguments")
        file = f"F{len(self.uploads):07}"
        self.uploads[file] = {"length": int(fields["length"])}
        return {"upload_url": f"{self.url}/upload/{file}", "file_id": file}

    def _upload(self, file: str, body: bytes) -> Response:
        self.uploads[file]["bytes"] = body
        return Response(f"OK - {len(body)}")

    def files_completeUploadExternal(self, fields: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        """A channel by its id alone; a file whose bytes came."""
        if fields["channel_id"] not in self.channels:
            raise Refused("channel_not_found")
        files = plain.loads(fields["files"]) if isinstance(fields["files"], str) else fields["files"]
        for one in files:
            known = self.uploads.get(one["id"], {})
            if len(known.get("bytes", b"")) != known.get("length") or "thread_ts" in known:
                raise Refused("file_not_found")
            known.update(thread_ts=fields.get("thread_ts"), channel=fields["channel_id"])
        return {"files": files}

    def _readable(self, fields: dict[str, Any]) -> None:
        if not self.may_read:
            raise Refused("missing_scope")
        if fields["channel"] not in self.channels:
            raise Refused("channel_not_found")

    def _channel(self, named: str) -> str:
        found = [one for one, name in self.channels.items() if named in (one, f"#{name}", name)]
        if not found:
            raise Refused("channel_not_found")
        if found[0] in self.archived:
            raise Refused("is_archived")
        return found[0]

    def _message(self, fields: dict[str, Any]) -> dict[str, Any]:
        text, blocks = fields.get("text", ""), fields.get("blocks", [])
        if not text and not blocks:
            raise Refused("no_text")
        if len(text) > 40_000:
            raise Refused("msg_too_long")
        if len(plain.dumps(blocks)) > ALL_CHARS:
            raise Refused("msg_blocks_too_long")
        check(blocks)
        metadata = fields.get("metadata")
        if metadata is not None and not {"event_type", "event_payload"} <= metadata.keys():
            raise Refused("invalid_metadata_format")
        return {"text": text, "blocks": blocks, "metadata": metadata}


def check(blocks: list[dict[str, Any]]) -> None:
    """Raises Refused where a block breaks a rule of the Block Kit reference."""
    if len(blocks) > 50:
        raise Refused("invalid_blocks")
    for block in blocks:
        if not _is_valid(block):
            raise Refused("invalid_blocks")


def _is_valid(block: dict[str, Any]) -> bool:
    kind = block.get("type")
    if kind == "header":
        return _text(block["text"], 150) and block["text"]["type"] == "plain_text"
    if kind == "context":
        return 1 <= len(block["elements"]) <= 10 and all(_text(one, 3000) for one in block["elements"])
    if kind == "section":
        fields = block.get("fields", [])
        return bool("text" in block or fields) and len(fields) <= 10 and all(_text(one, 2000) for one in fields)
    if kind == "actions":
        return 1 <= len(block["elements"]) <= 25 and all(_button(one) for one in block["elements"])
    if kind == "rich_text":
        return bool(block["elements"]) and all(_rich(one) for one in block["elements"])
    return kind == "divider"


def _text(text: dict[str, Any], most: int) -> bool:
    return text["type"] in ("plain_text", "mrkdwn") and 1 <= len(text["text"]) <= most


def _button(button: dict[str, Any]) -> bool:
    short = len(button["action_id"]) <= 255 and len(button["value"]) <= 2000
    return button["type"] == "button" and _text(button["text"], 75) and short


def _rich(element: dict[str, Any]) -> bool:
    if element["type"] == "rich_text_list":
        return element["style"] in ("bullet", "ordered") and all(_rich(one) for one in element["elements"])
    return element["type"] in RICH and all(
        one["type"] == "text" and one["text"] and set(one.get("style", {})) <= {"bold", "italic", "strike", "code"}
        for one in element["elements"]
    )


def _fields(request: Request, body: bytes) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(plain.loads(body))
    query = dict(parse_qsl(body.decode())) | dict(request.query_params)
    return {name: plain.loads(value) if name in ("blocks", "metadata") else value for name, value in query.items()}
