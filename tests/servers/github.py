"""GitHub's issues as far as coagent uses them, as strict as the reference says.

Sources: docs.github.com REST reference of issues and issue comments (version 2022-11-28), "Best practices for using
the REST API" (secondary limits, Retry-After), "Transferring an issue" (301 to the new place),
github/rest-api-description for the shapes of answers.
"""

import json as plain
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.servers.local import LocalServer, json


class GithubServer(LocalServer):
    """Repositories `acme/ops` and `acme/llm`. The list of issues shows what is older than `lag` writes alone."""

    def __init__(self) -> None:
        super().__init__()
        self.token, self.lag = "ghp_test", 0
        self.repositories = {"acme/ops", "acme/llm"}
        self.issues: dict[tuple[str, int], dict[str, Any]] = {}
        self.moved: dict[tuple[str, int], tuple[str, int]] = {}
        self.deleted: set[tuple[str, int]] = set()
        self.comments: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.has_issues = True

    async def answer(self, request: Request, body: bytes) -> Response:
        if request.headers.get("authorization") != f"token {self.token}":
            return json({"message": "Bad credentials"}, 401)
        fields = plain.loads(body) if body else {}
        found = re.fullmatch(r"/repos/([\w.-]+/[\w.-]+)(?:/issues(?:/(\d+)(/comments)?)?)?", request.url.path)
        if found is None or found[1] not in self.repositories:
            return json({"message": "Not Found"}, 404)
        if not request.url.path.partition("/issues")[1]:
            return json({"full_name": found[1], "permissions": {"push": True}, "has_issues": True})
        if not self.has_issues:
            return json({"message": "Issues has been disabled in this repository."}, 410)
        if found[2] is None:
            return self._list(found[1], request) if request.method == "GET" else self._create(found[1], fields)
        return self._one((found[1], int(found[2])), found[3], request, fields)

    def move(self, key: tuple[str, int], repository: str) -> None:
        """As "transfer issue" does."""
        new = (repository, 1 + max((number for name, number in self.issues if name == repository), default=0))
        self.issues[new] = {**self.issues.pop(key), **self._address(new)}
        self.comments[new] = self.comments.pop(key)
        self.moved[key] = new

    def _one(self, key: tuple[str, int], comments: str | None, request: Request, fields: dict[str, Any]) -> Response:
        if key in self.moved:
            return Response(status_code=301, headers={"location": self._url(self.moved[key]) + (comments or "")})
        if key in self.deleted:
            return json({"message": "This issue was deleted"}, 410)
        if key not in self.issues:
            return json({"message": "Not Found"}, 404)
        if comments:
            return self._comments(key, request, fields)
        if request.method == "PATCH":
            wrong = _wrong(fields)
            if wrong:
                return wrong
            self.issues[key].update({name: fields[name] for name in ("title", "body", "state") if name in fields})
        return json({**self.issues[key], "comments": len(self.comments[key])})

    def _comments(self, key: tuple[str, int], request: Request, fields: dict[str, Any]) -> Response:
        if request.method == "GET":
            page, size = int(request.query_params["page"]), int(request.query_params["per_page"])
            return json(self.comments[key][(page - 1) * size : page * size])
        if not 0 < len(fields["body"]) <= 65_536:
            return json({"message": "Validation Failed"}, 422)
        self.comments[key].append({"id": len(self.comments[key]) + 1, "body": fields["body"]})
        return json(self.comments[key][-1], 201)

    def _list(self, repository: str, request: Request) -> Response:
        page, size = int(request.query_params["page"]), int(request.query_params["per_page"])
        shown = [one for (name, _), one in self.issues.items() if name == repository]
        newest = shown[: len(shown) - self.lag][::-1]
        return json(newest[(page - 1) * size : page * size])

    def _create(self, repository: str, fields: dict[str, Any]) -> Response:
        wrong = _wrong(fields)
        if wrong:
            return wrong
        key = (repository, 1 + max((number for name, number in self.issues if name == repository), default=0))
        self.issues[key] = {
            **self._address(key),
            "state": "open",
            "title": fields["title"],
            "body": fields["body"],
            "labels": [{"name": name} for name in fields.get("labels", [])],
            "created_at": "2026-03-01T14:23:22Z",
        }
        self.comments[key] = []
        return json(self.issues[key], 201)

    def _address(self, key: tuple[str, int]) -> dict[str, Any]:
        return {"number": key[1], "url": self._url(key), "html_url": f"https://github.com/{key[0]}/issues/{key[1]}"}

    def _url(self, key: tuple[str, int]) -> str:
        return f"{self.url}/repos/{key[0]}/issues/{key[1]}"


def _wrong(fields: dict[str, Any]) -> Response | None:
    if "title" in fields and not 0 < len(fields["title"]) <= 256:
        return json({"message": "Validation Failed", "errors": [{"field": "title", "code": "too_long"}]}, 422)
    if len(fields.get("body", "")) > 65_536:
        return json({"message": "Validation Failed", "errors": [{"message": "body is too long"}]}, 422)
    if fields.get("state", "open") not in ("open", "closed"):
        return json({"message": "Validation Failed"}, 422)
    return None
