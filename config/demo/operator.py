"""Plays the person at the admin: logs in, presses buttons, gives consent on the vendors' pages."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

PATIENCE_SECONDS = 60


class OperatorError(Exception):
    """A page did not show what the demo expects; says which."""


class _Fields(HTMLParser):
    """The hidden fields of a page's forms, by the form's action."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self._form = self.forms.setdefault(values.get("action") or "", {})
        elif tag == "input" and self._form is not None and values.get("type") == "hidden":
            self._form[values.get("name") or ""] = values.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


class Operator:
    """A browser without a screen, signed in to the admin."""

    def __init__(self, web_url: str, username: str, password: str) -> None:
        self._web_url = web_url
        self._session = requests.Session()
        self._session.trust_env = False
        self._log_in(username, password)

    def _log_in(self, username: str, password: str) -> None:
        page = f"{self._web_url}/admin/login/"
        (fields,) = self._forms(self._get(page)).values()
        asked = {"username": username, "password": password, "next": "/admin/"}
        answer = self._post(page, fields | asked)
        if "/admin/login/" in answer.url:
            raise OperatorError("The admin did not let the demo's user in.")

    def connect(self, connection_id: int) -> None:
        """Press Connect and follow the way over the vendor's consent page back to the product."""
        page = f"{self._web_url}/admin/integrations/connection/{connection_id}/change/"
        answer = self._press(page, f"/connect/start/{connection_id}/")
        if f"/connection/{connection_id}/change/" not in answer.url:
            raise OperatorError(f"Connecting ended at {answer.url} ({answer.status_code}).")

    def press(self, model: str, row_id: int, button: str) -> None:
        """Press one of the buttons on a row's page."""
        page = f"{self._web_url}/admin/integrations/{model}/{row_id}/change/"
        self._press(page, f"/admin/integrations/{model}/{row_id}/{button}/")

    def is_ready(self) -> bool:
        """Whether the installation says of itself that it works, beat included."""
        answer = self._session.get(f"{self._web_url}/readyz", timeout=PATIENCE_SECONDS)
        return answer.status_code == 200

    def _press(self, page: str, action: str) -> requests.Response:
        forms = self._forms(self._get(page))
        if action not in forms:
            raise OperatorError(f"{page} has no button that leads to {action}.")
        return self._post(urljoin(page, action), forms[action], referer=page)

    def _get(self, url: str) -> requests.Response:
        answer = self._session.get(url, timeout=PATIENCE_SECONDS)
        if answer.status_code != 200:
            raise OperatorError(f"{url} answered {answer.status_code}.")
        return answer

    def _post(self, url: str, fields: dict[str, str], referer: str = "") -> requests.Response:
        answer = self._session.post(
            url, data=fields, headers={"Referer": referer or url}, timeout=PATIENCE_SECONDS
        )
        if answer.status_code != 200:
            raise OperatorError(f"{url} answered {answer.status_code}.")
        return answer

    @staticmethod
    def _forms(answer: requests.Response) -> dict[str, dict[str, str]]:
        parser = _Fields()
        parser.feed(answer.text)
        return parser.forms
