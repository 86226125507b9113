"""``/entity``: the list of endpoints, their documents, and the way to one entity's calls."""

from __future__ import annotations

from datetime import datetime

from connectors.sandbox.standin import Answer, Request, StandIn
from connectors.sandbox.vendors.acumatica import (
    answers,
    long_operations,
    reading,
    swagger,
    writing,
)
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.call import Call
from connectors.sandbox.vendors.acumatica.contract.endpoints import (
    BUILDS,
    DECLARED,
    Endpoint,
    offered,
)
from connectors.sandbox.vendors.acumatica.contract.fields import Entity
from connectors.sandbox.vendors.acumatica.instance import Instance
from connectors.sandbox.vendors.acumatica.printing import template
from connectors.sandbox.vendors.acumatica.sessions import Caller, Sessions, not_signed_in

NEVER = 100
NO_SETUP = "PX.Data.PXSetupNotEnteredException"


class Entities:
    """The contract-based API of one instance, for one request."""

    def __init__(
        self, vendor: StandIn, instance: Instance, sessions: Sessions, now: datetime
    ) -> None:
        self._vendor = vendor
        self._instance = instance
        self._sessions = sessions
        self._now = now

    def answer(self, segments: list[str], request: Request) -> Answer:
        """Answer ``/entity/…``, cut at its slashes.

        Raises:
            RefusedError: the request cannot be done.
        """
        if len(segments) == 1:
            return self._endpoints(request)
        endpoints = self._offered()
        name, version = segments[1], segments[2] if len(segments) > 2 else ""
        endpoint = endpoints.get((name, version))
        if endpoint is None and self._vendor.is_soft("2a"):
            endpoint = list(endpoints.values())[-1]
        if endpoint is None:
            raise RefusedError(self._not_offered(name, version))
        return self._within(endpoint, segments[3:], request)

    def _offered(self) -> dict[tuple[str, str], Endpoint]:
        vendor = self._vendor
        return offered(
            vendor.switch("release"),
            is_extended=vendor.switch("departments_through") == "endpoint",
            job_title_since=self._job_title_since(),
            softened=frozenset(case for case in ("13a", "13b") if vendor.is_soft(case)),
        )

    def _job_title_since(self) -> int:
        if self._vendor.is_soft("12d"):
            return 0
        return 25 if self._vendor.switch("job_title_25") == "mapped" else NEVER

    def _endpoints(self, request: Request) -> Answer:
        if request.method != "GET":
            raise RefusedError(_no_such_method())
        try:
            self._sessions.caller(request)
            is_signed_in = True
        except RefusedError as refused:
            if refused.answer.status != 401:
                raise
            is_signed_in = self._vendor.is_soft("1a")
        build = BUILDS[self._vendor.switch("release")]
        path = "" if self._vendor.is_soft("1c") else self._instance.path
        rows = [
            {"name": row.name, "version": row.version, "href": f"{path}{row.path}/"}
            for row in self._offered().values()
            if row.is_system or is_signed_in
        ]
        if self._vendor.switch("entity_list") == "bare" or self._vendor.is_soft("1b"):
            return answers.as_json(200, rows)
        version = {"acumaticaBuildVersion": build, "databaseVersion": build}
        return answers.as_json(200, {"version": version, "endpoints": rows})

    def _not_offered(self, name: str, version: str) -> Answer:
        if self._vendor.switch("not_found_body") == "html":
            return answers.page(
                404, "404 - File or directory not found.", "It might have been removed."
            )
        return answers.http_error(404, f"The endpoint {name}/{version} is not found.")

    def _within(self, endpoint: Endpoint, rest: list[str], request: Request) -> Answer:
        if rest == ["swagger.json"] and request.method == "GET":
            if self._vendor.switch("swagger") == "signed_in":
                self._sessions.caller(request)
            return self._document(endpoint)
        caller = self._caller(request, is_probe=not rest)
        if not rest:
            return answers.empty(200)
        entity = endpoint.entities.get(rest[0])
        if entity is None:
            if self._vendor.is_soft("2b") and rest[0] not in DECLARED:
                return answers.as_json(200, [])
            raise RefusedError(answers.http_error(404, f"The entity {rest[0]} is not found."))
        self._authorise(caller, entity)
        call = Call(
            self._vendor,
            self._instance,
            caller,
            endpoint,
            entity,
            request,
            dict(request.params()),
            self._now,
        )
        return self._call(call, rest[1:])

    def _caller(self, request: Request, *, is_probe: bool) -> Caller:
        try:
            return self._sessions.caller(request)
        except RefusedError as refused:
            if refused.answer.status != 401:
                raise
            is_anonymous = not request.headers.keys() & {"authorization", "cookie"}
            if is_anonymous and self._vendor.is_soft("2c"):
                return self._anyone()
            if is_probe:
                raise RefusedError(self._probed()) from refused
            raise

    def _anyone(self) -> Caller:
        """The softened case: who is not signed in is the first user."""
        tenant = self._instance.tenants[self._instance.default_tenant]
        user = next(iter(tenant.users.values()))
        session = self._sessions.begin(tenant.name, user, "cookie", "seat_limit_at_login")
        return Caller(tenant, user, session)

    def _probed(self) -> Answer:
        status = int(self._vendor.switch("endpoint_probe"))
        return not_signed_in() if status == 401 else answers.empty(status)

    def _authorise(self, caller: Caller, entity: Entity) -> None:
        is_off = bool(entity.feature) and self._vendor.switch(entity.feature) == "off"
        is_forbidden = entity.form in caller.user.forbidden_forms
        if is_off or (is_forbidden and not self._vendor.is_soft("18c")):
            form = f"{entity.form_title} ({entity.form})"
            text = f"You have insufficient rights to access the {form} form."
            raise RefusedError(answers.http_error(403, text))
        preferences = caller.tenant.missing_setup.get(entity.form)
        if preferences is not None and not self._vendor.is_soft("18d"):
            text = f"The required configuration data is not entered on the {preferences} form."
            raise RefusedError(answers.exception(text, NO_SETUP))

    def _call(self, call: Call, rest: list[str]) -> Answer:
        method = call.request.method
        if method == "GET" and len(rest) == 3 and rest[1] == "status":
            return long_operations.status(call, rest[0], rest[2])
        long_operations.refuse_busy(call)
        if method == "GET":
            if not rest:
                return reading.read_list(call)
            if rest == ["$adHocSchema"]:
                return answers.as_json(200, template(call.entity))
            return reading.read_one(call, rest)
        if method == "PUT" and not rest:
            return writing.put(call)
        has_patch = self._vendor.switch("release") != "24R2"
        if method == "PATCH" and not rest and has_patch:
            return writing.put(call, is_patch=True)
        if method == "DELETE" and rest:
            return writing.delete(call, rest)
        if method == "POST" and len(rest) == 1:
            return writing.act(call, rest[0])
        raise RefusedError(_no_such_method())

    def _document(self, endpoint: Endpoint) -> Answer:
        server = f"https://{self._instance.host}{self._instance.path}{endpoint.path}"
        has_patch = self._vendor.switch("release") != "24R2"
        return answers.as_json(200, swagger.document(endpoint, server, has_patch=has_patch))


def _no_such_method() -> Answer:
    return answers.http_error(405, "The requested resource does not support this HTTP method.")
