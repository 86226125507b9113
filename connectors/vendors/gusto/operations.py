"""The calls made to Gusto: what each reads and sends, and whether it changes anything.

Nothing of a company is ever written: the only changing calls ask for a report, and keep the app's
own webhook subscription.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.vendor import Operation, Privacy
from connectors.vendors.gusto.payroll_records import PAYROLL_READS
from connectors.vendors.gusto.records import (
    COMPANY_READS,
    CONTRACTOR_READS,
    EVENT_READS,
    HOLDER_READS,
    LIST_READS,
    PERSON_READS,
    REPORT_READS,
    WEBHOOK_READS,
)

REFERENCE: Final = "https://docs.gusto.com/app-integrations/reference"


def _sends(*names: str) -> Mapping[str, Privacy]:
    return MappingProxyType(dict.fromkeys(names, Privacy.PLAIN))


_PAGES: Final = ("page", "per", "sort_by", "include")
WHO_AM_I: Final = Operation(
    "who_am_i",
    "GET",
    "/v1/token_info",
    docs=f"{REFERENCE}/get-v1-token-info",
    reads=HOLDER_READS,
)
READ_COMPANY: Final = Operation(
    "read_company",
    "GET",
    "/v1/companies/{company}",
    docs=f"{REFERENCE}/get-v1-companies",
    reads=COMPANY_READS,
)
LIST_PEOPLE: Final = Operation(
    "list_people",
    "GET",
    "/v1/companies/{company}/employees",
    docs=f"{REFERENCE}/get-v1-companies-company_id-employees",
    reads=PERSON_READS,
    sends=_sends(*_PAGES, "uuids"),
)
READ_PERSON: Final = Operation(
    "read_person",
    "GET",
    "/v1/employees/{employee}",
    docs=f"{REFERENCE}/get-v1-employees",
    reads=PERSON_READS,
)
READ_DEPARTMENTS: Final = Operation(
    "read_departments",
    "GET",
    "/v1/companies/{company}/departments",
    docs=f"{REFERENCE}/get-companies-departments",
    reads=LIST_READS,
)
READ_EARNING_TYPES: Final = Operation(
    "read_earning_types",
    "GET",
    "/v1/companies/{company}/earning_types",
    docs=f"{REFERENCE}/get-v1-companies-company_id-earning_types",
    reads=LIST_READS,
)
READ_BENEFITS: Final = Operation(
    "read_benefits",
    "GET",
    "/v1/companies/{company}/company_benefits",
    docs=f"{REFERENCE}/get-v1-companies-company_id-company_benefits",
    reads=LIST_READS,
)
LIST_PAYROLLS: Final = Operation(
    "list_payrolls",
    "GET",
    "/v1/companies/{company}/payrolls",
    docs=f"{REFERENCE}/get-v1-companies-company_id-payrolls",
    reads=PAYROLL_READS,
    sends=_sends(
        *_PAGES,
        "processing_statuses",
        "payroll_types",
        "start_date",
        "end_date",
        "date_filter_by",
        "sort_order",
    ),
)
READ_PAYROLL: Final = Operation(
    "read_payroll",
    "GET",
    "/v1/companies/{company}/payrolls/{payroll}",
    docs=f"{REFERENCE}/get-v1-companies-company_id-payrolls-payroll_id",
    reads=PAYROLL_READS,
    sends=_sends(*_PAGES),
)
LIST_CONTRACTOR_PAYMENTS: Final = Operation(
    "list_contractor_payments",
    "GET",
    "/v1/companies/{company}/contractor_payments",
    docs=f"{REFERENCE}/get-v1-companies-company_id-contractor_payments",
    reads=CONTRACTOR_READS,
    sends=_sends("page", "per", "start_date", "end_date"),
)
READ_CONTRACTOR_PAYMENT: Final = Operation(
    "read_contractor_payment",
    "GET",
    "/v1/companies/{company}/contractor_payments/{payment}",
    docs=f"{REFERENCE}/get-v1-companies-company_id-contractor_payments-contractor_payment_id",
    reads=CONTRACTOR_READS,
)
REQUEST_LEDGER: Final = Operation(
    "request_ledger",
    "POST",
    "/v1/payrolls/{payroll}/reports/general_ledger",
    writes=True,
    docs=f"{REFERENCE}/post-payrolls-payroll_uuid-reports-general_ledger",
    reads=REPORT_READS,
    sends=_sends("aggregation", "integration_type"),
)
READ_REPORT: Final = Operation(
    "read_report",
    "GET",
    "/v1/reports/{request}",
    docs=f"{REFERENCE}/get-reports-request_uuid",
    reads=REPORT_READS,
)
DOWNLOAD_REPORT: Final = Operation(
    "download_report",
    "GET",
    "/{object}",
    docs="The link of a report, at an object store: without a token, for about ten minutes.",
    reads=MappingProxyType({"check_date": Privacy.PLAIN, "data": Privacy.PAY}),
)
READ_EVENTS: Final = Operation(
    "read_events",
    "GET",
    "/v1/events",
    docs=f"{REFERENCE}/get-events",
    reads=EVENT_READS,
    sends=_sends("resource_uuid", "event_type", "sort_order", "limit", "starting_after_uuid"),
)
LIST_WEBHOOKS: Final = Operation(
    "list_webhooks",
    "GET",
    "/v1/webhook_subscriptions",
    docs=f"{REFERENCE}/get-v1-webhook-subscriptions",
    reads=WEBHOOK_READS,
)
READ_WEBHOOK: Final = Operation(
    "read_webhook",
    "GET",
    "/v1/webhook_subscriptions/{subscription}",
    docs=f"{REFERENCE}/get-v1-webhook-subscription-uuid",
    reads=WEBHOOK_READS,
)
CREATE_WEBHOOK: Final = Operation(
    "create_webhook",
    "POST",
    "/v1/webhook_subscriptions",
    writes=True,
    docs=f"{REFERENCE}/post-v1-webhook-subscription",
    reads=WEBHOOK_READS,
    sends=_sends("subscription_types"),
)
VERIFY_WEBHOOK: Final = Operation(
    "verify_webhook",
    "PUT",
    "/v1/webhook_subscriptions/{subscription}/verify",
    writes=True,
    docs=f"{REFERENCE}/put-v1-verify-webhook-subscription-uuid",
    reads=WEBHOOK_READS,
)
ASK_FOR_TOKEN: Final = Operation(
    "ask_for_token",
    "GET",
    "/v1/webhook_subscriptions/{subscription}/request_verification_token",
    docs=f"{REFERENCE}/get-v1-webhook-subscription-verification-token-uuid",
    reads=WEBHOOK_READS,
)
DELETE_WEBHOOK: Final = Operation(
    "delete_webhook",
    "DELETE",
    "/v1/webhook_subscriptions/{subscription}",
    writes=True,
    docs=f"{REFERENCE}/delete-v1-webhook-subscription-uuid",
)
