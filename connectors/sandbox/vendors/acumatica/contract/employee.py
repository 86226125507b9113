"""Employee, on the form Employees (EP203000)."""

from __future__ import annotations

from connectors.sandbox.vendors.acumatica.contract.contact import ATTRIBUTE, CONTACT
from connectors.sandbox.vendors.acumatica.contract.fields import (
    Custom,
    Details,
    Entity,
    Field,
    Part,
    Shape,
    flags,
    texts,
)
from connectors.sandbox.vendors.acumatica.forms.employee import EmployeeForm

STATUSES = ("Active", "On Hold", "Hold Payments", "Inactive", "One-Time")
START_REASONS = (
    "New Hire",
    "Rehire",
    "Promotion",
    "Demotion",
    "New Skills",
    "Reorganization",
    "Other",
)
TERMINATION_REASONS = (
    "Retirement",
    "Layoff",
    "Terminated for Cause",
    "Resignation",
    "Deceased",
    "Medical Issues",
)

SETTINGS = Shape(
    "EmployeeSettings",
    fields=(
        Field(
            "BranchID", title="Branch", refers="branches", case="12a", is_required=True, longest=30
        ),
        *texts("Calendar CurrencyID CurrencyRateTypeID"),
        Field(
            "DepartmentID",
            title="Department",
            refers="departments",
            case="9a",
            is_required=True,
            longest=30,
        ),
        Field(
            "EmployeeClass",
            title="Employee Class",
            refers="employee_classes",
            case="12a",
            is_required=True,
            longest=10,
        ),
        Field("EmployeeRefNbr", title="Employee Ref. No.", longest=50),
        *flags("EnableCurrencyOverride EnableRateOverride"),
        *texts("LaborItem RegularHoursValidation"),
        Field("ReportsTo", title="Reports to", refers="employees", case="12a", pads_to=10),
        *flags("RouteEmails"),
        *texts("Salesperson"),
        *flags("TimeCardIsRequired"),
        *texts("UnionLocalID"),
    ),
)

PAYMENT_INSTRUCTION = Shape(
    "BusinessAccountPaymentInstructionDetail",
    fields=(
        *texts("Description"),
        Field("LocationID", "Int"),
        *texts("PaymentInstructionsID PaymentMethod Value"),
    ),
)

FINANCIAL_SETTINGS = Shape(
    "EmployeeFinancialSettings",
    fields=texts(
        "APAccount APSubaccount CashAccount ExpenseAccount ExpenseSubaccount PaymentMethod"
        " PrepaymentAccount PrepaymentSubaccount SalesAccount SalesSubaccount TaxZone Terms"
    ),
    details=(
        Details(
            "PaymentInstructions",
            PAYMENT_INSTRUCTION,
            keys=("PaymentInstructionsID",),
            is_slow=True,
        ),
    ),
)

HISTORY = Shape(
    "EmploymentHistoryRecord",
    fields=(
        Field("Active", "Boolean"),
        Field("EndDate", "DateTime", title="End Date", is_day=True),
        Field("LineNbr", "Int", is_read_only=True),
        Field("PositionID", title="Position", refers="positions", case="12a", longest=10),
        Field("RehireEligible", "Boolean", title="Rehire Eligible"),
        Field("StartDate", "DateTime", title="Start Date", is_day=True),
        Field("StartReason", title="Start Reason", labels=START_REASONS, case="9b"),
        Field("Terminated", "Boolean"),
        Field(
            "TerminationReason", title="Termination Reason", labels=TERMINATION_REASONS, case="9b"
        ),
    ),
)

DELEGATE = Shape(
    "EmployeeDelegate",
    fields=(
        *texts("Delegate EmployeeName DelegationOf"),
        Field("StartsOn", "DateTime", is_day=True),
        Field("ExpiresOn", "DateTime", is_day=True),
        Field("IsActive", "Boolean"),
    ),
)

COMPANY_TREE = Shape("CompanyTree", fields=(*flags("Active Owner"), *texts("WorkgroupID")))

EMPLOYEE = Entity(
    name="Employee",
    form="EP203000",
    form_title="Employees",
    table="employees",
    keys=("EmployeeID",),
    rules=EmployeeForm(),
    graph="PX.Objects.EP.EmployeeMaint",
    view="Employee",
    actions=("ChangeEmployeeID",),
    quiet=frozenset(
        {"ContactInfo", "EmploymentHistory", "Delegates", "Attributes", "CompanyTreeInfo"}
    ),
    customs=(
        Custom("CurrentEmployee", "UsrBadgeNumber"),
        Custom("Employee", "AttributeSHIRTSIZE"),
    ),
    indexed=("EmployeeSettings/EmployeeRefNbr", "ContactInfo/Email"),
    shape=Shape(
        "Employee",
        fields=(
            Field("EmployeeID", title="Employee ID", longest=30, pads_to=10),
            Field("EmployeeName", title="Employee Name", is_read_only=True, longest=255),
            Field("LastModifiedDateTime", "DateTime", is_read_only=True),
            Field("Status", labels=STATUSES, case="12b"),
        ),
        parts=(
            Part("ContactInfo", CONTACT),
            Part("EmployeeSettings", SETTINGS),
            Part("FinancialSettings", FINANCIAL_SETTINGS),
        ),
        details=(
            Details("Attributes", ATTRIBUTE, keys=("AttributeID",)),
            Details("CompanyTreeInfo", COMPANY_TREE, since=25),
            Details("Delegates", DELEGATE),
            Details("EmploymentHistory", HISTORY, keys=("LineNbr",), line="LineNbr"),
        ),
    ),
)
