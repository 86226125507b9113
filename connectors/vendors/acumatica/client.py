"""Speaks with one Acumatica tenant: one method per operation, parsed into frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from connectors.exchange import Answer
from connectors.transport import Session
from connectors.vendor import Account, Operation
from connectors.vendors.acumatica import instance, records
from connectors.vendors.acumatica.books import Books
from connectors.vendors.acumatica.faults import Fault, complaint_of
from connectors.vendors.acumatica.operations import (
    CHECK_ENTITY,
    CREATE_DEPARTMENT,
    CREATE_EMPLOYEE,
    FIND_EMPLOYEES,
    LIST_EMPLOYEES,
    LOG_OUT,
    READ_BRANCHES,
    READ_EMPLOYEE,
    READ_ENDPOINTS,
    READ_USER,
)
from connectors.vendors.acumatica.records import Employee, Endpoint, Term

PAGE_ROWS: Final = 500

Query = Sequence[tuple[str, str]]


class Refused(StrEnum):
    """Why an instance does not answer a list read that others answer."""

    HISTORY = "history"
    """It cannot optimise the read: mostly since it lists no history, which it has one by one."""
    FILTER = "filter"
    """It cannot filter by a field of a linked entity."""


class Entry(StrEnum):
    """What became of a try to read an entity at all."""

    READABLE = "readable"
    FORBIDDEN = "forbidden"
    """The role lacks the form behind it, or the feature is off."""
    MISSING = "missing"
    """The endpoint does not have it."""
    NOT_SET_UP = "not set up"
    """The module's preferences were never filled in."""


