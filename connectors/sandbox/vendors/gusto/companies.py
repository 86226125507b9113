"""The company itself, and the lists that its payrolls and people refer to."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from connectors.sandbox.standin import Answer
from connectors.sandbox.vendors.gusto.answers import as_json, invalid, not_found
from connectors.sandbox.vendors.gusto.call import Call
from connectors.sandbox.vendors.gusto.company import Company, Row, second_text
from connectors.sandbox.vendors.gusto.printing import mixed

ADDRESS_KEYS = ("street_1", "street_2", "city", "state", "zip", "country", "active")


def get_company(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}``."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    return as_json(
        {
            **company.information,
            "locations": [
                {key: row[key] for key in ADDRESS_KEYS} for row in company.locations.values()
            ],
            "compensations": compensations(call, company),
        }
    )


def compensations(call: Call, company: Company) -> Row:
    """The names that payroll lines bear; newer versions tell their ids."""
    types = company.earning_types
    active = [row for row in (*types["default"], *types["custom"]) if row["active"]]
    found = {
        "hourly": [dict(row) for row in types["hourly"]],
        "fixed": [
            *({"uuid": row["uuid"], "name": row["name"]} for row in active),
            {"uuid": None, "name": "Reimbursement"},
        ],
        "paid_time_off": [dict(row) for row in types["paid_time_off"]],
    }
    if not call.version.has_compensation_ids:
        for rows in found.values():
            for row in rows:
                row.pop("uuid")
    return found


def list_locations(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/locations``."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    return call.paged(list(company.locations.values()))


def department_row(company: Company, department: Row) -> Row:
    """A department and who is in it."""
    members = [
        {"uuid": person.uuid}
        for person in company.employees.values()
        if person.row["department_uuid"] == department["uuid"]
    ]
    contractors = [
        {"uuid": row["uuid"]}
        for row in company.contractors.values()
        if row["department_uuid"] == department["uuid"]
    ]
    return {**department, "employees": members, "contractors": contractors}


def list_departments(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/departments``: never in pages."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    return as_json([department_row(company, row) for row in company.departments.values()])


def get_department(call: Call, department_uuid: str) -> Answer:
    """``GET /v1/departments/{department}``."""
    for company in call.environment.companies.values():
        department = company.departments.get(department_uuid)
        if department is not None:
            owned = call.own_company(company.uuid)
            if isinstance(owned, Answer):
                return owned
            return as_json(department_row(company, department))
    return not_found()


def earning_types(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/earning_types``."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    return as_json({kind: company.earning_types[kind] for kind in ("default", "custom")})


def company_benefits(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/company_benefits``."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    wanted = call.flag("active")
    return as_json([row for row in company.benefits.values() if wanted in (None, row["active"])])


def pay_schedules(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/pay_schedules``."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    key = "auto_payroll" if call.version.has_auto_payroll else "auto_pilot"
    return call.paged([{**row, key: False} for row in company.schedules.values()])


def pay_periods(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/pay_periods``: those of the regular payrolls."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    rows: list[Row] = [
        {
            "start_date": payroll.start_date.isoformat(),
            "end_date": payroll.end_date.isoformat(),
            "pay_schedule_uuid": payroll.schedule_uuid,
            "payroll": {
                "payroll_uuid": payroll.uuid,
                "check_date": payroll.check_date.isoformat(),
                "processed": payroll.processed_on is not None,
                "payroll_deadline": second_text(payroll.deadline_at),
                "payroll_type": "regular",
            },
        }
        for payroll in company.payrolls.values()
        if payroll.kind == "regular" and payroll.start_date and payroll.end_date
    ]
    start, end = call.params.get("start_date", ""), call.params.get("end_date", "9999")
    rows = [row for row in rows if row["end_date"] >= start and row["start_date"] <= end]
    return as_json(sorted(rows, key=lambda row: (row["start_date"], row["end_date"])))


def contractor_payments(call: Call, name: str) -> Answer:
    """``GET /v1/companies/{company}/contractor_payments``: an object; both dates are required."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    for key in ("start_date", "end_date"):
        if not is_day(call.params.get(key, "")):
            return invalid(key, "missing_parameter", f"{key} is required.")
    start, end = call.params["start_date"], call.params["end_date"]
    rows = [row for row in company.contractor_payments.values() if start <= row["date"] <= end]
    wanted = call.params.get("contractor_uuid")
    rows = [row for row in rows if wanted in (None, row["contractor_uuid"])]
    rows.sort(key=lambda row: str(row["date"]), reverse=True)
    groups = [
        {
            "contractor_uuid": contractor_uuid,
            "reimbursement_total": total(
                [r for r in rows if r["contractor_uuid"] == contractor_uuid], "reimbursement"
            ),
            "wage_total": total(
                [r for r in rows if r["contractor_uuid"] == contractor_uuid], "wage_total"
            ),
            "payments": [r for r in rows if r["contractor_uuid"] == contractor_uuid],
        }
        for contractor_uuid in dict.fromkeys(row["contractor_uuid"] for row in rows)
    ]
    sums = {"reimbursements": total(rows, "reimbursement"), "wages": total(rows, "wage_total")}
    shown, headers = (groups, {}) if "page" not in call.params else call.page_of(groups)
    return as_json({"total": sums, "contractor_payments": shown}, headers=headers)


def contractor_payment(call: Call, name: str, payment_uuid: str) -> Answer:
    """``GET /v1/companies/{company}/contractor_payments/{payment}``."""
    company = call.own_company(name)
    if isinstance(company, Answer):
        return company
    row = company.contractor_payments.get(payment_uuid)
    return not_found() if row is None else as_json(row)


def total(rows: list[Row], name: str) -> str:
    """A sum in the vendor's odd scale."""
    return mixed(sum((Decimal(row[name]) for row in rows), Decimal("0.00")))


def is_day(text: str) -> bool:
    """Whether a parameter is a date."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
