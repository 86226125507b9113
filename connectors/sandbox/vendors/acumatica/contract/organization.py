"""Departments, positions, classes, branches, locations, ledgers: what an employee points to."""

from __future__ import annotations

from connectors.sandbox.vendors.acumatica.contract.fields import (
    Details,
    Entity,
    Field,
    Shape,
    flags,
    instants,
    texts,
)
from connectors.sandbox.vendors.acumatica.forms.form import Form

PLAIN = Form()

DEPARTMENT = Entity(
    name="Department",
    form="EP201500",
    form_title="Departments",
    table="departments",
    keys=("DepartmentID",),
    rules=PLAIN,
    graph="PX.Objects.EP.DepartmentMaint",
    view="EPDepartment",
    shape=Shape(
        "Department",
        fields=(
            Field("DepartmentID", title="Department ID", is_required=True, longest=30),
            Field("Description", is_required=True, longest=60),
            *texts("ExpenseAccount ExpenseSubaccount"),
        ),
    ),
)

POSITION = Entity(
    name="Position",
    form="EP201000",
    form_title="Positions",
    table="positions",
    keys=("PositionID",),
    rules=PLAIN,
    graph="PX.Objects.EP.PositionMaint",
    view="EPPosition",
    shape=Shape(
        "Position",
        fields=(
            Field("PositionID", title="Position ID", is_required=True, longest=10),
            Field("Description", longest=60),
        ),
    ),
)

EMPLOYEE_CLASS = Entity(
    name="EmployeeClass",
    form="EP202000",
    form_title="Employee Classes",
    table="employee_classes",
    keys=("EmployeeClassID",),
    rules=PLAIN,
    graph="PX.Objects.EP.EmployeeClassMaint",
    view="EmployeeClass",
    shape=Shape(
        "EmployeeClass",
        fields=(
            Field("EmployeeClassID", title="Class ID", is_required=True, longest=10),
            Field("Description", longest=60),
            *texts("Calendar CurrencyID CurrencyRateTypeID LaborItem RegularHoursValidation"),
            Field("TimeCardIsRequired", "Boolean"),
            *texts("Terms PaymentMethod APAccount APSubaccount ExpenseAccount ExpenseSubaccount"),
        ),
    ),
)

BRANCH = Entity(
    name="Branch",
    form="CS102000",
    form_title="Branches",
    table="branches",
    keys=("BranchID",),
    rules=PLAIN,
    graph="PX.Objects.CS.BranchMaint",
    view="BAccount",
    shape=Shape(
        "Branch",
        fields=(
            Field("BranchID", title="Branch ID", is_required=True, longest=30),
            Field("BranchName", title="Branch Name", longest=255),
            Field("Active", "Boolean"),
            *texts("CompanyName"),
        ),
    ),
)

ACCOUNT_LOCATION = Entity(
    name="AccountLocation",
    form="CR303010",
    form_title="Account Locations",
    table="account_locations",
    keys=("BusinessAccount", "LocationID"),
    rules=PLAIN,
    graph="PX.Objects.CR.LocationMaint",
    view="Location",
    shape=Shape(
        "AccountLocation",
        fields=(
            Field("BusinessAccount", title="Business Account", is_required=True, longest=30),
            Field("LocationID", title="Location ID", is_required=True, longest=30),
            Field("LocationName", title="Location Name", longest=60),
        ),
    ),
)

LEDGER = Entity(
    name="Ledger",
    form="GL201500",
    form_title="Ledgers",
    table="ledgers",
    keys=("LedgerID",),
    rules=PLAIN,
    graph="PX.Objects.GL.GeneralLedgerMaint",
    view="LedgerRecords",
    shape=Shape(
        "Ledger",
        fields=(
            Field("ConsolidationSource", "Boolean"),
            *texts("Currency Description"),
            *instants("LastModifiedDateTime", is_read_only=True),
            Field("LedgerID", title="Ledger ID", is_required=True, longest=10),
            *texts("Type"),
        ),
        details=(
            Details(
                "Branches",
                Shape(
                    "LedgerBranches",
                    fields=(*flags("Active"), *texts("BranchID BranchName CompanyName")),
                ),
                keys=("BranchID",),
            ),
            Details(
                "Companies",
                Shape(
                    "LedgerCompanies",
                    fields=(*flags("Active"), *texts("Company CompanyName CompanyType")),
                ),
                keys=("Company",),
                is_written=False,
            ),
        ),
    ),
)
