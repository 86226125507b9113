"""What people at Gusto or at its customers change, as the control API asks for it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.gusto.company import Company, Row, new_uuid, pacific_day
from connectors.sandbox.vendors.gusto.contractors import contractor_payment
from connectors.sandbox.vendors.gusto.desk import Desk
from connectors.sandbox.vendors.gusto.drafts import require
from connectors.sandbox.vendors.gusto.environment import App, Environment, Event
from connectors.sandbox.vendors.gusto.notices import Notices
from connectors.sandbox.vendors.gusto.oauth import OAuth
from connectors.sandbox.vendors.gusto.payroom import Payroom
from connectors.sandbox.vendors.gusto.scopes import ALL
from connectors.sandbox.vendors.gusto.state import (
    employee_state,
    grant_state,
    payroll_state,
)
from connectors.sandbox.vendors.gusto.versions import VERSIONS

KINDS = (
    "employees",
    "departments",
    "payrolls",
    "contractor_payments",
    "companies",
    "apps",
    "grants",
    "events",
)
APP_KEYS = ("client_secret", "redirect_uris", "scopes", "minimum_version")
EVENT_KEYS = ("event_type", "resource_uuid", "entity_type", "entity_uuid", "count")
MOST_EVENTS = 1000
SOFT_EVENTS = 60


@dataclass(frozen=True, slots=True)
class Office:
    """The control API's hand in both environments; keys are the vendor's uuids.

    ``new`` makes a record in the first company, ``<company uuid or slug>/new`` in another one.
    """

    standin: StandIn
    environments: tuple[Environment, ...]
    """Production first."""

    def put(self, kind: str, key: str, body: dict[str, JSON]) -> JSON:
        """Create or change a record.

        Raises:
            ValueError: the kind, the record or a key is unknown; says what there is.
        """
        try:
            return self._put(kind, key, body)
        except KeyError as error:
            raise ValueError(f"There is no {error.args[0]}.") from error

    def _put(self, kind: str, key: str, body: dict[str, JSON]) -> JSON:
        where, _, own_key = key.rpartition("/")
        match kind:
            case "employees":
                return self._put_employee(where, own_key, body)
            case "departments":
                environment, company = self._company(where, own_key, "departments")
                return Desk(self.standin, environment, company).put_department(own_key, body)
            case "payrolls":
                return self._put_payroll(where, own_key, body)
            case "contractor_payments":
                return self._pay_contractor(where, body)
            case "companies":
                return self._put_company(own_key, body)
            case "apps":
                return self._put_app(own_key, body)
            case "grants":
                return self._put_grant(where, own_key, body)
            case "events":
                return self._put_event(where, own_key, body)
            case _:
                raise ValueError(f"There is no kind {kind!r} to put: {', '.join(KINDS)}.")

    def _company(self, where: str, key: str, records: str) -> tuple[Environment, Company]:
        """The company that has this record, or in which a new one is to be."""
        for environment in self.environments:
            for company in environment.companies.values():
                is_named = where in (company.uuid, company.slug)
                if is_named or (not where and (key == "new" or key in getattr(company, records))):
                    return environment, company
        raise ValueError(f"There is no {where or records} {key}.")

    def _pay_contractor(self, where: str, body: dict[str, JSON]) -> JSON:
        """Pay a contractor a fixed wage, today."""
        require(body, ("contractor_uuid", "wage"))
        environment, company = self._company(where, "new", "")
        row = contractor_payment(company, self._dice, self._today, body)
        company.contractor_payments[row["uuid"]] = row
        self._tell_payment(environment, company, "created", row["uuid"])
        return row

    def _tell_payment(
        self, environment: Environment, company: Company, what: str, uuid: str
    ) -> None:
        notices = Notices(self.standin, environment)
        notices.tell(f"contractor_payment.{what}", company.uuid, "ContractorPayment", uuid)

    @property
    def _dice(self) -> random.Random:
        return self.standin.world.random(self.standin.slug)

    @property
    def _today(self) -> date:
        return pacific_day(self.standin.world.now(self.standin.slug))

    def _put_company(self, key: str, body: dict[str, JSON]) -> JSON:
        environment, company = self._company(key, "new", "")
        require(body, tuple(company.information))
        company.information.update(body)
        Notices(self.standin, environment).tell(
            "company.updated", company.uuid, "Company", company.uuid
        )
        return company.information

    def _put_employee(self, where: str, key: str, body: dict[str, JSON]) -> JSON:
        environment, company = self._company(where, key, "employees")
        desk = Desk(self.standin, environment, company)
        if key == "new":
            person = desk.hire(dict(body))
        else:
            person = company.employees[key]
            desk.change(person, body)
        on_the_day = self.standin.switch("termination_effective") == "on the day"
        return employee_state(company, person, desk.today, on_the_day=on_the_day)

    def _put_payroll(self, where: str, key: str, body: dict[str, JSON]) -> JSON:
        environment, company = self._company(where, key, "payrolls")
        room = Payroom(self.standin, environment, company)
        if key == "new":
            payroll = room.create(body)
        else:
            payroll = company.payrolls[key]
            room.change(payroll, body)
        return payroll_state(payroll)

    def _put_app(self, client_id: str, body: dict[str, JSON]) -> JSON:
        require(body, APP_KEYS)
        known = [e for e in self.environments if client_id in e.apps]
        environment = known[0] if known else self.environments[0]
        app = environment.apps.get(client_id) or App(client_id, "", [], new_uuid(self._dice))
        secret = body.get("client_secret", app.client_secret)
        uris = body.get("redirect_uris", app.redirect_uris)
        wanted = body.get("scopes", app.scopes)
        minimum = body.get("minimum_version", app.minimum_version)
        if not isinstance(secret, str) or not secret:
            raise ValueError("client_secret is a text that is not empty.")
        if not all(urlsplit(str(uri)).scheme == "https" for uri in uris):
            raise ValueError("redirect_uris are https addresses.")
        if set(wanted) - set(ALL) or minimum not in VERSIONS:
            raise ValueError(f"scopes are of {', '.join(ALL)}; versions {', '.join(VERSIONS)}.")
        app.client_secret, app.redirect_uris = secret, list(uris)
        app.scopes, app.minimum_version = list(wanted), minimum
        environment.apps[client_id] = app
        return {"client_id": client_id, "redirect_uris": app.redirect_uris, "scopes": app.scopes}

    def _put_grant(self, where: str, key: str, body: dict[str, JSON]) -> JSON:
        require(body, ("scopes",))
        grant = self._environment(where).grants.get(key)
        if grant is None or set(body.get("scopes", ())) - set(ALL):
            raise ValueError(f"There is no grant {key}, or a scope is not of {', '.join(ALL)}.")
        grant.scopes = list(body["scopes"])
        return grant_state(grant)

    def _environment(self, where: str) -> Environment:
        return self.environments[1 if where == "demo" else 0]

    def _put_event(self, where: str, key: str, body: dict[str, JSON]) -> JSON:
        """Fire an event, or send one ``again``."""
        require(body, EVENT_KEYS)
        environment = self._environment(where)
        notices = Notices(self.standin, environment)
        if key != "new":
            return self._again(notices, environment, key)
        event_type = str(body.get("event_type", "employee.updated"))
        company_uuid = str(body.get("resource_uuid", next(iter(environment.companies))))
        fired: list[Event] = []
        most = SOFT_EVENTS if self.standin.is_soft("22b") else MOST_EVENTS
        for _ in range(min(int(body.get("count", 1)), most)):
            event = self._fire(notices, event_type, company_uuid, body)
            fired += [] if event is None else [event]
        return [event.row for event in fired]

    def _fire(
        self, notices: Notices, event_type: str, company_uuid: str, body: dict[str, JSON]
    ) -> Event | None:
        companies = notices.environment.companies
        if company_uuid not in companies and self.standin.is_soft("22c"):
            return None
        entity_uuid = str(body.get("entity_uuid", company_uuid))
        entity_type = str(body.get("entity_type", event_type.partition(".")[0].capitalize()))
        company = companies.get(company_uuid)
        is_known = company is None or entity_uuid in {
            company.uuid,
            *company.employees,
            *company.payrolls,
        }
        if not is_known and self.standin.is_soft("22d"):
            return None
        return notices.tell(event_type, company_uuid, entity_type, entity_uuid)

    def _again(self, notices: Notices, environment: Environment, event_uuid: str) -> JSON:
        events = [event for event in environment.events if event.row["uuid"] == event_uuid]
        if not events:
            raise ValueError(f"There is no event {event_uuid}.")
        event = events[0]
        if self.standin.is_soft("22a"):
            row: Row = {**event.row, "uuid": new_uuid(self._dice)}
            event = Event(row, event.at, event.apps)
        notices.send(event)
        return [event.row]

    def delete(self, kind: str, key: str) -> None:
        """Delete a person or a payroll, or disconnect the app.

        Raises:
            KeyError: there is no such record.
            ValueError: the vendor would refuse, or there is no such kind.
        """
        where, _, own_key = key.rpartition("/")
        if kind == "grants":
            environment = self._environment(where)
            OAuth(self.standin, environment).end(environment.grants[own_key])
            return
        if kind not in ("employees", "payrolls", "contractor_payments"):
            raise ValueError(f"There is no kind {kind!r} to delete.")
        environment, company = self._owner(own_key, kind)
        if kind == "contractor_payments":
            del company.contractor_payments[own_key]
            self._tell_payment(environment, company, "cancelled", own_key)
        elif kind == "employees":
            desk = Desk(self.standin, environment, company)
            desk.delete(company.employees[own_key])
        else:
            Payroom(self.standin, environment, company).delete(company.payrolls[own_key])

    def _owner(self, key: str, records: str) -> tuple[Environment, Company]:
        for environment in self.environments:
            for company in environment.companies.values():
                if key in getattr(company, records):
                    return environment, company
        raise KeyError(key)
