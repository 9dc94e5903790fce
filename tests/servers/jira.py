"""Jira Cloud's issues as far as coagent uses them.

Sources: developer.atlassian.com, Jira Cloud REST API v2 (issues, comments, transitions) and v3 `/search/jql`; limits of
summary (255) and text fields (32,767).
"""

import base64
import json as plain
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.servers.local import LocalServer, json

STATUSES = {"11": ("To Do", "new"), "21": ("In Progress", "indeterminate"), "31": ("Shipped", "done")}


class JiraServer(LocalServer):
    """Project `OPS`; the search lags where `lags`."""

    def __init__(self) -> None:
        super().__init__()
        self.user, self.lags = "ann@acme.example:tok", False
        self.issues: dict[str, dict[str, Any]] = {}
        self.comments: dict[str, list[dict[str, Any]]] = {}

    def is_write(self, request: Request) -> bool:
        return request.method != "GET" and "/search" not in request.url.path

    async def answer(self, request: Request, body: bytes) -> Response:
        if request.headers.get("authorization") != f"Basic {base64.b64encode(self.user.encode()).decode()}":
            return json({"errorMessages": ["Client must be authenticated"]}, 401)
        fields = plain.loads(body) if body else {}
        path = request.url.path
        if "/search/jql" in path:
            return self._search(request.query_params.get("jql") or fields["jql"])
        if path.endswith("/issue") and request.method == "POST":
            return self._create(fields["fields"])
        if path.endswith("/project/OPS"):
            return json({"key": "OPS"})
        found = re.fullmatch(r"/rest/api/2/issue/([\w-]+)(/comment|/transitions)?", path)
        if found is None or found[1] not in self.issues:
            return json({"errorMessages": ["Issue does not exist or you do not have permission to see it."]}, 404)
        return self._one(found[1], found[2], request, fields)

    def _one(self, key: str, part: str | None, request: Request, fields: dict[str, Any]) -> Response:  # noqa: PLR0911
        if part == "/comment" and request.method == "POST":
            if not 0 < len(fields["body"]) <= 32_767:
                return json({"errorMessages": ["Comment body is not valid!"]}, 400)
            self.comments[key].append({"body": fields["body"]})
            return json(self.comments[key][-1], 201)
        if part == "/comment":
            return json({"comments": self.comments[key]})
        if part == "/transitions" and request.method == "POST":
            self.issues[key]["status"] = _status(fields["transition"]["id"])
            return Response(status_code=204)
        if part == "/transitions":
            return json({"transitions": [{"id": one, "to": _status(one)} for one in STATUSES]})
        if request.method == "PUT":
            self.issues[key].update(fields["fields"])
            return Response(status_code=204)
        return json({"key": key, "fields": self.issues[key]})

    def _create(self, fields: dict[str, Any]) -> Response:
        if fields["project"]["key"] != "OPS":
            return json({"errors": {"project": "valid project is required"}}, 400)
        if len(fields["summary"]) > 255 or len(fields["description"]) > 32_767 or "\n" in fields["summary"]:
            return json({"errors": {"summary": "Summary must be less than 255 characters."}}, 400)
        if any(" " in label for label in fields["labels"]):
            return json({"errors": {"labels": "The label contains spaces which is invalid."}}, 400)
        key = f"OPS-{len(self.issues) + 1}"
        self.issues[key], self.comments[key] = {**fields, "status": _status("11")}, []
        return json({"id": "1", "key": key}, 201)

    def _search(self, query: str) -> Response:
        label = re.search(r'labels = "([^"]+)"', query)
        mine = [] if self.lags or not label else [key for key, one in self.issues.items() if label[1] in one["labels"]]
        return json({"issues": [{"key": key, "fields": self.issues[key]} for key in mine], "isLast": True})


def _status(number: str) -> dict[str, Any]:
    name, category = STATUSES[number]
    return {"name": name, "statusCategory": {"key": category}}
