"""Who plays in the demo: the operator, the sample company, its accounts and integrations."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from config.demo.decisions import DEFAULT_DEPARTMENT
from config.demo.expectations import BRANCH, COMPANY, EMPLOYEE_CLASS, INSTANCE, TENANT
from config.demo.sandbox import Sandbox
from integrations.engine.access import redirect_uri
from integrations.models import Connection, Integration, OAuthApp, Tenant

OPERATOR = "demo"


@dataclass(frozen=True, slots=True)
class Cast:
    """What the demo plays with. The password is made anew each time and printed once."""

    password: str
    people: Integration
    payroll: Integration
    start_on: str
    """The day of the first payroll that is posted; those before it are in the books already."""

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All accounts, in the order in which they are connected."""
        return self.people.source, self.people.target, self.payroll.source

    @property
    def integrations(self) -> tuple[Integration, ...]:
        """All integrations, in the order in which they are put into service."""
        return self.people, self.payroll


def install(sandbox: Sandbox, start_on: str) -> Cast:
    """Make the rows that an administrator would make, and register the apps at the vendors."""
    password = secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser(OPERATOR, password=password)
    tenant = Tenant.objects.create(name="Northwind Trading", time_zone="UTC")
    human_resources, finance, payroll = _connections(tenant)
    for connection in (human_resources, finance, payroll):
        _register(sandbox, connection)
        sandbox.switch(connection.vendor, "auto_consent", "on")
    defaults = {"default_branch": BRANCH, "default_employee_class": EMPLOYEE_CLASS}
    of_payroll = {
        "default_department": DEFAULT_DEPARTMENT,
        # HR leads: the same people are in both systems, and one of them writes.
        "employees_leads": "link only",
        "start_date": start_on,
        "payroll_branch": BRANCH,
        "split_by": "department",
    }
    return Cast(
        password,
        _integration("bamboohr_to_acumatica", "People", human_resources, finance, defaults),
        _integration("gusto_to_acumatica", "Payroll", payroll, finance, defaults | of_payroll),
        start_on,
    )


def _connections(tenant: Tenant) -> tuple[Connection, Connection, Connection]:
    """BambooHR, Acumatica and Gusto."""
    acumatica_id = f"88358B02-A48D-A50E-F710-39C1636C30F6@{TENANT}"
    return (
        _connection(
            tenant,
            _app("bamboohr", "ml-connector-sandbox"),
            "Northwind at BambooHR",
            {"company_domain": COMPANY},
        ),
        _connection(
            tenant,
            _app("acumatica", acumatica_id, tenant),
            "Northwind at Acumatica",
            {"instance_url": f"https://{INSTANCE}", "extension": "MLConnector/24.200.001"},
        ),
        _connection(
            tenant,
            _app("gusto", "ml-connector-sandbox"),
            "Harbor & Pine at Gusto",
            {"environment": "production"},
        ),
    )


def _app(vendor: str, client_id: str, tenant: Tenant | None = None) -> OAuthApp:
    app = OAuthApp(vendor=vendor, client_id=client_id, tenant=tenant)
    app.seal({"client_secret": f"sandbox-secret-{vendor}"})
    app.save()
    return app


def _connection(tenant: Tenant, app: OAuthApp, title: str, config: dict[str, str]) -> Connection:
    connection = Connection(tenant=tenant, vendor=app.vendor, title=title, app=app, config=config)
    connection.full_clean()
    connection.save()
    return connection


def _integration(
    flow: str, what: str, source: Connection, target: Connection, options: dict[str, str]
) -> Integration:
    integration = Integration(
        tenant=source.tenant,
        flow=flow,
        title=f"{what} to Acumatica",
        source=source,
        target=target,
        options=options,
    )
    integration.full_clean()
    integration.save()
    return integration


def _register(sandbox: Sandbox, connection: Connection) -> None:
    """Enter the redirect URI at the vendor, as its administrator would."""
    app = connection.app
    if app is None:
        raise ValueError(f"{connection} has no app to register.")
    sandbox.put(
        connection.vendor,
        "apps",
        app.client_id,
        client_secret=app.credentials().client_secret,
        redirect_uris=[redirect_uri(connection)],
    )
