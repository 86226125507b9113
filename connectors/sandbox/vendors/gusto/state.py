"""What judges see of Gusto: everything, plain, money as text with two places."""

from __future__ import annotations

from datetime import date

from connectors.sandbox.clock import iso
from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.gusto.company import (
    Company,
    Employee,
    Payroll,
    Row,
    day_text,
    pacific_day,
    second_text,
    terminations_of,
)
from connectors.sandbox.vendors.gusto.environment import Environment, Grant
from connectors.sandbox.vendors.gusto.money import USUAL, Pay, Tax


def environment_state(
    environment: Environment, today: date, *, on_the_day: bool
) -> dict[str, JSON]:
    """Everything of one environment."""
    return {
        "host": environment.host,
        "apps": {
            app.client_id: {
                "client_id": app.client_id,
                "client_secret": app.client_secret,
                "redirect_uris": app.redirect_uris,
                "uuid": app.uuid,
                "scopes": app.scopes,
                "minimum_version": app.minimum_version,
            }
            for app in environment.apps.values()
        },
        "companies": {
            company.uuid: company_state(company, today, on_the_day=on_the_day)
            for company in environment.companies.values()
        },
        "grants": {grant.id: grant_state(grant) for grant in environment.grants.values()},
        "system_tokens": {
            token: {"client_id": system.client_id, "expires_at": iso(system.expires_at)}
            for token, system in environment.system_tokens.items()
        },
        "subscriptions": {
            row.uuid: {**row.row(), "client_id": row.client_id, "verification_token": row.token}
            for row in environment.subscriptions.values()
        },
        "events": [event.row for event in environment.events],
        "report_requests": {
            report.uuid: {
                "request_uuid": report.uuid,
                "company_uuid": report.company_uuid,
                "payroll_uuid": report.payroll_uuid,
                "aggregation": report.aggregation,
                "integration_type": report.integration_type,
                "failed": report.is_failed,
                "ready_at": iso(report.ready_at),
                "body": report.body,
            }
            for report in environment.reports.values()
        },
    }


def grant_state(grant: Grant) -> Row:
    """A grant with all its tokens."""
    return {
        "id": grant.id,
        "client_id": grant.client_id,
        "company_uuid": grant.company_uuid,
        "scopes": grant.scopes,
        "pairs": [
            {
                "access_token": pair.access_token,
                "refresh_token": pair.refresh_token,
                "expires_at": iso(pair.expires_at),
                "used": pair.is_used,
                "spent": pair.is_spent,
            }
            for pair in grant.pairs
        ],
    }


def company_state(company: Company, today: date, *, on_the_day: bool) -> Row:
    """Everything of one company."""
    return {
        **company.information,
        "founded_on": pacific_day(company.born_at).isoformat(),
        "today": today.isoformat(),
        "departments": company.departments,
        "locations": company.locations,
        "pay_schedules": company.schedules,
        "earning_types": company.earning_types,
        "company_benefits": company.benefits,
        "employees": {
            person.uuid: employee_state(company, person, today, on_the_day=on_the_day)
            for person in company.employees.values()
        },
        "deleted": company.deleted,
        "payrolls": {payroll.uuid: payroll_state(payroll) for payroll in company.payrolls.values()},
        "contractors": company.contractors,
        "contractor_payments": company.contractor_payments,
    }


def employee_state(company: Company, person: Employee, today: date, *, on_the_day: bool) -> Row:
    """A person as of today, pay rates included."""
    ended = terminations_of(person, today, on_the_day=on_the_day)
    return {
        **person.row,
        "terminations": ended,
        "terminated": any(row["active"] for row in ended),
        "department": company.department_title(person.row["department_uuid"]),
        "location": company.locations[person.location_uuid]["state"],
        "pay_schedule_uuid": person.schedule_uuid,
        "employment_history": person.history,
        "rehire": person.rehire,
    }


def payroll_state(payroll: Payroll) -> Row:
    """A payroll with all its lines."""
    totals = payroll.totals(USUAL)
    return {
        "uuid": payroll.uuid,
        "fixture": payroll.fixture,
        "kind": payroll.kind,
        "off_cycle_reason": payroll.off_cycle_reason,
        "external": payroll.is_external,
        "processed": payroll.processed_on is not None,
        "processed_date": day_text(payroll.processed_on),
        "calculated_at": None
        if payroll.calculated_at is None
        else second_text(payroll.calculated_at),
        "check_date": payroll.check_date.isoformat(),
        "payroll_deadline": second_text(payroll.deadline_at),
        "start_date": day_text(payroll.start_date),
        "end_date": day_text(payroll.end_date),
        "pay_schedule_uuid": payroll.schedule_uuid,
        "reverses": payroll.reverses,
        "reversed_by": payroll.reversed_by,
        "payment_speed_changed": payroll.moved,
        "company_taxes": [tax_state(tax) for tax in payroll.company_taxes],
        "totals": {name: f"{amount:.2f}" for name, amount in totals.items()},
        "employee_compensations": {
            pay.employee_uuid: pay_state(pay) for pay in payroll.pays.values()
        },
    }


def tax_state(tax: Tax) -> Row:
    """A tax."""
    return {"name": tax.name, "employer": tax.is_employer, "amount": f"{tax.amount:.2f}"}


def pay_state(pay: Pay) -> Row:
    """One employee's lines, with department and jobs as of that payroll."""
    return {
        "employee_uuid": pay.employee_uuid,
        "first_name": pay.first_name,
        "last_name": pay.last_name,
        "payment_method": pay.method,
        "excluded": pay.is_excluded,
        "department": pay.department,
        "job_title": pay.job_title,
        "gross_pay": f"{pay.gross:.2f}",
        "net_pay": f"{pay.net:.2f}",
        "check_amount": f"{pay.check:.2f}",
        "earnings": [
            {
                "name": part.name,
                "amount": f"{part.amount:.2f}",
                "kind": part.kind,
                "hours": f"{part.hours:.3f}",
                "job_uuid": part.job_uuid,
                "job_title": part.job_title,
            }
            for part in pay.earnings
        ],
        "taxes": [tax_state(tax) for tax in pay.taxes],
        "benefits": [
            {
                "name": part.name,
                "employee_deduction": f"{part.employee:.2f}",
                "company_contribution": f"{part.company:.2f}",
                "imputed": part.is_imputed,
                "health": part.is_health,
            }
            for part in pay.benefits
        ],
        "deductions": [
            {
                "name": part.name,
                "amount": f"{part.amount:.2f}",
                "child_support": part.is_child_support,
            }
            for part in pay.deductions
        ],
        "reimbursements": [
            {"amount": f"{part.amount:.2f}", "description": part.description}
            for part in pay.reimbursements
        ],
    }
