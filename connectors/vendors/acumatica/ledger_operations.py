"""The calls made to Acumatica's general ledger: what each reads and sends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors.vendor import Privacy
from connectors.vendors.acumatica.journal_records import CANDIDATE_READS, JOURNAL_READS
from connectors.vendors.acumatica.ledger_records import (
    ACCOUNT_FIELDS,
    LEDGER_FIELDS,
    PERIOD_FIELDS,
    SUBACCOUNT_FIELDS,
)
from connectors.vendors.acumatica.operations import (
    GET_BY_KEY,
    GET_LIST,
    GUIDE,
    PUT_RECORD,
    plain,
    reading,
    writing,
)

_ENDPOINT: Final = "/entity/{endpoint}/{version}"
_JOURNAL: Final = f"{_ENDPOINT}/JournalTransaction"
_RELEASE: Final = f"{_JOURNAL}/ReleaseJournalTransaction"
_ONE_JOURNAL: Final = f"{_JOURNAL}/{{Module}}/{{BatchNbr}}"
_ACTION: Final = f"{GUIDE}/IntegrationDev_RESTExample_Basic_Action_Execution.md"


def _fields(names: tuple[str, ...], *more: str) -> Mapping[str, Privacy]:
    return plain(*(name.rpartition("/")[2] for name in (*names, *more)))


READ_ACCOUNTS: Final = reading(
    "read_accounts",
    f"{_ENDPOINT}/Account",
    GET_LIST,
    _fields(ACCOUNT_FIELDS, "ControlAccountModule", "AllowManualEntry"),
)
READ_SUBACCOUNTS: Final = reading(
    "read_subaccounts", f"{_ENDPOINT}/Subaccount", GET_LIST, _fields(SUBACCOUNT_FIELDS)
)
READ_LEDGERS: Final = reading(
    "read_ledgers", f"{_ENDPOINT}/Ledger", GET_LIST, _fields(LEDGER_FIELDS)
)
READ_PERIODS: Final = reading(
    "read_periods", f"{_ENDPOINT}/FinancialPeriod", GET_LIST, _fields(PERIOD_FIELDS)
)
FIND_JOURNALS: Final = reading("find_journals", _JOURNAL, GET_LIST, JOURNAL_READS)
FIND_JOURNAL_CANDIDATES: Final = reading(
    "find_journal_candidates", _JOURNAL, GET_LIST, CANDIDATE_READS
)
READ_JOURNAL: Final = reading("read_journal", _ONE_JOURNAL, GET_BY_KEY, CANDIDATE_READS)
READ_RELEASE_STATUS: Final = reading(
    "read_release_status", f"{_RELEASE}/status/{{id}}", _ACTION, {}
)

CREATE_JOURNAL: Final = writing(
    "create_journal", _JOURNAL, PUT_RECORD, JOURNAL_READS, JOURNAL_READS
)
ADD_JOURNAL_LINES: Final = writing(
    "add_journal_lines", _JOURNAL, PUT_RECORD, JOURNAL_READS, JOURNAL_READS
)
CORRECT_JOURNAL: Final = writing(
    "correct_journal", _JOURNAL, PUT_RECORD, JOURNAL_READS, JOURNAL_READS
)
TAKE_JOURNAL_OFF_HOLD: Final = writing(
    "take_journal_off_hold", _JOURNAL, PUT_RECORD, JOURNAL_READS, JOURNAL_READS
)
PUT_JOURNAL_ON_HOLD: Final = writing(
    "put_journal_on_hold", _JOURNAL, PUT_RECORD, JOURNAL_READS, JOURNAL_READS
)
RELEASE_JOURNAL: Final = writing(
    "release_journal", _RELEASE, _ACTION, {}, JOURNAL_READS, method="POST"
)
DELETE_JOURNAL: Final = writing("delete_journal", _ONE_JOURNAL, GET_BY_KEY, {}, {}, method="DELETE")

LEDGER_READS: Final = frozenset(
    operation.name for operation in (READ_ACCOUNTS, READ_SUBACCOUNTS, READ_LEDGERS, READ_PERIODS)
)
JOURNAL_LOOKS: Final = frozenset(
    operation.name
    for operation in (FIND_JOURNALS, FIND_JOURNAL_CANDIDATES, READ_JOURNAL, READ_RELEASE_STATUS)
)
JOURNAL_WRITES: Final = frozenset(
    operation.name
    for operation in (
        CREATE_JOURNAL,
        ADD_JOURNAL_LINES,
        CORRECT_JOURNAL,
        TAKE_JOURNAL_OFF_HOLD,
        PUT_JOURNAL_ON_HOLD,
        RELEASE_JOURNAL,
        DELETE_JOURNAL,
    )
)
