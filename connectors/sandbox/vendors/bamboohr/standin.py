"""The stand-in for BambooHR: finds the company and the endpoint, and lets HR change people."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.sandbox.standin import JSON, Answer, Request, StandIn
from connectors.sandbox.vendors.bamboohr import (
    changes,
    employees,
    listing,
    metadata,
    reports,
    scopes,
    tables,
    webhooks,
)
from connectors.sandbox.vendors.bamboohr.access import Gate
from connectors.sandbox.vendors.bamboohr.answers import refused
from connectors.sandbox.vendors.bamboohr.call import Call
from connectors.sandbox.vendors.bamboohr.cases import CASES, SWITCHES
from connectors.sandbox.vendors.bamboohr.company import Company
from connectors.sandbox.vendors.bamboohr.history import History
from connectors.sandbox.vendors.bamboohr.hr import change_employee, create_employee
from connectors.sandbox.vendors.bamboohr.names import COMPANIES
from connectors.sandbox.vendors.bamboohr.notices import Notices
from connectors.sandbox.vendors.bamboohr.oauth import App, OAuth
from connectors.sandbox.vendors.bamboohr.people import generate
from connectors.sandbox.vendors.bamboohr.records import company_state, put_list, put_user

DEFAULT_COMPANY = "northwind"
SECOND_COMPANY_PEOPLE = 5
APP = App(
    client_id="ml-connector-sandbox",
    client_secret="sandbox-secret-bamboohr",
    redirect_uris=["https://connector.example/connect/callback/bamboohr/"],
)
VERSIONS = ("v1", "v1_1", "v1_2")
KINDS = ("employees", "lists", "users", "apps", "api_keys", "grants", "webhooks", "company")


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: what opens it, and the function that answers with the path's parts."""

    method: str
    path: re.Pattern[str]
    scopes: frozenset[str]
    answer: Callable[..., Answer]


def route(
    method: str, path: str, opened_by: frozenset[str], answer: Callable[..., Answer]
) -> Route:
    """A route whose path has ``{}`` for a part."""
    return Route(method, re.compile(path.replace("{}", "([^/]+)")), opened_by, answer)


ROUTES = (
    route("GET", "employees", scopes.LIST_EMPLOYEES, listing.list_employees),
    route("POST", "employees", scopes.WRITE_EMPLOYEE, employees.create),
    route("GET", "employees/changed", scopes.CHANGED, changes.changed),
    route("GET", "employees/directory", scopes.DIRECTORY, employees.directory),
    route("GET", r"employees/(\d+)", scopes.READ_EMPLOYEE, employees.get_employee),
    route("POST", r"employees/(\d+)", scopes.WRITE_EMPLOYEE, employees.update),
    route("GET", "employees/changed/tables/{}", scopes.READ_TABLE, tables.changed_table),
    route("GET", "employees/{}/tables/{}", scopes.READ_TABLE, tables.get_table),
    route("GET", "meta/fields", scopes.FIELDS, metadata.list_fields),
    route("GET", "meta/tables", scopes.LISTS, metadata.list_tables),
    route("GET", "meta/lists", scopes.LISTS, metadata.list_lists),
    route("PUT", "meta/lists/{}", scopes.WRITE_LISTS, metadata.put_list),
    route("GET", "meta/users", scopes.USERS, metadata.list_users),
    route("GET", "company_information", scopes.COMPANY, metadata.company_information),
    route("POST", "reports/custom", scopes.REPORTS, reports.custom_report),
    route("GET", "webhooks", scopes.WEBHOOKS, webhooks.list_webhooks),
    route("POST", "webhooks", scopes.WEBHOOKS, webhooks.create_webhook),
    route("GET", "webhooks/monitor_fields", scopes.WEBHOOKS, webhooks.monitor_fields),
    route("GET", "webhooks/post-fields", scopes.WEBHOOKS, webhooks.post_fields),
    route("GET", r"webhooks/(\d+)", scopes.WEBHOOKS, webhooks.get_webhook),
    route("PUT", r"webhooks/(\d+)", scopes.WEBHOOKS, webhooks.put_webhook),
    route("DELETE", r"webhooks/(\d+)", scopes.WEBHOOKS, webhooks.delete_webhook),
    route("GET", r"webhooks/(\d+)/log", scopes.WEBHOOKS, webhooks.webhook_log),
)


