"""Reads the lists that employees point to, each by the best way that the instance offers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from connectors.errors import ConfigurationError
from connectors.values import ABSENT
from connectors.vendor import Operation, TermValue
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.employee_drafts import TERMINATION_REASONS
from connectors.vendors.acumatica.employees import list_employees
from connectors.vendors.acumatica.instance import SLUG
from connectors.vendors.acumatica.operations import (
    CREATE_DEPARTMENT,
    READ_DEPARTMENTS,
    READ_DEPARTMENTS_ODATA,
    READ_EMPLOYEE_CLASSES,
    READ_POSITIONS,
)
from connectors.vendors.acumatica.records import Employee, Term


class Rung(StrEnum):
    """The ways to a list of codes, best first. Default itself has none of these entities."""

    ENDPOINT = "endpoint"
    """The customer's own endpoint has the entity."""
    ODATA = "odata"
    """Its table can be read, not written."""
    IN_USE = "in use"
    """Only the codes that employees carry today are seen."""


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list of codes: the entity in a customer's endpoint, and where employees carry it."""

    entity: str
    key: str
    attribute: str
    """Of ``Employee``; ``position`` of its history rows."""
    operation: Operation
    dac: str = ""
    odata_operation: Operation | None = None
    title: str = "Description"


DEPARTMENTS: Final = CodeList(
    "Department",
    "DepartmentID",
    "department",
    READ_DEPARTMENTS,
    dac="PX_Objects_EP_EPDepartment",
    odata_operation=READ_DEPARTMENTS_ODATA,
)
POSITIONS: Final = CodeList("Position", "PositionID", "position", READ_POSITIONS)
EMPLOYEE_CLASSES: Final = CodeList(
    "EmployeeClass", "EmployeeClassID", "employee_class", READ_EMPLOYEE_CLASSES
)


def read_departments(client: Client) -> tuple[TermValue, ...]:
    """The departments: from the customer's endpoint, else over OData, else those in use."""
    return _values(_read(client, DEPARTMENTS)[1])


def read_positions(client: Client) -> tuple[TermValue, ...]:
    """The positions of the employment history: from the customer's endpoint, else those in use."""
    return _values(_read(client, POSITIONS)[1])


def read_employee_classes(client: Client) -> tuple[TermValue, ...]:
    """The employee classes: from the customer's endpoint, else those in use."""
    return _values(_read(client, EMPLOYEE_CLASSES)[1])


def read_branches(client: Client) -> tuple[TermValue, ...]:
    """The branches of all ledgers, inactive ones marked; else those in use."""
    branches = client.read_branches()
    return _values(_in_use(client, "branch") if branches is None else branches)


def read_termination_reasons(client: Client) -> tuple[TermValue, ...]:
    """The reasons of the form itself: they are the same everywhere and need no call."""
    return tuple(TermValue(reason, reason) for reason in TERMINATION_REASONS)


def list_departments(client: Client) -> tuple[Term, ...]:
    """All departments, from the customer's endpoint alone: there they can be created too.

    Raises:
        ConfigurationError: the customer has no endpoint that shows them.
    """
    found = None
    if client.extension:
        found = client.list_codes(
            READ_DEPARTMENTS, DEPARTMENTS.entity, DEPARTMENTS.key, DEPARTMENTS.title
        )
    if found is None:
        raise _no_endpoint(READ_DEPARTMENTS)
    return found


def create_department(client: Client, department: Term) -> Term:
    """Add a department; its code is the instance's own guard against a second one.

    Raises:
        ConfigurationError: the customer has no endpoint that can.
        RecordError: refused, or there is such a department already.
    """
    if not client.extension:
        raise _no_endpoint(CREATE_DEPARTMENT)
    return client.create_department(
        {
            "DepartmentID": {"value": department.code},
            "Description": {"value": department.title},
        }
    )


def rung(client: Client, codes: CodeList) -> Rung:
    """By which way this list is read here."""
    return _read(client, codes)[0]


def _no_endpoint(operation: Operation) -> ConfigurationError:
    return ConfigurationError(
        "Acumatica can create departments only through an endpoint of yours that has them; "
        "add one on Web Service Endpoints (SM207060) and name it in the connection.",
        vendor=SLUG,
        operation=operation.name,
    )


def _read(client: Client, codes: CodeList) -> tuple[Rung, tuple[Term, ...]]:
    if client.extension:
        found = client.list_codes(codes.operation, codes.entity, codes.key, codes.title)
        if found is not None:
            return Rung.ENDPOINT, found
    if codes.odata_operation is not None:
        found = client.list_codes_by_odata(codes.odata_operation, codes.dac, codes.key, codes.title)
        if found is not None:
            return Rung.ODATA, found
    return Rung.IN_USE, _in_use(client, codes.attribute)


def _in_use(client: Client, attribute: str) -> tuple[Term, ...]:
    carried = {
        code
        for page in list_employees(client)
        for employee in page
        for code in _carried(employee, attribute)
    }
    return tuple(Term(code, code) for code in sorted(carried))


def _carried(employee: Employee, attribute: str) -> tuple[str, ...]:
    if attribute == POSITIONS.attribute:
        rows = () if employee.history is ABSENT else employee.history
        values = [row.position for row in rows]
    else:
        values = [getattr(employee, attribute)]
    return tuple(value for value in values if isinstance(value, str) and value)


def _values(terms: tuple[Term, ...]) -> tuple[TermValue, ...]:
    return tuple(TermValue(term.code, term.title or term.code, term.is_active) for term in terms)
