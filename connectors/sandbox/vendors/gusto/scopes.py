"""Scopes: which the app of the sandbox has, and which open an endpoint (dossier §2.4)."""

from __future__ import annotations

COMPANIES = "companies:read"
EMPLOYEES = "employees:read"
EMPLOYMENTS = "employments:read"
DEPARTMENTS = "departments:read"
PAYROLLS = "payrolls:read"
BENEFITS = "employee_benefits:read"
COMPANY_BENEFITS = "company_benefits:read"
HEALTH = "employee_benefits:read:phi"
COMPENSATIONS = "compensations:read"
WRITE_REPORTS = "company_reports:write"
READ_REPORTS = "company_reports:read"
PAY_SCHEDULES = "pay_schedules:read"
CONTRACTORS = "contractors:read"
SUBSCRIPTIONS = "webhook_subscriptions:read"
WRITE_SUBSCRIPTIONS = "webhook_subscriptions:write"
EVENTS = "events:read"

OF_COMPANIES = (
    "public",
    COMPANIES,
    EMPLOYEES,
    EMPLOYMENTS,
    DEPARTMENTS,
    PAYROLLS,
    BENEFITS,
    COMPANY_BENEFITS,
    HEALTH,
    COMPENSATIONS,
    WRITE_REPORTS,
    READ_REPORTS,
    PAY_SCHEDULES,
    CONTRACTORS,
)
OF_THE_APP = (SUBSCRIPTIONS, WRITE_SUBSCRIPTIONS, EVENTS)
ALL = (*OF_COMPANIES, *OF_THE_APP)