class BambooHR(StandIn):
    """All companies at BambooHR."""

    slug = "bamboohr"
    cases = CASES
    switches = SWITCHES
    fault_case = "30"

    def reset(self, seed: int, people: int) -> None:
        """Two companies: northwind with so many people, southwind with a few."""
        self.companies: dict[str, Company] = {}
        self.histories: dict[str, History] = {}
        for domain in COMPANIES:
            count = people if domain == DEFAULT_COMPANY else min(people, SECOND_COMPANY_PEOPLE)
            company = generate(domain, seed, count, self.world.now(self.slug))
            company.today = lambda: self.world.now(self.slug).date()
            self.companies[domain] = company
            self.histories[domain] = History(self, company, Notices(self, company).tell)
            self.histories[domain].start()
        self.gate = Gate(self, self.companies)
        self.oauth = OAuth(self, self.companies)
        self.oauth.apps[APP.client_id] = App(
            APP.client_id, APP.client_secret, list(APP.redirect_uris)
        )

    def handle(self, request: Request) -> Answer:
        """Answer as BambooHR would."""
        found = self._find_company(request)
        if found is None:
            return refused(404, "Page not found")
        company, rest = found
        if rest == "authorize.php" and request.method in ("GET", "POST"):
            return self.oauth.authorize(company, request)
        if rest == "token.php" and request.method == "POST":
            return self.oauth.token(company, request)
        caller = self.gate.admit(company, request)
        if isinstance(caller, Answer):
            return caller
        version, _, resource = rest.removeprefix("api/").partition("/")
        matched = find_route(request.method, resource) if version in VERSIONS else None
        if matched is None:
            return refused(404, "Unknown endpoint")
        endpoint, parts = matched
        if not caller.has_any(endpoint.scopes) and not self._is_open(endpoint):
            return refused(403, "The access token lacks the scope for this endpoint")
        call = Call(
            standin=self,
            company=company,
            history=self.histories[company.domain],
            caller=caller,
            request=request,
            params=dict(request.params()),
        )
        return endpoint.answer(call, *parts)

    def _is_open(self, endpoint: Route) -> bool:
        if endpoint.scopes is scopes.CHANGED:
            return self.is_soft("8b") or self.switch("changed_scopes") == "employee will do"
        return self.is_soft("8a")

    def _find_company(self, request: Request) -> tuple[Company, str] | None:
        """The company and what follows its base URL, for both URL families."""
        rest = request.path.strip("/")
        if self.is_soft("22"):
            rest = request.path[1:]
        domain = request.host.removesuffix(".bamboohr.com")
        if rest.startswith("api/gateway.php/") and not self.is_soft("22"):
            domain_in_path, _, resource = rest.removeprefix("api/gateway.php/").partition("/")
            if domain in ("api", domain_in_path) and domain_in_path in self.companies:
                return self.companies[domain_in_path], f"api/{resource}"
            return None
        if not request.host.endswith(".bamboohr.com") or domain not in self.companies:
            return None
        return self.companies[domain], rest

    def state(self) -> dict[str, JSON]:
        """Apps, and each company with everything in it."""
        return {
            "apps": {
                app.client_id: {
                    "client_id": app.client_id,
                    "client_secret": app.client_secret,
                    "redirect_uris": app.redirect_uris,
                }
                for app in self.oauth.apps.values()
            },
            "companies": {
                domain: company_state(company) for domain, company in self.companies.items()
            },
        }

    def put(self, kind: str, key: str, body: dict[str, JSON]) -> JSON:
        """Change something as a person at the company would.

        ``employees/<id>`` (``new`` takes the next id), ``lists/<alias>``, ``users/<id>``,
        ``apps/<client id>``, ``api_keys/<key>``. ``southwind/<id>`` names the other company.
        """
        if kind == "apps":
            return self._put_app(key, body)
        domain, _, own_key = key.rpartition("/")
        company = self._company(domain)
        history = self.histories[company.domain]
        if kind == "employees":
            person = company.employees.get(own_key)
            if person is not None:
                change_employee(history, person, body, is_lenient=False)
            else:
                wanted = "" if own_key == "new" else own_key
                person = create_employee(history, wanted, body, is_lenient=False)
            return company_state(company)["employees"][person.id]
        if kind == "lists":
            return put_list(self, company, own_key, body)
        if kind == "users":
            return put_user(company, own_key, body)
        if kind == "api_keys":
            user_id = body.get("user")
            if str(user_id) not in company.users:
                raise ValueError(f"user is one of: {', '.join(company.users)}.")
            company.api_keys[own_key] = int(str(user_id))
            return {"user": user_id}
        raise ValueError(f"There is no kind {kind!r} to put: {', '.join(KINDS[:5])}.")

    def _company(self, domain: str) -> Company:
        company = self.companies.get(domain or DEFAULT_COMPANY)
        if company is None:
            raise ValueError(f"There is no company {domain!r}: {', '.join(self.companies)}.")
        return company

    def _put_app(self, client_id: str, body: dict[str, JSON]) -> JSON:
        app = self.oauth.apps.get(client_id) or App(client_id, "", [])
        secret = body.get("client_secret", app.client_secret)
        redirect_uris = body.get("redirect_uris", app.redirect_uris)
        if not isinstance(secret, str) or not secret:
            raise ValueError("client_secret is a text that is not empty.")
        if not isinstance(redirect_uris, list) or not all(
            isinstance(uri, str) and urlsplit(uri).scheme == "https" for uri in redirect_uris
        ):
            raise ValueError("redirect_uris are https addresses.")
        self.oauth.apps[client_id] = App(client_id, secret, redirect_uris)
        return {"client_id": client_id, "redirect_uris": redirect_uris}

    def delete(self, kind: str, key: str) -> None:
        """Delete ``employees/<id>``, ``webhooks/<id>``, ``api_keys/<key>``, or revoke a grant."""
        domain, _, own_key = key.rpartition("/")
        company = self._company(domain)
        if kind == "employees":
            self.histories[company.domain].delete(company.employees[own_key])
        elif kind == "webhooks":
            del company.webhooks[own_key]
        elif kind == "api_keys":
            del company.api_keys[own_key]
        elif kind == "grants":
            del company.grants[own_key]
        else:
            raise ValueError(f"There is no kind {kind!r} to delete.")


def find_route(method: str, resource: str) -> tuple[Route, tuple[str, ...]] | None:
    """The endpoint of this path, with the path's parts."""
    for endpoint in ROUTES:
        if endpoint.method == method:
            match = endpoint.path.fullmatch(resource)
            if match is not None:
                return endpoint, match.groups()
    return None
