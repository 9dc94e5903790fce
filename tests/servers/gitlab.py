"""GitLab's issues as far as coagent uses them.

Sources: docs.gitlab.com REST reference of issues and notes (API v4), limits of title (255) and description (1,048,576);
an issue that was moved is closed and names the new one by its global id (`moved_to_id`).
"""

import json as plain
import re
from typing import Any
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response

from tests.servers.local import LocalServer, json


class GitlabServer(LocalServer):
    """Project `acme/ops`."""

    def __init__(self) -> None:
        super().__init__()
        self.token = "glpat-test"
        self.issues: dict[int, dict[str, Any]] = {}
        self.notes: dict[int, list[dict[str, Any]]] = {}

    async def answer(self, request: Request, body: bytes) -> Response:  # noqa: PLR0911
        if request.headers.get("private-token") != self.token:
            return json({"message": "401 Unauthorized"}, 401)
        fields = plain.loads(body) if body else {}
        path = unquote(request.scope["raw_path"].decode())
        if path == "/api/v4/issues":
            return json([one for one in self.issues.values() if one["title"] == request.query_params["search"]])
        found = re.fullmatch(r"/api/v4/projects/acme/(?:ops|apps)(?:/issues(?:/(\d+)(/notes)?)?)?", path)
        if found is None:
            return json({"message": "404 Project Not Found"}, 404)
        if "/issues" not in path:
            return json({"path_with_namespace": "acme/ops"})
        if found[1] is None:
            return json(list(self.issues.values())) if request.method == "GET" else self._create(fields)
        number = int(found[1])
        if number not in self.issues:
            return json({"message": "404 Not found"}, 404)
        if found[2]:
            return self._notes(number, request, fields)
        if request.method == "PUT":
            self._edit(number, fields)
        return json(self.issues[number])

    def _create(self, fields: dict[str, Any]) -> Response:
        if not 0 < len(fields["title"]) <= 255 or len(fields["description"]) > 1_048_576:
            return json({"message": {"title": ["is too long (maximum is 255 characters)"]}}, 400)
        number = len(self.issues) + 1
        self.issues[number] = {
            "id": 9000 + number,
            "iid": number,
            "moved_to_id": None,
            "references": {"short": f"#{number}", "full": f"acme/ops#{number}"},
            "state": "opened",
            "web_url": f"https://gitlab.com/acme/ops/-/issues/{number}",
            **fields,
        }
        self.notes[number] = []
        return json(self.issues[number], 201)

    def move(self, number: int) -> None:
        """To `acme/apps`, as a person does."""
        old, new = self.issues[number], len(self.issues) + 1
        references = {"short": f"#{new}", "full": f"acme/apps#{new}"}
        url = f"https://gitlab.com/acme/apps/-/issues/{new}"
        self.issues[new] = {**old, "id": 9000 + new, "iid": new, "references": references, "web_url": url}
        self.notes[new] = []
        old.update(state="closed", moved_to_id=9000 + new)

    def _edit(self, number: int, fields: dict[str, Any]) -> None:
        event = fields.pop("state_event", None)
        state = {"close": "closed", "reopen": "opened"}.get(event or "", self.issues[number]["state"])
        self.issues[number].update(fields, state=state)

    def _notes(self, number: int, request: Request, fields: dict[str, Any]) -> Response:
        if request.method == "GET":
            return json(self.notes[number][::-1])
        self.notes[number].append({"id": len(self.notes[number]), "body": fields["body"]})
        return json(self.notes[number][-1], 201)
