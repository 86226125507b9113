"""The generated companies: organization, three employees of their own, user and application."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica import chart, moments
from connectors.sandbox.vendors.acumatica.contract.endpoints import DECLARED
from connectors.sandbox.vendors.acumatica.contract.fields import Entity
from connectors.sandbox.vendors.acumatica.forms.employee import CLASS_DEFAULTS, employee_name
from connectors.sandbox.vendors.acumatica.instance import App, Instance, Tenant, User, new_tenant
from connectors.sandbox.vendors.acumatica.rows import Row, blank

HOST = "northwind.acumatica.com"
TENANT = "Northwind"
CLIENT = "88358B02-A48D-A50E-F710-39C1636C30F6"
CLIENT_SECRET = "sandbox-secret-acumatica"
REDIRECT_URI = "https://connector.example/connect/callback/acumatica/"
API_USER = "apiuser"
PASSWORD = "sandbox-password"

BRANCHES = {
    "HEADOFFICE": "Northwind Head Office",
    "WEST": "Northwind West",
    "EAST": "Northwind East",
}
DEPARTMENTS = {
    "FINANCE": "Finance",
    "ENGINEER": "Engineering",
    "SALES": "Sales",
    "MARKETING": "Marketing",
    "PEOPLE": "People",
    "SUPPORT": "Customer Support",
    "OPERATIONS": "Operations",
    "WAREHOUSE": "Warehouse",
    "ADMIN": "Administration",
    "FIELD": "Field Services",
}
POSITIONS = {
    "ANALYST": "Analyst",
    "ENGINEER": "Engineer",
    "MANAGER": "Manager",
    "ACCOUNT": "Accountant",
    "SALES": "Sales Representative",
    "SUPPORT": "Support Agent",
}
CLASSES = {
    "EMPSALARY": "Salaried Employees",
    "EMPHOURLY": "Hourly Employees",
    "CONTRACT": "Contractors",
}
CLASS_SETTINGS: Row = {
    "Calendar": "STANDARD",
    "CurrencyID": "USD",
    "CurrencyRateTypeID": "SPOT",
    "LaborItem": "LABOR",
    "RegularHoursValidation": "Validate",
    "Terms": "30D",
    "PaymentMethod": "CHECK",
    "APAccount": "20000",
    "APSubaccount": "000000",
    "ExpenseAccount": "61000",
    "ExpenseSubaccount": "000000",
}
FIRST_NAMES = ("Ingrid", "Tomas", "Bea", "Ruben", "Amara", "Soren", "Lucia", "Pavel")
LAST_NAMES = ("Halloran", "Quist", "Marlowe", "Tenby", "Ostrander", "Varga", "Lindqvist", "Abara")


def instances(dice: random.Random, now: datetime) -> dict[str, Instance]:
    """Two sites: one with two tenants at the root, one with a single tenant under a path."""
    begun_at = now - timedelta(days=30)
    northwind = _tenant(TENANT, dice, begun_at)
    training = _tenant("Training", dice, begun_at)
    solo = _tenant("Solo", dice, begun_at)
    for tenant in (northwind, training, solo):
        chart.furnish(tenant, dice, now)
    tenants = {TENANT: northwind, "Training": training}
    return {
        HOST: Instance(HOST, "", tenants, "Training"),
        "solo.acumatica.com": Instance("solo.acumatica.com", "/erp", {"Solo": solo}, "Solo"),
    }


def _tenant(name: str, dice: random.Random, begun_at: datetime) -> Tenant:
    tenant = new_tenant(name)
    _organization(tenant, dice, begun_at)
    _add_employee(tenant, dice, begun_at, ("ADMIN", "MANAGER", "HEADOFFICE"), "Integration", "User")
    if name != "Training":
        places = (("WAREHOUSE", "SUPPORT", "WEST"), ("FINANCE", "ACCOUNT", "HEADOFFICE"))
        for place, first in zip(places, dice.sample(FIRST_NAMES, len(places)), strict=True):
            _add_employee(tenant, dice, begun_at, place, first, dice.choice(LAST_NAMES))
    own = next(iter(tenant.tables["employees"].rows))
    tenant.users[API_USER] = User(API_USER, PASSWORD, f"{API_USER}@northwind.example", own)
    if name != "Training":
        client_id = f"{CLIENT}@{name}"
        tenant.apps[client_id] = App(client_id, CLIENT_SECRET, [REDIRECT_URI])
    return tenant


def _organization(tenant: Tenant, dice: random.Random, begun_at: datetime) -> None:
    company = f"{tenant.name} Inc."
    for key, text in BRANCHES.items():
        branch = {"BranchID": key, "BranchName": text, "Active": True, "CompanyName": company}
        _add(tenant, DECLARED["Branch"], dice, branch)
    for key, text in DEPARTMENTS.items():
        department = {"DepartmentID": key, "Description": text, "ExpenseAccount": "61000"}
        _add(tenant, DECLARED["Department"], dice, department)
    for key, text in POSITIONS.items():
        _add(tenant, DECLARED["Position"], dice, {"PositionID": key, "Description": text})
    for key, text in CLASSES.items():
        named: Row = {"EmployeeClassID": key, "Description": text}
        named["TimeCardIsRequired"] = key == "EMPHOURLY"
        _add(tenant, DECLARED["EmployeeClass"], dice, {**named, **CLASS_SETTINGS})
    for location in ("MAIN", "DOCK"):
        place = {"BusinessAccount": "NWLOGIST", "LocationID": location, "LocationName": location}
        _add(tenant, DECLARED["AccountLocation"], dice, place)
    _add_ledger(tenant, dice, begun_at, company)


def _add_ledger(tenant: Tenant, dice: random.Random, begun_at: datetime, company: str) -> None:
    entity = DECLARED["Ledger"]
    members = entity.shape.mapped_details
    branches = [
        {
            **blank(members[0].shape, dice),
            "Active": True,
            "BranchID": key,
            "BranchName": text,
            "CompanyName": company,
        }
        for key, text in BRANCHES.items()
    ]
    owner = {**blank(members[1].shape, dice), "Active": True, "Company": "NORTHWIND"}
    owner |= {"CompanyName": company, "CompanyType": "With Branches"}
    ledger: Row = {
        "LedgerID": "ACTUAL",
        "Description": "Actual Ledger",
        "Type": "Actual",
        "Currency": "USD",
        "LastModifiedDateTime": moments.kept_now(begun_at),
        "Branches": branches,
        "Companies": [owner],
    }
    _add(tenant, entity, dice, ledger)


def _add(tenant: Tenant, entity: Entity, dice: random.Random, values: dict[str, JSON]) -> Row:
    row = {**blank(entity.shape, dice), **values}
    tenant.tables[entity.table].store(row)
    return row


def _add_employee(
    tenant: Tenant,
    dice: random.Random,
    begun_at: datetime,
    place: tuple[str, str, str],
    first: str,
    last: str,
) -> None:
    department, position, branch = place
    tenant.last_employee_number += 1
    number = tenant.last_employee_number
    row = blank(DECLARED["Employee"].shape, dice)
    history = next(
        details for details in DECLARED["Employee"].shape.details if details.line == "LineNbr"
    )
    row |= {
        "EmployeeID": f"EP{number:08d}",
        "Status": "Active",
        "LastModifiedDateTime": moments.kept_now(begun_at + timedelta(minutes=number)),
        "EmploymentHistory": [
            {
                **blank(history.shape, dice),
                "LineNbr": 1,
                "Active": True,
                "PositionID": position,
                "StartDate": (moments.today(begun_at) - timedelta(days=700)).isoformat(),
                "StartReason": "New Hire",
            }
        ],
    }
    email = f"{first}.{last}.{tenant.name}@legacy.northwind.example".lower()
    row["ContactInfo"] |= {"FirstName": first, "LastName": last, "Email": email}
    row["EmployeeName"] = employee_name(row["ContactInfo"])
    given = tenant.tables["employee_classes"].rows["EMPSALARY"]
    for part, names in CLASS_DEFAULTS.items():
        row[part] |= {name: given[name] for name in names}
    row["EmployeeSettings"] |= {
        "BranchID": branch,
        "DepartmentID": department,
        "EmployeeClass": "EMPSALARY",
    }
    tenant.tables["employees"].store(row)
