"""Raw HTTP to the BambooHR stand-in, as one credential; imports nothing of ours."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

CLIENT_ID = "ml-connector-sandbox"
CLIENT_SECRET = "sandbox-secret-bamboohr"
REDIRECT_URI = "https://connector.example/connect/callback/bamboohr/"
ADMIN, MANAGER, OUTSIDER = "2370", "2371", "2372"
SCOPES = (
    "openid email offline_access employee employee_directory public.user field field.write "
    "webhooks company:info user report employee.write"
)
JSON = {"Accept": "application/json"}
REASON = "X-BambooHR-Error-Message"
FORM = "application/x-www-form-urlencoded"
SECONDS = 20
KEYS: dict[tuple[str, str], str] = {}


class Account:
    """One company's host on the sandbox; calls carry no credential unless told."""

    def __init__(self, sandbox: Any, domain: str = "northwind") -> None:
        self.sandbox = sandbox
        self.domain = domain
        self.host = f"{sandbox.url}/bamboohr/{domain}.bamboohr.com"
        self.api = f"{self.host}/api/v1"
        self.session = requests.Session()
        self.session.trust_env = False
        self.authorization: Mapping[str, str] = {}

    def state(self) -> Any:
        """Everything the company knows."""
        return self.sandbox.state("bamboohr")["companies"][self.domain]

    def person(self, employee_id: str) -> Any:
        """One employee as judges see him."""
        return self.state()["employees"][employee_id]

    def key(self, user: str = ADMIN) -> str:
        """The API key of a user: the same after every reset with the same seed."""
        if (self.domain, user) not in KEYS:
            for key, row in self.state()["api_keys"].items():
                KEYS[self.domain, str(row["user"])] = key
        return KEYS[self.domain, user]

    def as_user(self, user: str = ADMIN) -> Account:
        """The same host with a user's API key."""
        other = Account(self.sandbox, self.domain)
        other.session = self.session
        basic = requests.auth._basic_auth_str(self.key(user), "x")
        other.authorization = {"Authorization": basic}
        return other

    def as_token(self, token: str) -> Account:
        """The same host with an access token."""
        other = Account(self.sandbox, self.domain)
        other.session = self.session
        other.authorization = {"Authorization": f"Bearer {token}"}
        return other

    def as_app(self, scope: str = SCOPES, user: str = ADMIN) -> Account:
        """The same host with an access token for these scopes."""
        return self.as_token(self.connect(scope, user)["access_token"])

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request to the API; a path that starts with http goes as it is."""
        headers = {**JSON, **self.authorization, **options.pop("headers", {})}
        url = path if path.startswith("http") else f"{self.api}/{path}"
        return self.session.request(
            method, url, headers=headers, timeout=SECONDS, allow_redirects=False, **options
        )

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET."""
        return self.send("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        """POST."""
        return self.send("POST", path, **options)

    def put(self, path: str, **options: Any) -> requests.Response:
        """PUT."""
        return self.send("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        """DELETE."""
        return self.send("DELETE", path, **options)

    def hr(self, employee_id: str, **change: Any) -> Any:
        """Let an HR person change an employee."""
        return self.sandbox.control("PUT", f"bamboohr/employees/{employee_id}", change)

    def authorize(self, **changed: str) -> requests.Response:
        """The consent page."""
        return self.session.get(
            f"{self.host}/authorize.php?{self.authorize_query(**changed)}",
            timeout=SECONDS,
            allow_redirects=False,
        )

    def authorize_query(self, **changed: str) -> str:
        """What the product sends the browser with."""
        asked = {
            "request": "authorize",
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPES,
            "state": "st-1",
        }
        return urlencode({**asked, **changed})

    def decide(
        self, decision: str = "connect", user: str = ADMIN, **changed: str
    ) -> requests.Response:
        """Press a button on the consent page."""
        return self.session.post(
            f"{self.host}/authorize.php?{self.authorize_query(**changed)}",
            data={"decision": decision, "user": user},
            timeout=SECONDS,
            allow_redirects=False,
        )

    def code(self, scope: str = SCOPES, user: str = ADMIN) -> str:
        """A fresh authorization code."""
        answer = self.decide(user=user, scope=scope)
        assert answer.status_code == 302, answer.text
        return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]

    def token(
        self, fields: Mapping[str, str], *, json: bool = False, query: str = "?request=token"
    ) -> requests.Response:
        """Ask the token endpoint; with the app's own credentials unless told otherwise."""
        sent = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, **fields}
        url = f"{self.host}/token.php{query}"
        if json:
            return self.session.post(url, json=sent, timeout=SECONDS)
        return self.session.post(url, data=sent, timeout=SECONDS)

    def exchange(self, code: str, **fields: str) -> requests.Response:
        """Exchange a code."""
        asked = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI, "code": code}
        return self.token({**asked, **fields})

    def refresh(self, refresh_token: str) -> requests.Response:
        """Refresh."""
        return self.token({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def connect(self, scope: str = SCOPES, user: str = ADMIN) -> Any:
        """Consent and exchange; the token answer."""
        answer = self.exchange(self.code(scope, user))
        assert answer.status_code == 200, answer.text
        return answer.json()


@dataclass(slots=True)
class Receiver:
    """A webhook endpoint on loopback that keeps what it gets and answers as told."""

    url: str
    statuses: list[int] = field(default_factory=list)
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def bodies(self) -> list[bytes]:
        """The bodies in the order they came."""
        return [body for _, _, body in self.received]


@contextmanager
def receiving(sandbox: Any) -> Iterator[Receiver]:
    """A receiver that stands for ``https://connector.example``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.received.append((self.path, dict(self.headers.items()), body))
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    sandbox.control(
        "POST", "reach", {"origin": "https://connector.example", "loopback": receiver.url}
    )
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
