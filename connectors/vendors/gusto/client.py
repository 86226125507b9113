"""Speaks with one Gusto company: one method per operation, parsed into frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from urllib.parse import parse_qsl, quote, urlsplit

from connectors.addresses import Origin
from connectors.errors import ContractError
from connectors.exchange import Answer
from connectors.transport import Door, Session
from connectors.vendor import Account, Operation, SourceRecord, Vendor
from connectors.vendors.gusto import answers, operations, payroll_answers
from connectors.vendors.gusto.company import SLUG, VERSION
from connectors.vendors.gusto.payroll_records import PayrollPage, PayrollRow
from connectors.vendors.gusto.records import (
    Company,
    Department,
    EventsPage,
    Holder,
    NamedList,
    PeoplePage,
    ReportRequest,
    Webhook,
)

PAGE_ROWS: Final = 100
"""The most that payrolls and their employees are given out at once; unasked it is 25."""
MOST_REPORT_BYTES: Final = 20 * 1024 * 1024
PAYROLL_PARTS: Final = "benefits,deductions,taxes,payroll_status_meta,totals,reversals"
LIST_PARTS: Final = "payroll_status_meta,totals,reversals"
HEADERS: Final = {"Accept": "application/json", "X-Gusto-API-Version": VERSION}


@dataclass(slots=True)
class Client:
    """One company. ``session`` acts by its consent, ``app_session`` by the app's own token."""

    door: Door
    vendor: Vendor
    account: Account
    session: Session
    app_session: Session
    _holder: Holder | None = field(default=None, init=False)

    @property
    def company_id(self) -> str:
        """Whose connection this is; while it is being connected, whose the consent is."""
        return self.account.account_id or self.who_am_i().company_id

    # Reference: https://docs.gusto.com/app-integrations/reference/get-v1-token-info
    def who_am_i(self) -> Holder:
        """Whose the token is, asked once; Gusto names the company nowhere else."""
        if self._holder is None:
            answer = self._get(operations.WHO_AM_I, "/v1/token_info")
            self._holder = answers.parse_holder(answer)
        return self._holder

    # Reference: https://docs.gusto.com/app-integrations/reference/get-v1-companies
    def read_company(self, company_id: str) -> Company:
        """A company that the token was given for, with the names of its earnings."""
        path = f"/v1/companies/{_quoted(company_id)}"
        return answers.parse_company(self._get(operations.READ_COMPANY, path))

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-companies-company_id-employees
    def list_people(self, page: int, ids: Sequence[str] = ()) -> PeoplePage:
        """A page of all people, whether onboarded, at work or gone; of ``ids`` alone if given."""
        query = [("page", str(page)), ("per", str(PAGE_ROWS)), ("sort_by", "created_at:asc")]
        if ids:
            query.append(("uuids", ",".join(ids)))
        answer = self._get(operations.LIST_PEOPLE, self._own("employees"), query)
        return answers.parse_people(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/get-v1-employees
    def read_person(self, person_id: str) -> SourceRecord:
        """One person; ``is_gone`` where Gusto has none of this id any more."""
        path = f"/v1/employees/{_quoted(person_id)}"
        answer = self._get(operations.READ_PERSON, path)
        if answer.status == 404:
            return SourceRecord(person_id, "", None, is_gone=True)
        return answers.parse_person(answer, person_id, self.company_id)

    # Reference: https://docs.gusto.com/app-integrations/reference/get-companies-departments
    def read_departments(self) -> tuple[Department, ...]:
        """All departments; Gusto tells of their changes by no event."""
        answer = self._get(operations.READ_DEPARTMENTS, self._own("departments"))
        return answers.parse_departments(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-companies-company_id-earning_types
    def read_earning_types(self) -> tuple[NamedList, ...]:
        """Gusto's own earning types and the company's."""
        answer = self._get(operations.READ_EARNING_TYPES, self._own("earning_types"))
        return answers.parse_earning_types(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-companies-company_id-company_benefits
    def read_benefits(self) -> tuple[NamedList, ...]:
        """The benefits that the company offers; none where the right to see them is missing."""
        answer = self._get(operations.READ_BENEFITS, self._own("company_benefits"))
        return () if answer.status == 403 else answers.parse_benefits(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-companies-company_id-payrolls
    def list_payrolls(
        self, page: int, first: date, last: date, *, is_processed: bool
    ) -> tuple[tuple[PayrollRow, ...], int | None]:
        """A page of payrolls of every kind, and how many pages there are.

        Processed ones by their check date, which hides no run that lies ahead; others by their
        pay period, since Gusto allows nothing else. The window is at most a year.
        """
        query = [
            ("processing_statuses", "processed" if is_processed else "unprocessed"),
            ("payroll_types", "regular,off_cycle,external"),
            ("include", LIST_PARTS),
            ("start_date", first.isoformat()),
            ("end_date", last.isoformat()),
            ("sort_order", "asc"),
            ("page", str(page)),
            ("per", str(PAGE_ROWS)),
        ]
        if is_processed:
            query.append(("date_filter_by", "check_date"))
        answer = self._get(operations.LIST_PAYROLLS, self._own("payrolls"), query)
        rows = payroll_answers.parse_payrolls(answer)
        return rows, answers.header_count(answer, "x-total-pages")

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-companies-company_id-payrolls-payroll_id
    def read_payroll_page(self, payroll_id: str, page: int) -> PayrollPage | None:
        """A page of one payroll; None where Gusto has none of this id any more."""
        query = (
            ("include", PAYROLL_PARTS),
            ("page", str(page)),
            ("per", str(PAGE_ROWS)),
            ("sort_by", "last_name:asc,first_name:asc"),
        )
        path = self._own(f"payrolls/{_quoted(payroll_id)}")
        answer = self._get(operations.READ_PAYROLL, path, query)
        return None if answer.status == 404 else payroll_answers.parse_payroll(answer, payroll_id)

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-companies-company_id-contractor_payments
    def list_contractor_payments(
        self, page: int, first: date, last: date
    ) -> tuple[tuple[tuple[str, date], ...], int | None]:
        """A page of the payments of a window, each with its day, and how many pages there are."""
        query = (
            ("start_date", first.isoformat()),
            ("end_date", last.isoformat()),
            ("page", str(page)),
            ("per", str(PAGE_ROWS)),
        )
        path = self._own("contractor_payments")
        answer = self._get(operations.LIST_CONTRACTOR_PAYMENTS, path, query)
        rows = answers.parse_contractor_payments(answer)
        return rows, answers.header_count(answer, "x-total-pages")

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-companies-company_id-contractor_payments-contractor_payment_id
    def read_contractor_payment(self, payment_id: str) -> tuple[str, date] | None:
        """One payment with its day; None where Gusto has none of this id any more."""
        path = self._own(f"contractor_payments/{_quoted(payment_id)}")
        answer = self._get(operations.READ_CONTRACTOR_PAYMENT, path)
        return None if answer.status == 404 else answers.parse_contractor_payment(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # post-payrolls-payroll_uuid-reports-general_ledger
    def request_ledger(self, payroll_id: str, aggregation: str) -> str:
        """Have Gusto make a payroll's general-ledger report; answers the id of the request."""
        answer = self.session.send(
            operations.REQUEST_LEDGER,
            f"/v1/payrolls/{_quoted(payroll_id)}/reports/general_ledger",
            json={"aggregation": aggregation, "integration_type": None},
            headers=HEADERS,
        )
        return answers.parse_report_request(answer).id

    # Reference: https://docs.gusto.com/app-integrations/reference/get-reports-request_uuid
    def read_report(self, request_id: str) -> ReportRequest:
        """Whether a report is there yet, and where."""
        answer = self._get(operations.READ_REPORT, f"/v1/reports/{_quoted(request_id)}")
        return answers.parse_report_request(answer)

    def download_report(self, url: str) -> Answer:
        """A report from its link: another host, to which no token goes.

        Raises:
            ContractError: the link is none, or leads to more than 20 MiB.
            RetryableError: the link has ended.
        """
        try:
            origin = Origin.of(url)
        except ValueError:
            origin = None
        if origin is None:
            raise self._broken("its link is no address")
        parts = urlsplit(url)
        budget = self.vendor.budget_of(self.account.config, self.account.account_id)
        with self.door.session(self.vendor, str(origin), budget, None) as session:
            answer = session.send(
                operations.DOWNLOAD_REPORT,
                parts.path or "/",
                query=parse_qsl(parts.query, keep_blank_values=True),
            )
        if len(answer.body) > MOST_REPORT_BYTES:
            raise self._broken("it has more than 20 MiB")
        return answer

    # Reference: https://docs.gusto.com/app-integrations/reference/get-events
    def read_events(
        self, after: str, *, newest_first: bool = False, limit: int = PAGE_ROWS
    ) -> EventsPage:
        """What Gusto told of this company after an event; of the last 30 days without one."""
        query = [
            ("resource_uuid", self.company_id),
            ("sort_order", "desc" if newest_first else "asc"),
            ("limit", str(limit)),
        ]
        if after:
            query.append(("starting_after_uuid", after))
        answer = self._get_as_app(operations.READ_EVENTS, "/v1/events", query)
        if answer.status == 403:
            return EventsPage(is_forbidden=True)
        return EventsPage(is_lost=True) if answer.status == 422 else answers.parse_events(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/get-v1-webhook-subscriptions
    def list_webhooks(self) -> tuple[Webhook, ...]:
        """All subscriptions of the app, for whichever companies."""
        answer = self._get_as_app(operations.LIST_WEBHOOKS, "/v1/webhook_subscriptions")
        return answers.parse_webhooks(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-webhook-subscription-uuid
    def read_webhook(self, webhook_id: str) -> Webhook | None:
        """One subscription; None where there is none."""
        answer = self._get_as_app(operations.READ_WEBHOOK, _webhook_path(webhook_id))
        return None if answer.status == 404 else answers.parse_webhook(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/post-v1-webhook-subscription
    def create_webhook(self, url: str, kinds: Sequence[str]) -> Webhook:
        """Subscribe an address; its token is posted there, maybe before this is answered."""
        answer = self.app_session.send(
            operations.CREATE_WEBHOOK,
            "/v1/webhook_subscriptions",
            json={"url": url, "subscription_types": list(kinds)},
            headers=HEADERS,
        )
        return answers.parse_webhook(answer)

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # put-v1-verify-webhook-subscription-uuid
    def verify_webhook(self, webhook_id: str, token: str) -> bool:
        """Prove a subscription by a token that was posted; false where it is not the one."""
        answer = self.app_session.send(
            operations.VERIFY_WEBHOOK,
            f"{_webhook_path(webhook_id)}/verify",
            json={"verification_token": token},
            headers=HEADERS,
        )
        return answer.is_success

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # get-v1-webhook-subscription-verification-token-uuid
    def ask_for_token(self, webhook_id: str) -> None:
        """Have the token posted once more."""
        path = f"{_webhook_path(webhook_id)}/request_verification_token"
        self._get_as_app(operations.ASK_FOR_TOKEN, path)

    # Reference: https://docs.gusto.com/app-integrations/reference/
    # delete-v1-webhook-subscription-uuid
    def delete_webhook(self, webhook_id: str) -> None:
        """Delete a subscription; one that is gone already is deleted."""
        path = _webhook_path(webhook_id)
        self.app_session.send(operations.DELETE_WEBHOOK, path, headers=HEADERS)

    def close(self) -> None:
        """Let go of the connections to the vendor."""
        self.session.close()
        self.app_session.close()

    def _own(self, part: str) -> str:
        return f"/v1/companies/{_quoted(self.company_id)}/{part}"

    def _get(
        self, operation: Operation, path: str, query: Sequence[tuple[str, str]] = ()
    ) -> Answer:
        return self.session.send(operation, path, query=query, headers=HEADERS)

    def _get_as_app(
        self, operation: Operation, path: str, query: Sequence[tuple[str, str]] = ()
    ) -> Answer:
        return self.app_session.send(operation, path, query=query, headers=HEADERS)

    def _broken(self, flaw: str) -> ContractError:
        return ContractError(
            f"The report of Gusto is not as documented: {flaw}.",
            vendor=SLUG,
            operation=operations.DOWNLOAD_REPORT.name,
        )


def _quoted(text: str) -> str:
    return quote(text, safe="")


def _webhook_path(webhook_id: str) -> str:
    return f"/v1/webhook_subscriptions/{_quoted(webhook_id)}"