class Client:
    """One tenant of one instance.

    ``endpoint`` and ``extension`` are "name/version"; the extension is the customer's own endpoint
    and may be empty.
    """

    def __init__(
        self,
        session: Session,
        account: Account,
        *,
        instance_path: str,
        endpoint: str,
        extension: str,
        tenant: str,
    ) -> None:
        self.session = session
        self.account = account
        self.endpoint = endpoint
        self.extension = extension
        self.tenant = tenant
        self.lists_history = True
        """Until the instance showed that it cannot, but can without."""
        self._root = instance_path
        self.books = Books(session, self._entity)
        """The general ledger."""

    # Reference: Integration Development Guide, RESTExample_Basic_Get_List_of_Endpoints
    def read_endpoints(self) -> tuple[Endpoint, ...]:
        """What the instance offers, the customer's own endpoints included."""
        return records.parse_endpoints(self._get(READ_ENDPOINTS, f"{self._root}/entity"))

    # Reference: Integration Development Guide, RESTExample_Basic_Get_Records
    def check_entity(self, entity: str, endpoint: str = "") -> Entry:
        """Whether this entity can be read at all, by reading at most one row of it."""
        path = self._entity(entity, endpoint or self.endpoint)
        answer = self._get(CHECK_ENTITY, path, (("$top", "1"),))
        match answer.status:
            case 200:
                return Entry.READABLE
            case 403:
                return Entry.FORBIDDEN
            case 404:
                return Entry.MISSING
            case _:
                return Entry.NOT_SET_UP

    # Reference: https://openid.net/specs/openid-connect-core-1_0.html#UserInfo
    def read_user(self) -> str:
        """The log-in name that the consent belongs to; empty where the instance does not tell."""
        if instance.uses_password(self.account):
            # A log-in's cookies mean nothing to the identity server.
            return self.account.config.get("username", "")
        answer = self._get(READ_USER, f"{self._root}/identity/connect/userinfo")
        return records.parse_user(answer) if answer.status == 200 else ""

    # Reference: Integration Development Guide, RESTExample_Basic_Get_Record_by_Key
    def read_employee(self, employee_id: str) -> Employee | None:
        """One employee with his history; None where there is none of this number."""
        path = f"{self._entity('Employee')}/{quote(employee_id, safe='')}"
        answer = self._get(READ_EMPLOYEE, path, _employee_query(with_history=True))
        return records.parse_employee(answer) if answer.status == 200 else None

    # Reference: Integration Development Guide, RESTExample_Parameter_filter
    def find_employees(
        self, condition: str, *, with_history: bool
    ) -> tuple[Employee, ...] | Refused:
        """Those who meet an OData condition, or why the instance does not say."""
        query = (("$filter", condition), *_employee_query(with_history=with_history))
        return self._employees(self._get(FIND_EMPLOYEES, self._entity("Employee"), query))

    # Reference: Integration Development Guide, RESTExample_Basic_Get_List_of_Records_in_Batches
    def list_employees(
        self, skip_count: int, *, with_history: bool
    ) -> tuple[Employee, ...] | Refused:
        """At most ``PAGE_ROWS`` employees after the first ``skip_count``."""
        page = (("$top", str(PAGE_ROWS)), ("$skip", str(skip_count)))
        query = (*page, *_employee_query(with_history=with_history))
        return self._employees(self._get(LIST_EMPLOYEES, self._entity("Employee"), query))

    # Reference: Integration Development Guide, RESTExample_Employee_Create
    def create_employee(
        self, body: Mapping[str, object], *, condition: str, is_numbered: bool
    ) -> Employee:
        """Insert an employee.

        ``condition`` finds the one that a lost answer may have left, so that a repetition updates
        it; with a number of ours the instance itself refuses a second one.
        """
        query = _employee_query(with_history=True)
        if is_numbered:
            return self._put(CREATE_EMPLOYEE, body, query, {"If-None-Match": "*"})
        return self._put(CREATE_EMPLOYEE, body, (("$filter", condition), *query))

    # Reference: Integration Development Guide, RESTExample_Basic_Update_Record
    def change_employee(self, operation: Operation, body: Mapping[str, object]) -> Employee:
        """Update the employee whose number the body names; never insert one."""
        query = _employee_query(with_history=True)
        return self._put(operation, body, query, {"If-Match": "*"})

    # Reference: Integration Development Guide, RESTExample_Basic_Get_Records
    def list_codes(
        self, operation: Operation, entity: str, key: str, title: str
    ) -> tuple[Term, ...] | None:
        """A list of codes from the customer's endpoint; None where it has none to show."""
        query = (("$select", f"{key},{title}"),)
        answer = self._get(operation, self._entity(entity, self.extension), query)
        return records.parse_terms(answer, key, title) if answer.status == 200 else None

    # Reference: GitHub Acumatica/AcumaticaRESTAPIClientForCSharp, Acumatica.RESTClient.OData
    def list_codes_by_odata(
        self, operation: Operation, dac: str, key: str, title: str
    ) -> tuple[Term, ...] | None:
        """The same over OData; None where the tenant, the right or the interface is not there."""
        path = f"{self._root}/t/{quote(self.tenant, safe='')}/api/odata/dac/{dac}"
        answer = self._get(operation, path, (("$select", f"{key},{title}"),))
        return records.parse_odata_terms(answer, key, title) if answer.status == 200 else None

    # Reference: Integration Development Guide, RESTExample_Parameter_expand
    def read_branches(self) -> tuple[Term, ...] | None:
        """The branches of all ledgers; None where ledgers may not be read."""
        query = (
            ("$expand", "Branches"),
            ("$select", "LedgerID,Branches/BranchID,Branches/BranchName,Branches/Active"),
        )
        answer = self._get(READ_BRANCHES, self._entity("Ledger"), query)
        return records.parse_branches(answer) if answer.status == 200 else None

    # Reference: Integration Development Guide, RESTExample_Basic_Create_Record
    def create_department(self, body: Mapping[str, object]) -> Term:
        """Insert a department through the customer's endpoint; one that exists is refused."""
        path = self._entity("Department", self.extension)
        answer = self.session.send(
            CREATE_DEPARTMENT, path, json=body, headers={"If-None-Match": "*"}
        )
        return records.parse_term(answer, "DepartmentID", "Description")

    # Reference: Integration Development Guide, RESTExample_Basic_Logout
    def log_out(self) -> None:
        """End the API session, so that its seat is free; the next call opens another."""
        self.session.send(LOG_OUT, f"{self._root}/entity/auth/logout")

    def close(self) -> None:
        """Let go of the connection to the vendor."""
        self.session.close()

    def _entity(self, entity: str, endpoint: str = "") -> str:
        return f"{self._root}/entity/{endpoint or self.endpoint}/{entity}"

    def _get(self, operation: Operation, path: str, query: Query = ()) -> Answer:
        return self.session.send(operation, path, query=query)

    def _put(
        self,
        operation: Operation,
        body: Mapping[str, object],
        query: Query,
        headers: Mapping[str, str] | None = None,
    ) -> Employee:
        path = self._entity("Employee")
        return records.parse_employee(
            self.session.send(operation, path, query=query, json=body, headers=headers)
        )

    def _employees(self, answer: Answer) -> tuple[Employee, ...] | Refused:
        if answer.status == 200:
            return records.parse_employees(answer)
        is_history = complaint_of(answer).is_a(Fault.CANNOT_OPTIMIZE)
        return Refused.HISTORY if is_history else Refused.FILTER


def _employee_query(*, with_history: bool) -> Query:
    if with_history:
        return ("$expand", records.HISTORY_EXPAND), ("$select", records.HISTORY_SELECT)
    return ("$expand", records.EMPLOYEE_EXPAND), ("$select", records.EMPLOYEE_SELECT)
