"""Why a payroll is not simply posted from Gusto to Acumatica; none of them tells an amount.

Sentences stand in lists, alerts and entries in clear: the two values of a disagreement belong
where pay is encrypted (``checks.broken``, ``changes.Change``).
"""

from __future__ import annotations

from typing import Final

from integrations.reasons import ReasonClass, ReasonKind

EXTERNAL: Final = ReasonKind(
    "payroll_external",
    ReasonClass.FILTER,
    "A former provider paid this payroll: it is history and is never posted.",
)
BEFORE_START: Final = ReasonKind(
    "payroll_before_start",
    ReasonClass.FILTER,
    "The payroll belongs on {day}, before the start date {start}.",
)
NOTHING_TO_POST: Final = ReasonKind(
    "payroll_of_nothing",
    ReasonClass.FILTER,
    "Nothing is paid, withheld or debited in this payroll: there is nothing to post.",
)
NOT_PROCESSED: Final = ReasonKind(
    "payroll_not_processed",
    ReasonClass.WAIT,
    "Gusto has not processed the payroll.",
    "Nothing to do: it is posted by itself once it is processed.",
)
PROCESSING_FAILED: Final = ReasonKind(
    "payroll_processing_failed",
    ReasonClass.RECORD,
    "Gusto could not process the payroll.",
    "Look at the payroll in Gusto and submit it again there; it goes on by itself then.",
)
NO_START_DATE: Final = ReasonKind(
    "no_start_date",
    ReasonClass.RECORD,
    "No start date is chosen: nobody can tell which payrolls are in the ledger already.",
    "Choose the start date in the options: the first day from which payrolls are posted.",
    subject="option:start_date",
)
NO_PERIOD: Final = ReasonKind(
    "payroll_without_period",
    ReasonClass.RECORD,
    "The payroll has no pay period: it is dated by its check date.",
)
NO_DEBIT_DATE: Final = ReasonKind(
    "payroll_without_debit_date",
    ReasonClass.RECORD,
    "Gusto tells no day on which the bank is debited: the payroll is dated by its check date.",
)
FIGURES_DISAGREE: Final = ReasonKind(
    "payroll_disagrees",
    ReasonClass.RECORD,
    "Gusto's own figures disagree. This should be so and is not: {rule}.",
    "Compare both values with the payroll in Gusto; once it is right there, try again.",
)
EMPLOYEES_DISAGREE: Final = ReasonKind(
    "paychecks_disagree",
    ReasonClass.RECORD,
    "For {count} of the people paid this should be so and is not: {rule}.",
    "Compare both values with the payroll in Gusto; once it is right there, try again.",
)
REPORT_DISAGREES: Final = ReasonKind(
    "ledger_report_disagrees",
    ReasonClass.RECORD,
    "Gusto's general-ledger report does not agree with its payroll: {rule}.",
    "Compare both values with the report in Gusto; once they agree, try again.",
)
UNKNOWN_TOTAL: Final = ReasonKind(
    "payroll_total_unknown",
    ReasonClass.RECORD,
    "Gusto states an amount {total} that is not documented: nobody knows where it belongs.",
    "Ask Gusto what it is; until then post the payroll by hand and say never to this record.",
    subject="payroll_total:{total}",
)
COMPONENT_IGNORED: Final = ReasonKind(
    "component_ignored",
    ReasonClass.MAPPING,
    "{component} is marked as not carried, but the payroll has an amount of it.",
    "Map {component} to an account: without it the journal would not balance.",
    subject="{mapping}:{component}",
)
SUBACCOUNT_OPEN: Final = ReasonKind(
    "subaccount_open",
    ReasonClass.MAPPING,
    "The subaccount {subaccount} of {component} is a mask, and this line is not split.",
    "Map {component} to a whole subaccount.",
    subject="{mapping}:{component}",
)
SEGMENT_UNFIT: Final = ReasonKind(
    "segment_unfit",
    ReasonClass.MAPPING,
    "The value {value} of {place} does not fit the subaccount mask {mask}.",
    "Correct the value in the mapping, or the mask.",
    subject="{mapping}:{place}",
)
NO_PROJECT_CODE: Final = ReasonKind(
    "no_project_code",
    ReasonClass.RECORD,
    "Acumatica has Projects, so every line needs one, and no non-project code is chosen.",
    "Choose the non-project code in the options; Project Accounting Preferences show it.",
    subject="option:non_project_code",
)
SPLIT_BY_REPORT: Final = ReasonKind(
    "split_by_report",
    ReasonClass.RECORD,
    "The expense is split by {unit} as Gusto's general-ledger report has it.",
)
SPLIT_AS_SEEN: Final = ReasonKind(
    "split_as_seen",
    ReasonClass.RECORD,
    "The expense is split by {unit} as it was in force on the check date, as far as it was seen.",
)
FEW_PAID: Final = ReasonKind(
    "few_paid",
    ReasonClass.RECORD,
    "Fewer than three people are paid in {places}: the lines tell what each of them earns.",
    "Choose not to split the expense, or map {places} to the subaccount of a larger one.",
)
PLACE_UNKNOWN: Final = ReasonKind(
    "paid_without_place",
    ReasonClass.RECORD,
    "{count} of the people paid have no {unit}: their part goes to the default.",
)
BENEFITS_HIDDEN: Final = ReasonKind(
    "benefits_hidden",
    ReasonClass.RECORD,
    "The connection may not see all benefits: those it may not see are posted as one sum.",
    "Connect Gusto again with the right employee_benefits:read:phi to have them one by one.",
)
CANCELLED_LATER: Final = ReasonKind(
    "payroll_cancelled_later",
    ReasonClass.RECORD,
    "The payroll was cancelled in Gusto after its journal {reference} was released.",
    "Compare both sums, then choose: reverse the journal.",
)
AMOUNTS_CHANGED_LATER: Final = ReasonKind(
    "payroll_amounts_changed_later",
    ReasonClass.RECORD,
    "The payroll has other amounts than when its journal {reference} was released.",
    "Compare both sums, then choose: reverse and post anew.",
)
DATE_CHANGED_LATER: Final = ReasonKind(
    "payroll_date_changed_later",
    ReasonClass.RECORD,
    "The payroll moved from {posted} to {now} after its journal {reference} was released.",
    "Choose: reverse and post anew, or leave it as it is.",
)

PAYROLL_REASONS: Final = (
    EXTERNAL,
    BEFORE_START,
    NOTHING_TO_POST,
    NOT_PROCESSED,
    PROCESSING_FAILED,
    NO_START_DATE,
    NO_PERIOD,
    NO_DEBIT_DATE,
    FIGURES_DISAGREE,
    EMPLOYEES_DISAGREE,
    REPORT_DISAGREES,
    UNKNOWN_TOTAL,
    COMPONENT_IGNORED,
    SUBACCOUNT_OPEN,
    SEGMENT_UNFIT,
    NO_PROJECT_CODE,
    SPLIT_BY_REPORT,
    SPLIT_AS_SEEN,
    FEW_PAID,
    PLACE_UNKNOWN,
    BENEFITS_HIDDEN,
    CANCELLED_LATER,
    AMOUNTS_CHANGED_LATER,
    DATE_CHANGED_LATER,
)
