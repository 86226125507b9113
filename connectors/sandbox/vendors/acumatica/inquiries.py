"""Generic inquiries and data access classes: flat columns over a table, for OData and push."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica import moments
from connectors.sandbox.vendors.acumatica.contract.endpoints import ENTITIES
from connectors.sandbox.vendors.acumatica.contract.fields import Field, Part, Shape
from connectors.sandbox.vendors.acumatica.rows import Row, at

EDM_TYPES = {
    "String": "Edm.String",
    "Boolean": "Edm.Boolean",
    "DateTime": "Edm.DateTimeOffset",
    "Int": "Edm.Int32",
}


@dataclass(frozen=True)
class Inquiry:
    """Columns over the rows of one table; ``columns`` maps each to its path."""

    name: str
    table: str
    columns: dict[str, str]
    is_exposed: bool = True
    """Whether "Expose via OData" is ticked."""

    def shape(self) -> Shape:
        """The columns as fields."""
        return Shape(self.name, tuple(self._field(column) for column in self.columns))

    def _field(self, column: str) -> Field:
        declared = _declared(self.table, self.columns[column])
        return Field(column, declared.kind, is_day=declared.is_day)

    def plain(self, row: Row) -> Row:
        """A row's columns as they are kept."""
        return {column: at(row, path) for column, path in self.columns.items()}


def _declared(table: str, path: str) -> Field:
    shape = next(entity.shape for entity in ENTITIES if entity.table == table)
    for name in path.split("/"):
        member = shape.members[name]
        if isinstance(member, Part):
            shape = member.shape
    if not isinstance(member, Field):
        raise LookupError(f"{table} has no field {path}.")
    return member


INQUIRIES = {
    row.name: row
    for row in (
        Inquiry(
            "MLC-Employees",
            "employees",
            {
                "EmployeeID": "EmployeeID",
                "EmployeeName": "EmployeeName",
                "Status": "Status",
                "Department": "EmployeeSettings/DepartmentID",
                "EPEmployee_lastModifiedDateTime": "LastModifiedDateTime",
            },
        ),
        Inquiry(
            "MLC-EmployeeContacts",
            "employees",
            {"EmployeeID": "EmployeeID", "Email": "ContactInfo/Email"},
        ),
        Inquiry(
            "MLC-Departments",
            "departments",
            {"DepartmentID": "DepartmentID", "Description": "Description"},
        ),
        Inquiry(
            "MLC-EmployeeClasses",
            "employees",
            {"EmployeeID": "EmployeeID", "EmployeeClass": "EmployeeSettings/EmployeeClass"},
            is_exposed=False,
        ),
    )
}
"""The customer's generic inquiries."""

DACS = {
    row.name: row
    for row in (
        Inquiry(
            "PX_Objects_EP_EPDepartment",
            "departments",
            {
                "DepartmentID": "DepartmentID",
                "Description": "Description",
                "ExpenseAccountID": "ExpenseAccount",
                "ExpenseSubID": "ExpenseSubaccount",
            },
        ),
        Inquiry(
            "PX_Objects_EP_EPPosition",
            "positions",
            {"PositionID": "PositionID", "Description": "Description"},
        ),
    )
}
"""The data access classes that OData shows; their names follow the vendor's rule (inferred)."""


def printed(field: Field, value: JSON) -> JSON:
    """A column's value as OData prints it: plain."""
    if value is None or field.kind != "DateTime":
        return value
    return moments.shown_day(value) if field.is_day else moments.shown_instant(value)
