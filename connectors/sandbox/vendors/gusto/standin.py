"""The stand-in for Gusto: finds the environment and the endpoint, lets people at Gusto act."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from connectors.sandbox.standin import JSON, Answer, Request, StandIn
from connectors.sandbox.vendors.gusto import (
    companies,
    employees,
    feed,
    payrolls,
    reports,
    scopes,
    subscriptions,
    tokens,
)
from connectors.sandbox.vendors.gusto.access import Caller, Gate
from connectors.sandbox.vendors.gusto.answers import not_found, refused
from connectors.sandbox.vendors.gusto.call import Call
from connectors.sandbox.vendors.gusto.cases import CASES, SWITCHES
from connectors.sandbox.vendors.gusto.company import pacific_day
from connectors.sandbox.vendors.gusto.desk import Desk
from connectors.sandbox.vendors.gusto.environment import App, Environment
from connectors.sandbox.vendors.gusto.founding import DEMO, PRODUCTION, found
from connectors.sandbox.vendors.gusto.oauth import OAuth
from connectors.sandbox.vendors.gusto.office import Office
from connectors.sandbox.vendors.gusto.payroom import Payroom
from connectors.sandbox.vendors.gusto.state import environment_state
from connectors.sandbox.vendors.gusto.versions import HEADER

PRODUCTION_HOST, DEMO_HOST = "api.gusto.com", "api.gusto-demo.com"
EMBEDDED = ("/payroll_reversals", "/external_payrolls", "/cancel", "/submit", "/calculate")
"""Endpoints that an app integration has no right to, whatever its scopes."""
CALLBACK = "https://connector.example/connect/callback/gusto/"


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint: the scope that opens it, and what answers with the path's parts."""

    method: str
    path: re.Pattern[str]
    scope: str
    answer: Callable[..., Answer]


def route(method: str, path: str, scope: str, answer: Callable[..., Answer]) -> Route:
    """A route whose path has ``{}`` for a part."""
    return Route(method, re.compile("/v1/" + path.replace("{}", "([^/]+)")), scope, answer)


ROUTES = (
    route("GET", "token_info", "", tokens.token_info),
    route("GET", "companies/{}", scopes.COMPANIES, companies.get_company),
    route("GET", "companies/{}/locations", scopes.COMPANIES, companies.list_locations),
    route("GET", "companies/{}/employees", scopes.EMPLOYEES, employees.list_employees),
    route("GET", "companies/{}/departments", scopes.DEPARTMENTS, companies.list_departments),
    route("GET", "departments/{}", scopes.DEPARTMENTS, companies.get_department),
    route("GET", "companies/{}/earning_types", scopes.PAYROLLS, companies.earning_types),
    route(
        "GET", "companies/{}/company_benefits", scopes.COMPANY_BENEFITS, companies.company_benefits
    ),
    route("GET", "companies/{}/pay_schedules", scopes.PAY_SCHEDULES, companies.pay_schedules),
    route("GET", "companies/{}/pay_periods", scopes.PAYROLLS, companies.pay_periods),
    route("GET", "companies/{}/payrolls", scopes.PAYROLLS, payrolls.list_payrolls),
    route("GET", "companies/{}/payrolls/{}", scopes.PAYROLLS, payrolls.get_payroll),
    route(
        "GET", "companies/{}/contractor_payments", scopes.PAYROLLS, companies.contractor_payments
    ),
    route(
        "GET", "companies/{}/contractor_payments/{}", scopes.PAYROLLS, companies.contractor_payment
    ),
    route("GET", "employees/{}", scopes.EMPLOYEES, employees.get_employee),
    route("GET", "employees/{}/terminations", scopes.EMPLOYMENTS, employees.list_terminations),
    route("GET", "terminations/{}", scopes.EMPLOYMENTS, employees.get_termination),
    route(
        "GET", "employees/{}/employment_history", scopes.EMPLOYMENTS, employees.employment_history
    ),
    route("GET", "employees/{}/rehire", scopes.EMPLOYMENTS, employees.get_rehire),
    route("GET", "employees/{}/work_addresses", scopes.EMPLOYEES, employees.work_addresses),
    route(
        "POST",
        "payrolls/{}/reports/general_ledger",
        scopes.WRITE_REPORTS,
        reports.request_ledger,
    ),
    route("GET", "reports/{}", scopes.READ_REPORTS, reports.get_report),
    route("GET", "events", scopes.EVENTS, feed.list_events),
    route("GET", "webhooks/health_check", scopes.SUBSCRIPTIONS, subscriptions.health_check),
    route("GET", "webhook_subscriptions", scopes.SUBSCRIPTIONS, subscriptions.list_subscriptions),
    route(
        "POST",
        "webhook_subscriptions",
        scopes.WRITE_SUBSCRIPTIONS,
        subscriptions.create_subscription,
    ),
    route("GET", "webhook_subscriptions/{}", scopes.SUBSCRIPTIONS, subscriptions.get_subscription),
    route(
        "PUT",
        "webhook_subscriptions/{}",
        scopes.WRITE_SUBSCRIPTIONS,
        subscriptions.put_subscription,
    ),
    route(
        "DELETE",
        "webhook_subscriptions/{}",
        scopes.WRITE_SUBSCRIPTIONS,
        subscriptions.delete_subscription,
    ),
    route(
        "PUT",
        "webhook_subscriptions/{}/verify",
        scopes.WRITE_SUBSCRIPTIONS,
        subscriptions.verify_subscription,
    ),
    route(
        "GET",
        "webhook_subscriptions/{}/request_verification_token",
        scopes.SUBSCRIPTIONS,
        subscriptions.request_token,
    ),
    route(
        "POST",
        "companies/{}/disconnect_app_integration",
        scopes.WRITE_SUBSCRIPTIONS,
        tokens.disconnect,
    ),
)


