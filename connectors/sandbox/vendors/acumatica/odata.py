"""OData v4 under ``/t/{tenant}/api/odata``: data access classes and inquiries, plain rows."""

from __future__ import annotations

import html
from datetime import datetime

from connectors.sandbox.standin import Answer, Request, StandIn
from connectors.sandbox.vendors.acumatica import answers
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.contract.fields import Shape
from connectors.sandbox.vendors.acumatica.filter_tokens import FilterError
from connectors.sandbox.vendors.acumatica.filters import Strictness, parse
from connectors.sandbox.vendors.acumatica.inquiries import (
    DACS,
    EDM_TYPES,
    INQUIRIES,
    Inquiry,
    printed,
)
from connectors.sandbox.vendors.acumatica.instance import Instance, Tenant
from connectors.sandbox.vendors.acumatica.rows import Row
from connectors.sandbox.vendors.acumatica.sessions import Sessions, not_signed_in

ODATA_FORM = "SM208000"
VERSION = {"OData-Version": "4.0"}
CATALOGUES = {"dac": DACS, "gi": INQUIRIES}


class OData:
    """The OData services of one instance, for one request."""

    def __init__(
        self, vendor: StandIn, instance: Instance, sessions: Sessions, now: datetime
    ) -> None:
        self._vendor = vendor
        self._instance = instance
        self._sessions = sessions
        self._now = now

    def answer(self, segments: list[str], request: Request) -> Answer:
        """Answer ``/t/{tenant}/api/odata/{dac|gi}/{name}``.

        Raises:
            RefusedError: 401, 403, 404 or 400.
        """
        if len(segments) != 6 or segments[2:4] != ["api", "odata"] or request.method != "GET":
            raise RefusedError(_not_found())
        service, name = segments[4], segments[5]
        tenant = self._tenant(segments[1])
        catalogue = CATALOGUES.get(service)
        if tenant is None or catalogue is None:
            raise RefusedError(_not_found())
        self._authorise(tenant, request)
        if name == "$metadata":
            return _metadata(catalogue)
        inquiry = catalogue.get(name)
        if service == "dac" and self._vendor.switch("departments_through") == "inquiry":
            raise RefusedError(_not_found())
        if inquiry is None and self._vendor.is_soft("13e"):
            inquiry = next(iter(catalogue.values()))
        if inquiry is None:
            raise RefusedError(_not_found())
        if not inquiry.is_exposed and not self._vendor.is_soft("13d"):
            raise RefusedError(_forbidden())
        return self._rows(service, inquiry, tenant, dict(request.params()))

    def _tenant(self, name: str) -> Tenant | None:
        tenants = self._instance.tenants
        if self._vendor.is_soft("13e"):
            return tenants.get(name) or tenants[self._instance.default_tenant]
        return tenants.get(name)

    def _authorise(self, tenant: Tenant, request: Request) -> None:
        caller = self._sessions.basic_caller(request, tenant)
        if caller is None:
            if request.headers.get("authorization", "").startswith("Basic "):
                raise RefusedError(not_signed_in())
            caller = self._sessions.caller(request)
        if caller.tenant is not tenant and not self._vendor.is_soft("13e"):
            raise RefusedError(_not_found())
        is_closed = self._vendor.switch("departments_through") == "nothing"
        is_forbidden = is_closed or ODATA_FORM in caller.user.forbidden_forms
        if is_forbidden and not self._vendor.is_soft("13d"):
            raise RefusedError(_forbidden())

    def _rows(
        self, service: str, inquiry: Inquiry, tenant: Tenant, params: dict[str, str]
    ) -> Answer:
        shape = inquiry.shape()
        names = [name for name in params.get("$select", "").split(",") if name]
        unknown = [name for name in names if name not in shape.members]
        if unknown:
            text = f"Could not find a property named '{unknown[0]}' on type '{inquiry.name}'."
            raise RefusedError(answers.http_error(400, text))
        rows = [inquiry.plain(row) for row in tenant.tables[inquiry.table].listed(self._now)]
        rows = _filtered(rows, params.get("$filter", ""), shape)
        skip, top = _count(params, "$skip", 0), _count(params, "$top", len(rows))
        shown = [row for row in shape.fields if not names or row.name in names]
        value = [
            {field.name: printed(field, row[field.name]) for field in shown}
            for row in rows[skip : skip + top]
        ]
        if self._vendor.is_soft("13c"):
            value = [{name: {"value": cell} for name, cell in row.items()} for row in value]
        path = f"{self._instance.path}/t/{tenant.name}/api/odata/{service}"
        columns = f"({','.join(names)})" if names else ""
        context = f"https://{self._instance.host}{path}/$metadata#{inquiry.name}{columns}"
        return answers.as_json(200, {"@odata.context": context, "value": value}, VERSION)


def _filtered(rows: list[Row], text: str, shape: Shape) -> list[Row]:
    if not text:
        return rows
    try:
        condition = parse(text, shape, {}, Strictness(is_v4=True))
    except FilterError as error:
        raise RefusedError(answers.http_error(400, str(error))) from error
    return [row for row in rows if condition.test(row)]


def _count(params: dict[str, str], name: str, default: int) -> int:
    text = params.get(name)
    if text is None:
        return default
    if not text.isdecimal():
        raise RefusedError(answers.http_error(400, f"The value of {name} is not valid."))
    return int(text)


def _metadata(catalogue: dict[str, Inquiry]) -> Answer:
    types, sets = [], []
    for inquiry in catalogue.values():
        properties = "".join(
            f'<Property Name="{field.name}" Type="{EDM_TYPES[field.kind]}"/>'
            for field in inquiry.shape().fields
        )
        name = html.escape(inquiry.name)
        types.append(f'<EntityType Name="{name}">{properties}</EntityType>')
        sets.append(f'<EntitySet Name="{name}" EntityType="PX.Data.{name}"/>')
    body = (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
        '<edmx:DataServices><Schema Namespace="PX.Data"'
        ' xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f'{"".join(types)}<EntityContainer Name="Default">{"".join(sets)}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    )
    return Answer(200, {"Content-Type": "application/xml", **VERSION}, body.encode())


def _not_found() -> Answer:
    return answers.http_error(404, "No HTTP resource was found that matches the request URI.")


def _forbidden() -> Answer:
    return answers.http_error(403, "You have insufficient rights to access the object.")
