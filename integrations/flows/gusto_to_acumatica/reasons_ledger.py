"""Why a payroll's journal cannot stand at Acumatica, or not yet; none of them tells an amount."""

from __future__ import annotations

from typing import Final

from integrations.reasons import ReasonClass, ReasonKind

NO_BRANCH: Final = ReasonKind(
    "no_payroll_branch",
    ReasonClass.RECORD,
    "No branch is chosen: nobody can tell in whose books the payroll belongs.",
    "Choose the branch of the journals in the options.",
    subject="option:payroll_branch",
)
BRANCH_UNKNOWN: Final = ReasonKind(
    "payroll_branch_unknown",
    ReasonClass.RECORD,
    "No ledger of Acumatica has a branch {branch}.",
    "Correct the branch of the journals in the options, or the ledger's branches at Acumatica.",
    subject="option:payroll_branch",
)
LEDGER_UNKNOWN: Final = ReasonKind(
    "payroll_ledger_unknown",
    ReasonClass.RECORD,
    "The ledger {ledger} is none in which branch {branch} keeps its books; there are: {known}.",
    "Choose one of them as the ledger of the journals in the options.",
    subject="option:payroll_ledger",
)
LEDGER_CURRENCY: Final = ReasonKind(
    "payroll_ledger_currency",
    ReasonClass.RECORD,
    "The ledger {ledger} is kept in {currency}, and Gusto pays in USD.",
    "Choose a ledger in USD in the options.",
    subject="option:payroll_ledger",
)
PERIOD_CLOSED: Final = ReasonKind(
    "period_closed",
    ReasonClass.RECORD,
    "The payroll belongs on {day}, in {period}: nothing may be posted there.",
    "Open the period at Acumatica, or choose in the options to post on the first open day.",
    subject="period:{period}",
)
NO_OPEN_PERIOD: Final = ReasonKind(
    "no_open_period",
    ReasonClass.RECORD,
    "Acumatica has no open period on {day} or after it.",
    "Open a period at Acumatica; the payroll goes on by itself then.",
    subject="period:open",
)
DATED_LATER: Final = ReasonKind(
    "dated_later",
    ReasonClass.RECORD,
    "The payroll belongs on {day}, which is closed: its journal is dated {posted}.",
)
ACCOUNT_UNKNOWN: Final = ReasonKind(
    "account_unknown",
    ReasonClass.RECORD,
    "Acumatica has no account {account}.",
    "Read the vocabularies, then map to an account that is there.",
    subject="account:{account}",
)
ACCOUNT_UNUSABLE: Final = ReasonKind(
    "account_unusable",
    ReasonClass.RECORD,
    "Account {account} {flaw}",
    "Change the account at Acumatica, or the mapping.",
    subject="account:{account}",
)
SUBACCOUNT_MISSING: Final = ReasonKind(
    "subaccount_missing",
    ReasonClass.RECORD,
    "Acumatica has subaccounts, and what is mapped to account {account} has none.",
    "Map it to an account with a subaccount.",
    subject="account:{account}",
)
SUBACCOUNT_UNUSABLE: Final = ReasonKind(
    "subaccount_unusable",
    ReasonClass.RECORD,
    "Subaccount {subaccount} {flaw} at Acumatica.",
    "Map to another one, or activate it at Acumatica.",
    subject="subaccount:{subaccount}",
)
RELEASED_LATER: Final = ReasonKind(
    "journal_released_later",
    ReasonClass.WAIT,
    "The journal is written and not released: that is done on {day}, when Gusto can no longer "
    "cancel the payroll.",
    "Nothing to do; or release it now, or delete it.",
)
RELEASED_BY_HAND: Final = ReasonKind(
    "journal_released_by_hand",
    ReasonClass.WAIT,
    "The journal is written and not released: a person releases it at Acumatica.",
    "Release journal {journal} at Acumatica, or choose here that it is released.",
)
WAITS_THERE: Final = ReasonKind(
    "journal_waits_there",
    ReasonClass.WAIT,
    "Journal {journal} is written and waits for approval at Acumatica.",
    "Approve or reject it at Acumatica.",
)
REJECTED_THERE: Final = ReasonKind(
    "journal_rejected_there",
    ReasonClass.RECORD,
    "Journal {journal} was rejected at Acumatica and is not released.",
    "Put it right at Acumatica and submit it again, or choose here to delete it.",
)
CHANGED_THERE: Final = ReasonKind(
    "journal_changed_there",
    ReasonClass.RECORD,
    "Journal {journal} was changed at the target before release: it is not as it was written.",
    "Undo the change at Acumatica, or choose here to delete it and have it written anew.",
)
RELEASED_MEANWHILE: Final = ReasonKind(
    "journal_released_meanwhile",
    ReasonClass.WAIT,
    "Journal {journal} was released meanwhile, though the payroll has changed since.",
    "Nothing to do: it is looked at anew at once.",
)
NOT_THERE: Final = ReasonKind(
    "journal_not_there",
    ReasonClass.FILTER,
    "A journal was posted for the payroll, and a person said that it is another one: none is "
    "found at Acumatica.",
)
PAYROLL_DELETED: Final = ReasonKind(
    "payroll_deleted",
    ReasonClass.FILTER,
    "The payroll was deleted in Gusto and never posted.",
)
JOURNAL_DELETED: Final = ReasonKind(
    "journal_deleted_on_request",
    ReasonClass.RECORD,
    "Its journal was deleted because a person wanted it; nothing stands for the payroll.",
    "Choose on its page that the integration does as it would, and it is written anew; or say "
    "never to it.",
)
CONTRACTORS_NOT_CARRIED: Final = ReasonKind(
    "contractor_payment_not_carried",
    ReasonClass.FILTER,
    "A payment to a contractor: it is in no payroll and is not carried.",
)
REPORT_AGREES: Final = "Gusto's general-ledger report agrees with the payroll."
NO_REPORT: Final = "Gusto's general-ledger report was not granted to the connection: not compared."

LEDGER_REASONS: Final = (
    NO_BRANCH,
    BRANCH_UNKNOWN,
    LEDGER_UNKNOWN,
    LEDGER_CURRENCY,
    PERIOD_CLOSED,
    NO_OPEN_PERIOD,
    DATED_LATER,
    ACCOUNT_UNKNOWN,
    ACCOUNT_UNUSABLE,
    SUBACCOUNT_MISSING,
    SUBACCOUNT_UNUSABLE,
    RELEASED_LATER,
    RELEASED_BY_HAND,
    WAITS_THERE,
    REJECTED_THERE,
    CHANGED_THERE,
    RELEASED_MEANWHILE,
    NOT_THERE,
    PAYROLL_DELETED,
    JOURNAL_DELETED,
    CONTRACTORS_NOT_CARRIED,
)
