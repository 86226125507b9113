"""Accounts, subaccounts, financial years, projects: what the lines of a journal point to."""

from __future__ import annotations

from connectors.sandbox.vendors.acumatica.contract.fields import (
    Custom,
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
CONTROL_MODULE = "AccountRecords.ControlAccountModule"
MANUAL_ENTRY = "AccountRecords.AllowManualEntry"
PERIOD_STATUSES = ("Inactive", "Open", "Closed", "Locked")

ACCOUNT = Entity(
    name="Account",
    form="GL202500",
    form_title="Chart of Accounts",
    table="accounts",
    keys=("AccountCD",),
    rules=PLAIN,
    graph="PX.Objects.GL.AccountMaint",
    view="AccountRecords",
    customs=(
        Custom("AccountRecords", "ControlAccountModule"),
        Custom("AccountRecords", "AllowManualEntry", "Boolean"),
    ),
    shape=Shape(
        "Account",
        fields=(
            Field("AccountCD", title="Account", is_required=True, longest=10, pads_to=10),
            *texts("AccountClass AccountGroup"),
            Field("AccountID", "Int", is_read_only=True),
            *flags("Active CashAccount"),
            Field("ChartOfAccountsOrder", "Int"),
            *texts("ConsolidationAccount"),
            *instants("CreatedDateTime", is_read_only=True),
            *texts("CurrencyID"),
            Field("Description", longest=60),
            *instants("LastModifiedDateTime", is_read_only=True),
            *texts("PostOption"),
            *flags("RequireUnits"),
            *texts("RevaluationRateType"),
            *flags("Secured"),
            *texts("TaxCategory"),
            Field("Type", is_required=True),
            *flags("UseDefaultSubaccount"),
        ),
    ),
)

SUBACCOUNT = Entity(
    name="Subaccount",
    form="GL203000",
    form_title="Subaccounts",
    table="subaccounts",
    keys=("SubaccountCD",),
    rules=PLAIN,
    graph="PX.Objects.GL.SubAccountMaint",
    view="SubRecords",
    feature="subaccounts",
    shape=Shape(
        "Subaccount",
        fields=(
            *flags("Active"),
            Field("Description", longest=255),
            *flags("Secured"),
            Field("SubaccountCD", title="Subaccount", is_required=True, longest=30),
            Field("SubaccountID", "Int", is_read_only=True),
        ),
    ),
)

FINANCIAL_PERIOD = Entity(
    name="FinancialPeriod",
    form="GL201000",
    form_title="Master Financial Calendar",
    table="financial_periods",
    keys=("FinancialYear",),
    rules=PLAIN,
    graph="PX.Objects.GL.MasterFinPeriodMaint",
    view="FiscalYear",
    shape=Shape(
        "FinancialPeriod",
        fields=(
            *instants("CreatedDateTime", is_read_only=True),
            Field("FinancialYear", title="Financial Year", is_required=True, longest=4),
            *instants("LastModifiedDateTime", is_read_only=True),
            Field("NbrOfPeriods", "Short"),
            Field("StartDate", "DateTime", is_day=True),
            *flags("UserDefinedPeriods"),
        ),
        details=(
            Details(
                "Details",
                Shape(
                    "FinancialPeriodDetail",
                    fields=(
                        *flags(
                            "AdjustmentPeriod ClosedInAP ClosedInAR ClosedInCA ClosedInFA"
                            " ClosedInIN"
                        ),
                        *texts("Description"),
                        Field("EndDate", "DateTime", is_day=True),
                        Field("FinancialPeriodID"),
                        Field("LengthInDays", "Int"),
                        Field("PeriodNbr"),
                        Field("StartDate", "DateTime", is_day=True),
                        Field("Status", labels=PERIOD_STATUSES),
                    ),
                ),
                keys=("FinancialPeriodID",),
            ),
        ),
    ),
)

PROJECT = Entity(
    name="Project",
    form="PM301000",
    form_title="Projects",
    table="projects",
    keys=("ProjectID",),
    rules=PLAIN,
    graph="PX.Objects.PM.ProjectEntry",
    view="Project",
    feature="projects",
    shape=Shape(
        "Project",
        fields=(
            Field("ProjectID", title="Project", is_required=True, longest=30),
            *texts("Description Status"),
        ),
    ),
)
"""Which of its fields the contract shows is not told by the dossier: the usual few (inferred)."""