class Gusto(StandIn):
    """Both environments of Gusto."""

    slug = "gusto"
    cases = CASES
    switches = SWITCHES
    fault_case = "27"

    def reset(self, seed: int, people: int) -> None:
        """Companies are drawn up when somebody first looks: most tests never do."""
        self._born = (seed, people, self.world.now(self.slug))
        self._environments: dict[str, Environment] = {}
        self._gates: dict[str, Gate] = {}

    def environment(self, host: str) -> Environment:
        """The environment of this host, with its companies."""
        if host not in self._environments:
            seed, people, now = self._born
            plans = DEMO if host == DEMO_HOST else PRODUCTION
            environment = Environment(host, is_demo=host == DEMO_HOST)
            for plan in plans:
                company = found(plan, seed, people, now, self.is_soft)
                environment.companies[company.uuid] = company
            app = first_app(is_demo=environment.is_demo)
            environment.apps[app.client_id] = app
            self._environments[host] = environment
            self._gates[host] = Gate(self, environment)
            for company in environment.companies.values():
                Desk(self, environment, company).start()
                Payroom(self, environment, company).start()
        return self._environments[host]

    def handle(self, request: Request) -> Answer:
        """Answer as Gusto would."""
        if request.host == reports.STORE_HOST:
            return reports.fetch(self, list(self._environments.values()), request)
        if request.host not in (PRODUCTION_HOST, DEMO_HOST):
            return not_found()
        environment = self.environment(request.host)
        if request.path.startswith("/oauth/"):
            answer = OAuth(self, environment).answer(request)
        else:
            answer = self._api(environment, request)
        request_id = f"{self.world.random(self.slug).getrandbits(64):016x}"
        if self.switch("request_id") == "twice":
            request_id = f"{request_id}, {request_id}"
        answer.headers["X-Request-Id"] = request_id
        return answer

    def _api(self, environment: Environment, request: Request) -> Answer:
        gate = self._gates[environment.host]
        caller = gate.admit(request)
        if isinstance(caller, Answer):
            return caller
        throttled, headers = gate.pace(caller)
        answer = throttled or self._answer(environment, gate, caller, request)
        answer.headers.update(headers)
        return answer

    def _answer(
        self, environment: Environment, gate: Gate, caller: Caller, request: Request
    ) -> Answer:
        version = gate.version(caller.app, request)
        if isinstance(version, Answer):
            return version
        call = Call(self, environment, caller, request, dict(request.params()), version)
        answer = self._route(call)
        if not self.is_soft("10a"):
            answer.headers[HEADER] = version.day
        return answer

    def _route(self, call: Call) -> Answer:
        matched = find_route(call.request.method, call.request.path)
        if matched is None:
            return self._unknown(call.request.path)
        endpoint, parts = matched
        refusal = self._wrong_kind(call, endpoint)
        if refusal is not None:
            return refusal
        if endpoint.scope and endpoint.scope not in call.caller.scopes and not self.is_soft("7a"):
            message = f"The token lacks the scope {endpoint.scope}."
            return refused(403, "missing_oauth_scopes", message)
        return endpoint.answer(call, *parts)

    def _unknown(self, path: str) -> Answer:
        """404; of what only embedded payroll has, and of what there was once, it says so."""
        if path == "/v1/me":
            return refused(404, "deprecated_endpoint", "Use GET /v1/token_info.")
        if any(path.endswith(ending) for ending in EMBEDDED):
            return refused(404, "missing_permissions", "The application lacks the permission.")
        return not_found()

    def _wrong_kind(self, call: Call, endpoint: Route) -> Answer | None:
        """Company data wants a company's token, the app's own things one of the app."""
        if not endpoint.scope:
            return None
        wants_system = endpoint.scope in scopes.OF_THE_APP
        is_system = call.caller.grant is None
        if wants_system == is_system or self.is_soft("5b" if wants_system else "5a"):
            return None
        if self.switch("wrong_token_kind") == "401":
            return refused(401, "invalid_token", "The token is not of the right kind.")
        return refused(403, "missing_oauth_scopes", "The token is not of the right kind.")

    def state(self) -> dict[str, JSON]:
        """Production, and the demo environment in the same form under ``demo``."""
        today = pacific_day(self.world.now(self.slug))
        on_the_day = self.switch("termination_effective") == "on the day"
        production, demo = (
            environment_state(self.environment(host), today, on_the_day=on_the_day)
            for host in (PRODUCTION_HOST, DEMO_HOST)
        )
        return {**production, "demo": demo}

    def put(self, kind: str, key: str, body: dict[str, JSON]) -> JSON:
        return self._office().put(kind, key, body)

    def delete(self, kind: str, key: str) -> None:
        self._office().delete(kind, key)

    def _office(self) -> Office:
        hosts = (PRODUCTION_HOST, DEMO_HOST)
        return Office(self, tuple(self.environment(host) for host in hosts))


def first_app(*, is_demo: bool) -> App:
    """The app that is registered from the start, other ones for production and demo."""
    kind = "demo" if is_demo else "sandbox"
    secret = "sandbox-secret-gusto-demo" if is_demo else "sandbox-secret-gusto"
    uuid = "00000000-0000-4000-8000-00000000000" + ("d" if is_demo else "a")
    return App(f"ml-connector-{kind}", secret, [CALLBACK], uuid)


def find_route(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The endpoint of this path, with the path's parts."""
    for endpoint in ROUTES:
        if endpoint.method == method:
            match = endpoint.path.fullmatch(path)
            if match is not None:
                return endpoint, match.groups()
    return None
