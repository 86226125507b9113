"""The general ledger's calls of a client: one method per operation, parsed into frozen values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from urllib.parse import quote

from connectors.exchange import Answer
from connectors.transport import Session
from connectors.vendor import Operation
from connectors.vendors.acumatica import journal_records, ledger_records
from connectors.vendors.acumatica.faults import Fault, complaint_of
from connectors.vendors.acumatica.journal_records import Journal, JournalKey
from connectors.vendors.acumatica.ledger_operations import (
    DELETE_JOURNAL,
    FIND_JOURNAL_CANDIDATES,
    FIND_JOURNALS,
    READ_ACCOUNTS,
    READ_JOURNAL,
    READ_LEDGERS,
    READ_PERIODS,
    READ_RELEASE_STATUS,
    READ_SUBACCOUNTS,
    RELEASE_JOURNAL,
)
from connectors.vendors.acumatica.ledger_records import Account, Ledger, Period, Subaccount

BOOK_PAGE_ROWS: Final = 500
JOURNAL: Final = "JournalTransaction"
RELEASE: Final = "ReleaseJournalTransaction"

Query = Sequence[tuple[str, str]]

_HEADERS: Final[Query] = (
    ("$select", journal_records.HEADER_SELECT),
    ("$custom", journal_records.TOTALS),
)
_WHOLE: Final[Query] = (
    ("$expand", "Details"),
    ("$select", journal_records.JOURNAL_SELECT),
    ("$custom", journal_records.TOTALS),
)


class Books:
    """The general ledger of one tenant; ``path_of`` gives an entity's path."""

    def __init__(self, session: Session, path_of: Callable[[str], str]) -> None:
        self.session = session
        self._path_of = path_of

    # Reference: Integration Development Guide, RESTExample_Basic_Get_List_of_Records_in_Batches
    def list_accounts(self, skip_count: int) -> tuple[Account, ...]:
        """At most ``BOOK_PAGE_ROWS`` accounts after the first ``skip_count``."""
        query = (
            *_page(skip_count),
            ("$select", ",".join(ledger_records.ACCOUNT_FIELDS)),
            ("$custom", ledger_records.ACCOUNT_CUSTOM),
        )
        return ledger_records.parse_accounts(self._get(READ_ACCOUNTS, "Account", query))

    # Reference: Integration Development Guide, RESTExample_Basic_Get_List_of_Records_in_Batches
    def list_subaccounts(self, skip_count: int) -> tuple[Subaccount, ...] | None:
        """The same of subaccounts; None where the feature is off or the role lacks the form."""
        select = ",".join(ledger_records.SUBACCOUNT_FIELDS)
        query = (*_page(skip_count), ("$select", select))
        answer = self._get(READ_SUBACCOUNTS, "Subaccount", query)
        return ledger_records.parse_subaccounts(answer) if answer.status == 200 else None

    # Reference: Integration Development Guide, RESTExample_Parameter_expand
    def list_ledgers(self) -> tuple[Ledger, ...]:
        """All ledgers with their branches."""
        select = ",".join(ledger_records.LEDGER_FIELDS)
        query = (("$expand", "Branches"), ("$select", select))
        return ledger_records.parse_ledgers(self._get(READ_LEDGERS, "Ledger", query))

    # Reference: Integration Development Guide, RESTExample_Parameter_expand
    def list_periods(self) -> tuple[Period, ...]:
        """The periods of all years of the financial calendar."""
        select = ",".join(ledger_records.PERIOD_FIELDS)
        query = (("$expand", "Details"), ("$select", select))
        return ledger_records.parse_periods(self._get(READ_PERIODS, "FinancialPeriod", query))

    # Reference: Integration Development Guide, RESTExample_Parameter_filter
    def find_journals(self, reference: str) -> tuple[Journal, ...]:
        """Headers whose description equals this, as the instance compares."""
        condition = f"Module eq 'GL' and Description eq {_quoted(reference)}"
        answer = self._get(FIND_JOURNALS, JOURNAL, (("$filter", condition), *_HEADERS))
        return journal_records.parse_journals(answer)

    # Reference: Integration Development Guide, RESTExample_Parameter_filter
    def list_journals_since(self, created_since: datetime, skip_count: int) -> tuple[Journal, ...]:
        """Headers created at this instant or later, a page of them."""
        instant = created_since.isoformat(timespec="milliseconds")
        condition = f"Module eq 'GL' and CreatedDateTime ge datetimeoffset'{instant}'"
        query = (("$filter", condition), *_page(skip_count), *_HEADERS)
        return journal_records.parse_journals(self._get(FIND_JOURNAL_CANDIDATES, JOURNAL, query))

    # Reference: Integration Development Guide, RESTExample_Parameter_filter
    def list_journals_dated(self, first: date, last: date, skip_count: int) -> tuple[Journal, ...]:
        """Headers of journals of these days, a page of them."""
        begins = f"datetimeoffset'{first.isoformat()}T00:00:00+00:00'"
        ends = f"datetimeoffset'{last.isoformat()}T23:59:59+00:00'"
        condition = f"Module eq 'GL' and TransactionDate ge {begins} and TransactionDate le {ends}"
        query = (("$filter", condition), *_page(skip_count), *_HEADERS)
        return journal_records.parse_journals(self._get(FIND_JOURNAL_CANDIDATES, JOURNAL, query))

    # Reference: Integration Development Guide, RESTExample_Basic_Get_Record_by_Key
    def read_journal(self, key: JournalKey) -> Journal | None:
        """One journal with its lines; None where there is none of this number."""
        answer = self.session.send(READ_JOURNAL, self._one(key), query=_WHOLE)
        return journal_records.parse_journal(answer) if answer.status == 200 else None

    # Reference: Integration Development Guide, RESTExample_Basic_Create_Record
    def put_journal(
        self, operation: Operation, body: Mapping[str, object], *, only_updates: bool
    ) -> Journal:
        """Insert a journal, or change the one whose key the body names; never by a filter."""
        answer = self.session.send(
            operation,
            self._path_of(JOURNAL),
            query=_WHOLE,
            json=body,
            headers={"If-Match": "*"} if only_updates else None,
        )
        return journal_records.parse_journal(answer)

    # Reference: Integration Development Guide, RESTExample_Basic_Action_Execution
    def release_journal(self, key: JournalKey) -> str:
        """Ask for the release; the place of its status, empty where it is done at once."""
        entity = {"Module": {"value": key.module}, "BatchNbr": {"value": key.batch}}
        path = f"{self._path_of(JOURNAL)}/{RELEASE}"
        answer = self.session.send(RELEASE_JOURNAL, path, json={"entity": entity})
        # The place that a 204 names may lead nowhere.
        return answer.headers.get("location", "") if answer.status == 202 else ""

    # Reference: Integration Development Guide, RESTExample_Basic_Action_Execution
    def read_release_status(self, place: str) -> str | None:
        """How a release goes: None while it runs, then why it failed.

        Empty where it did not, or where the status is lost: the journal itself decides.
        """
        path, _ = self.session.own_path(place)
        answer = self.session.send(READ_RELEASE_STATUS, path)
        if answer.status == 202:
            return None
        if answer.is_success or answer.status == 404:
            return ""
        return complaint_of(answer).message or "It does not say why."

    # Reference: Integration Development Guide, RESTExample_Basic_Get_Record_by_Key
    def delete_journal(self, key: JournalKey) -> bool:
        """Delete a journal; False where it was not there."""
        answer = self.session.send(DELETE_JOURNAL, self._one(key))
        return not complaint_of(answer).is_a(Fault.MISSING)

    def _one(self, key: JournalKey) -> str:
        return f"{self._path_of(JOURNAL)}/{quote(key.module, safe='')}/{quote(key.batch, safe='')}"

    def _get(self, operation: Operation, entity: str, query: Query) -> Answer:
        return self.session.send(operation, self._path_of(entity), query=query)


def _page(skip_count: int) -> Query:
    return ("$top", str(BOOK_PAGE_ROWS)), ("$skip", str(skip_count))


def _quoted(text: str) -> str:
    """A text literal of OData: its quotes are doubled, and nothing else ends it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"
