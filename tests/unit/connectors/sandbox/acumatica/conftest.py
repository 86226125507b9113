"""Raw HTTP to Acumatica's stand-in, as a client that knows nothing of ours would send it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from tests.conftest import Sandbox

CLIENT_ID = "88358B02-A48D-A50E-F710-39C1636C30F6@Northwind"
CLIENT_SECRET = "sandbox-secret-acumatica"
REDIRECT_URI = "https://connector.example/connect/callback/acumatica/"
DEFAULT = "/entity/Default/24.200.001"
CUSTOM = "/entity/MLConnector/24.200.001"
EMPLOYEE = f"{DEFAULT}/Employee"
DEPARTMENT = f"{CUSTOM}/Department"
OWN_ID, LEGACY_ID = "EP00000001", "EP00000002"
SECONDS = 30


class Erp:
    """One caller of the instance. It follows no redirect and keeps no cookie by itself."""

    def __init__(self, sandbox: Sandbox, host: str = "northwind.acumatica.com") -> None:
        self.sandbox = sandbox
        self.base = f"{sandbox.url}/acumatica/{host}"
        self.headers: dict[str, str] = {}

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
        **query: str | int,
    ) -> requests.Response:
        """Send one request; query names are given without their dollar sign."""
        return requests.request(
            method,
            f"{self.base}{path}",
            params={f"${name}": value for name, value in query.items()},
            json=body,
            data=form,
            headers=self.headers | (headers or {}),
            cookies=cookies,
            allow_redirects=False,
            timeout=SECONDS,
        )

    def get(self, path: str, **more: Any) -> requests.Response:
        """GET."""
        return self.send("GET", path, **more)

    def put(self, path: str, body: object, **more: Any) -> requests.Response:
        """PUT."""
        return self.send("PUT", path, body, **more)

    def token(self, **fields: str) -> requests.Response:
        """POST to the token endpoint with the app's credentials."""
        known = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return self.send("POST", "/identity/connect/token", form={**known, **fields})

    def password_token(self, scope: str = "api offline_access", **fields: str) -> requests.Response:
        """Ask for tokens with the API user's password."""
        user = {"username": "apiuser", "password": "sandbox-password"}
        return self.token(**{"grant_type": "password", "scope": scope, **user, **fields})

    def sign_in(self, scope: str = "api offline_access") -> dict[str, Any]:
        """Sign in for all further requests; the token answer."""
        answer = self.password_token(scope)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        self.headers = bearer(tokens)
        return tokens

    def login(self, **fields: str) -> requests.Response:
        """POST to the cookie login."""
        known = {"name": "apiuser", "password": "sandbox-password", "tenant": "Northwind"}
        return self.send("POST", "/entity/auth/login", {**known, **fields})

    def control(self, kind: str, key: str, **body: object) -> Any:
        """Change a record or a setting as a person at the vendor would."""
        return self.sandbox.control("PUT", f"acumatica/{kind}/{key}", body)

    def tenant(self) -> Any:
        """What judges see of the tenant Northwind."""
        instances = self.sandbox.state("acumatica")["instances"]
        return instances["northwind.acumatica.com"]["tenants"]["Northwind"]

    def employees(self) -> Any:
        """The tenant's employees by EmployeeID."""
        return self.tenant()["employees"]

    def create(self, body: dict[str, Any] | None = None) -> Any:
        """Create an employee; the row as judges see it."""
        answer = self.put(EMPLOYEE, body or new_person(), select="EmployeeID")
        assert answer.status_code == 200, answer.text
        return self.employees()[answer.json()["EmployeeID"]["value"]]

    def update(self, row: Any, body: dict[str, Any], method: str = "PUT") -> requests.Response:
        """Change an employee, named both by id and by key."""
        named = {"id": row["id"], "EmployeeID": {"value": row["EmployeeID"]}}
        return self.send(method, EMPLOYEE, {**named, **body})


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    """The header that shows an access token."""
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def wrapped(**values: object) -> dict[str, dict[str, object]]:
    """Fields in the vendor's wrapping."""
    return {name: {"value": value} for name, value in values.items()}


def history(**values: object) -> dict[str, dict[str, object]]:
    """A row of EmploymentHistory, with the fields given instead of the usual."""
    usual = {
        "PositionID": "ANALYST",
        "StartDate": "2026-02-02T00:00:00",
        "StartReason": "New Hire",
        "Active": True,
    }
    return wrapped(**{**usual, **values})


def new_person(reference: str = "BHR-1042", **settings: str) -> dict[str, Any]:
    """The dossier's body of a new employee."""
    usual = {
        "EmployeeClass": "EMPSALARY",
        "DepartmentID": "FINANCE",
        "BranchID": "HEADOFFICE",
        "EmployeeRefNbr": reference,
    }
    address = wrapped(
        AddressLine1="12 Elm St", City="Austin", State="TX", PostalCode="78701", Country="US"
    )
    contact = wrapped(FirstName="Mina", LastName="Okafor", Email="mina@northwind.example")
    return {
        "Status": {"value": "Active"},
        "ContactInfo": {**contact, "Address": address},
        "EmployeeSettings": wrapped(**{**usual, **settings}),
        "EmploymentHistory": [history()],
    }


@pytest.fixture
def erp(sandbox: Sandbox) -> Erp:
    """A caller that is signed in to the tenant Northwind."""
    caller = Erp(sandbox)
    caller.sign_in()
    return caller


@pytest.fixture
def stranger(sandbox: Sandbox) -> Erp:
    """A caller that is not signed in."""
    return Erp(sandbox)


class Receiver:
    """A web server that keeps what is posted to it and answers ``status``."""

    def __init__(self) -> None:
        self.status = 200
        self.posts: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((dict(self.headers.items()), body))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/push"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A web server on loopback that push notifications can be sent to."""
    running = Receiver()
    thread = threading.Thread(target=running.server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield running
    running.server.shutdown()
    running.server.server_close()
    thread.join(5)
