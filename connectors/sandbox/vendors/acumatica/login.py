"""The cookie session: login and logout."""

from __future__ import annotations

import json

from connectors.sandbox.standin import JSON, Answer, Request, StandIn
from connectors.sandbox.vendors.acumatica import answers
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.instance import Instance, Tenant, User
from connectors.sandbox.vendors.acumatica.sessions import Sessions, same, set_cookies


def login(vendor: StandIn, instance: Instance, sessions: Sessions, request: Request) -> Answer:
    """``POST /entity/auth/login``: 204 with the session's cookies.

    Raises:
        RefusedError: not this user, tenant or password, or no seat is free.
    """
    if request.method != "POST":
        raise RefusedError(
            answers.http_error(405, "The requested resource does not support this method.")
        )
    fields = _fields(request)
    tenant = _tenant(vendor, instance, fields)
    user = _user(vendor, tenant, fields)
    session = sessions.begin(tenant.name, user, "cookie", "seat_limit_at_login")
    return Answer(204, more_headers=set_cookies(session))


def logout(vendor: StandIn, sessions: Sessions, request: Request) -> Answer:
    """``POST /entity/auth/logout``: 204, whether or not a session was open."""
    lacks_length = "content-length" not in request.headers
    if lacks_length and vendor.switch("length_required") == "yes" and not vendor.is_soft("4g"):
        return answers.page(
            411,
            "Length Required",
            "HTTP Error 411. The request must be chunked or have a content length.",
        )
    sessions.end(request)
    return Answer(204)


def _fields(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict(request.form())
    try:
        body: JSON = json.loads(request.body)
    except ValueError as error:
        raise RefusedError(answers.bad_request("credentials", str(error))) from error
    if not isinstance(body, dict):
        raise RefusedError(answers.bad_request("credentials", "An object was expected."))
    return {name: value for name, value in body.items() if isinstance(value, str)}


def _tenant(vendor: StandIn, instance: Instance, fields: dict[str, str]) -> Tenant:
    name = fields.get("tenant", "")
    if not name and not vendor.is_soft("5d"):
        name = fields.get("company", "")
    if len(instance.tenants) == 1:
        return instance.tenants[instance.default_tenant]
    if not name and vendor.is_soft("5c"):
        raise RefusedError(_unknown_tenant())
    tenant = instance.tenants.get(name or instance.default_tenant)
    if tenant is None and vendor.is_soft("5b"):
        tenant = instance.tenants[instance.default_tenant]
    if tenant is None:
        raise RefusedError(_unknown_tenant())
    return tenant


def _unknown_tenant() -> Answer:
    kind = "PX.Data.PXUndefinedCompanyException"
    return answers.exception("A proper company ID cannot be determined for the request.", kind)


def _user(vendor: StandIn, tenant: Tenant, fields: dict[str, str]) -> User:
    status = int(vendor.switch("login_refusal"))
    user = tenant.users.get(fields.get("name", ""))
    is_right = user is not None and same(user.password, fields.get("password", ""))
    if user is None or not (is_right or vendor.is_soft("5a")):
        raise RefusedError(
            answers.exception("Invalid credentials. Please try again.", status=status)
        )
    if not user.has_api_rights:
        raise RefusedError(
            answers.exception("Invalid credentials. The user has no API rights.", status=status)
        )
    if user.must_change_password and not vendor.is_soft("5e"):
        text = "The password must be changed. Sign in to the system in a browser to change it."
        raise RefusedError(answers.exception(text, status=status))
    return user
