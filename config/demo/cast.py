"""Who plays in the demo: the operator, the sample company and its two connections."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.contrib.auth import get_user_model

from config.demo.expectations import BRANCH, COMPANY, EMPLOYEE_CLASS, INSTANCE, TENANT
from config.demo.sandbox import Sandbox
from integrations.engine.access import redirect_uri
from integrations.models import Connection, Integration, OAuthApp, Tenant

OPERATOR = "demo"
FLOW = "bamboohr_to_acumatica"


@dataclass(frozen=True, slots=True)
class Cast:
    """What the demo plays with. The password is made anew each time and printed once."""

    password: str
    source: Connection
    target: Connection
    integration: Integration


def install(sandbox: Sandbox) -> Cast:
    """Make the rows that an administrator would make, and register the apps at the vendors."""
    password = secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser(OPERATOR, password=password)
    tenant = Tenant.objects.create(name="Northwind Trading", time_zone="UTC")
    source = _connection(
        tenant,
        _app("bamboohr", "ml-connector-sandbox", "sandbox-secret-bamboohr"),
        "Northwind at BambooHR",
        {"company_domain": COMPANY},
    )
    target = _connection(
        tenant,
        _app(
            "acumatica",
            f"88358B02-A48D-A50E-F710-39C1636C30F6@{TENANT}",
            "sandbox-secret-acumatica",
            tenant,
        ),
        "Northwind at Acumatica",
        {"instance_url": f"https://{INSTANCE}", "extension": "MLConnector/24.200.001"},
    )
    for connection in (source, target):
        _register(sandbox, connection)
        sandbox.switch(connection.vendor, "auto_consent", "on")
    integration = Integration(
        tenant=tenant,
        flow=FLOW,
        title="People to Acumatica",
        source=source,
        target=target,
        options={"default_branch": BRANCH, "default_employee_class": EMPLOYEE_CLASS},
    )
    integration.full_clean()
    integration.save()
    return Cast(password, source, target, integration)


def _app(vendor: str, client_id: str, secret: str, tenant: Tenant | None = None) -> OAuthApp:
    app = OAuthApp(vendor=vendor, client_id=client_id, tenant=tenant)
    app.seal({"client_secret": secret})
    app.save()
    return app


def _connection(tenant: Tenant, app: OAuthApp, title: str, config: dict[str, str]) -> Connection:
    connection = Connection(tenant=tenant, vendor=app.vendor, title=title, app=app, config=config)
    connection.full_clean()
    connection.save()
    return connection


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
