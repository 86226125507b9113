"""Scopes: which there are, and which open an endpoint (OpenAPI file of April 2026)."""

from __future__ import annotations


def named(text: str) -> frozenset[str]:
    """The scopes that a text names."""
    return frozenset(text.split())


SCOPES = named("""
    access_level alerts alerts.write approval_workflows approval_workflows.write
    ask_bamboohr:chat_messages ask_bamboohr:chat_messages.write ask_bamboohr:policy_documents
    ask_bamboohr:policy_documents.write ask_bamboohr:settings ask_bamboohr:settings.write
    background_checks background_checks.write benchmarking:compensation benefit benefit.write
    company:administration company:administration.write company:details company:details.write
    company:info company_file company_file.write compensation_benchmarks
    compensation_benchmarks.write customer_onboarding customer_onboarding.write data_cleaner
    deductions deductions.write email employee employee.write employee:assets
    employee:assets.write employee:compensation employee:compensation.write employee:contact
    employee:contact.write employee:custom_fields employee:custom_fields.write
    employee:custom_fields_encrypted employee:custom_fields_encrypted.write employee:demographic
    employee:demographic.write employee:dependent employee:dependent.write
    employee:dependent:ssn employee:dependent:ssn.write employee:education
    employee:education.write employee:emergency_contacts employee:emergency_contacts.write
    employee:file employee:file.write employee:identification employee:identification.write
    employee:job employee:job.write employee:management employee:management.write employee:name
    employee:name.write employee:payroll.write employee:photo employee:photo.write
    employee:providers employee:providers.write employee:providers:payroll
    employee:providers:payroll.write employee:tabs employee:tabs.write employee:vaccination
    employee:vaccination.write employee_directory employee_verifications
    employee_verifications.write employee_wellbeing:settings employee_wellbeing:settings.write
    enps:settings enps:settings.write equity error_management esignature esignature:instance
    esignature:instance.write field field.write goal goal.write gridlets hiring:applications
    hiring:applications.write hiring:checkr hiring:checkr.write hiring:job_openings
    hiring:job_openings.write hiring:offers hiring:offers.write hiring:settings
    hiring:settings.write hiring:talent_pools hiring:talent_pools.write job_organization
    job_organization.write legacy.login mcp meta offline_access onboarding onboarding.write
    openid pay_grades_and_bands payroll payroll.write payroll:ach_returns
    payroll:ach_returns.write payroll:beneficial_owners payroll:beneficial_owners.write
    payroll:legal_entities payroll:pay_periods payroll:pay_schedules payroll:pay_stubs
    payroll:payrolls payroll:retirements performance:assessments performance:assessments.write
    performance:feedback performance:feedback.write performance:one_on_ones
    performance:one_on_ones.write performance:settings performance:settings.write
    planning_cycles public.integration public.user recognitions:manage recognitions:manage.write
    report scheduling:schedules scheduling:schedules.write scheduling:shifts
    scheduling:shifts.write sensitive_employee:address sensitive_employee:address.write
    sensitive_employee:creditcards sensitive_employee:creditcards.write
    sensitive_employee:protected_info sensitive_employee:protected_info.write tasks tasks.write
    time_off time_off.write time_tracking time_tracking.write time_tracking:breaks
    time_tracking:breaks.write training training.write user user:management
    user:management.write webhooks webhooks.write workflows:bounties workflows:bounties.write
    workflows:instances workflows:instances.write
    """)

READ_EMPLOYEE = named("""
    employee employee:assets employee:contact employee:compensation
    employee:custom_fields_encrypted employee:custom_fields employee:demographic
    employee:dependent employee:dependent:ssn employee:education employee:emergency_contacts
    employee:identification employee:job employee:management employee:name employee:photo
    employee:vaccination sensitive_employee:protected_info sensitive_employee:address
    sensitive_employee:creditcards employee:job.write
    """)
LIST_EMPLOYEES = named(
    "employee employee:name employee:job employee_directory sensitive_employee:protected_info"
)
WRITE_EMPLOYEE = named("""
    employee.write employee:contact.write employee:job.write employee:management.write
    employee:name.write employee employee:job
    """)
READ_TABLE = named("""
    employee employee:job employee:compensation employee:custom_fields
    employee:custom_fields_encrypted employee:assets employee:emergency_contacts
    sensitive_employee:creditcards employee:education employee:job.write
    """)
CHANGED = frozenset({"public.user", "public.integration"})
DIRECTORY = frozenset({"employee_directory"})
FIELDS = frozenset({"employee", "field"})
LISTS = frozenset({"field"})
WRITE_LISTS = frozenset({"field.write"})
USERS = frozenset({"user"})
COMPANY = frozenset({"company:info"})
REPORTS = frozenset({"report"})
WEBHOOKS = frozenset({"webhooks"})
ANY: frozenset[str] = frozenset()
