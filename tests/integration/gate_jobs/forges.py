"""Comments of pull and merge requests as far as the gate uses them, as strict as the references say.

Sources: docs.github.com REST "Issue comments" (100 a page, 401 without a token, 403 for somebody else's, 422 for an
empty or a too long one), docs.gitlab.com REST "Notes" (`private-token`, 400 without a body).
"""

import json as plain
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from tests.servers.local import LocalServer, json

LONGEST = 65_536


class Forge(LocalServer):
    """Pull request 7 of `acme/app`; `comments` are those of it, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self.token, self.may_write = "secret-token", True
        self.comments: list[dict[str, Any]] = []

    def add(self, text: str, by: str) -> dict[str, Any]:
        self.comments.append({"id": len(self.comments) + 1, "body": text, "user": by, "system": False})
        return self.comments[-1]

    def known(self, number: str) -> dict[str, Any] | None:
        return next((one for one in self.comments if one["id"] == int(number)), None)


class GithubForge(Forge):
    async def answer(self, request: Request, body: bytes) -> Response:
        if request.headers.get("authorization") not in (f"token {self.token}", f"Bearer {self.token}"):
            return json({"message": "Bad credentials"}, 401)
        if request.method == "GET":
            return json(self._page(request)) if self._is_list(request) else json({"message": "Not Found"}, 404)
        if not self.may_write:
            return json({"message": "Resource not accessible by integration"}, 403)
        text = plain.loads(body).get("body", "")
        if not text or len(text) > LONGEST:
            return json({"message": "Validation Failed"}, 422)
        return self._write(request, text)

    def _write(self, request: Request, text: str) -> Response:
        if request.method == "POST" and self._is_list(request):
            return json(self._shown(self.add(text, "bot")), 201)
        found = re.fullmatch(r"/repos/acme/app/issues/comments/(\d+)", request.url.path)
        one = self.known(found[1]) if found and request.method == "PATCH" else None
        if one is None:
            return json({"message": "Not Found"}, 404)
        if one["user"] != "bot":
            return json({"message": "Must have admin rights to Repository."}, 403)
        one["body"] = text
        return json(self._shown(one))

    def _page(self, request: Request) -> list[dict[str, Any]]:
        size = min(int(request.query_params.get("per_page", 30)), 100)
        start = (int(request.query_params.get("page", 1)) - 1) * size
        return [self._shown(one) for one in self.comments[start : start + size]]

    def _is_list(self, request: Request) -> bool:
        return request.url.path == "/repos/acme/app/issues/7/comments"

    def _shown(self, one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "html_url": f"{self.url}/acme/app/pull/7#issuecomment-{one['id']}"}


class GitlabForge(Forge):
    async def answer(self, request: Request, body: bytes) -> Response:
        if request.headers.get("private-token") != self.token:
            return json({"message": "401 Unauthorized"}, 401)
        found = re.fullmatch(
            r"/api/v4/projects/(?:42|acme/app|acme%2Fapp)/merge_requests/7/notes(?:/(\d+))?", request.url.path
        )
        if found is None:
            return json({"message": "404 Not found"}, 404)
        if request.method == "GET":
            size, page = int(request.query_params.get("per_page", 20)), int(request.query_params.get("page", 1))
            return json(self.comments[(page - 1) * size : page * size])
        if not self.may_write:
            return json({"message": "403 Forbidden"}, 403)
        text = plain.loads(body).get("body", "")
        if not text:
            return json({"message": '400 Bad request - Note {:note=>["can\'t be blank"]}'}, 400)
        return self._write(request.method, found[1], text)

    def _write(self, method: str, number: str | None, text: str) -> Response:
        if method == "POST" and number is None:
            return json(self.add(text, "bot"), 201)
        one = self.known(number) if number and method == "PUT" else None
        if one is None:
            return json({"message": "404 Not found"}, 404)
        if one["user"] != "bot":
            return json({"message": "403 Forbidden"}, 403)
        one["body"] = text
        return json(one)
