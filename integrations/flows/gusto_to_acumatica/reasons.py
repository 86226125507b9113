"""Why a person is not simply carried from Gusto to Acumatica."""

from __future__ import annotations

from typing import Final

from integrations.flows.shared.reasons import EVERYBODYS
from integrations.reasons import ReasonClass, ReasonKind

SCOPE_UNREADABLE: Final = ReasonKind(
    "scope_unreadable",
    ReasonClass.RECORD,
    "Gusto does not show the {what}, so that nobody can tell whether the person is in scope.",
    "Connect Gusto again with every right that is asked for, then try again.",
    subject="scope:{what}",
)
NOT_ONBOARDED: Final = ReasonKind(
    "not_onboarded",
    ReasonClass.WAIT,
    "The person's onboarding at Gusto is not complete.",
    "Nothing to do: the person is carried by itself once Gusto says that it is.",
)
ENDS_LATER: Final = ReasonKind(
    "ends_later",
    ReasonClass.WAIT,
    "The person's last day is {day}.",
    "Nothing to do: the person is deactivated by itself on the day after, unless the end is "
    "cancelled in Gusto.",
)
END_NOT_CONFIRMED: Final = ReasonKind(
    "end_not_confirmed",
    ReasonClass.WAIT,
    "The last day, {day}, is over, and Gusto does not say yet that the end is in effect.",
    "Nothing to do: the person is deactivated by itself once Gusto says so.",
)
END_UNCLEAR: Final = ReasonKind(
    "end_unclear",
    ReasonClass.RECORD,
    "Gusto says that the employment has ended and does not show since when.",
    "Look at the person in Gusto, and connect Gusto again with every right that is asked for; "
    "then try again.",
)
NO_HIRE_DATE: Final = ReasonKind(
    "no_hire_date",
    ReasonClass.RECORD,
    "The person has no hire date in Gusto, so that nobody can tell when to begin.",
    "Fill in the hire date in Gusto.",
)
NO_DEPARTMENT: Final = ReasonKind(
    "no_department",
    ReasonClass.RECORD,
    "The person has no department in Gusto, and Acumatica requires one.",
    "Fill in the department in Gusto, or choose a default department in the options.",
)
NO_LAST_NAME: Final = ReasonKind(
    "no_last_name",
    ReasonClass.RECORD,
    "The person has no last name in Gusto, and Acumatica requires one.",
    "Fill in the last name in Gusto.",
)
STATUS_UNKNOWN: Final = ReasonKind(
    "employment_status_unknown",
    ReasonClass.MAPPING,
    "Gusto has an employment status {value} that nobody here knows.",
    "Map {value} to an employee class, or ignore it to give such people the default class.",
    "{mapping}:{value}",
)

REASONS: Final = (
    *EVERYBODYS,
    SCOPE_UNREADABLE,
    NOT_ONBOARDED,
    ENDS_LATER,
    END_NOT_CONFIRMED,
    END_UNCLEAR,
    NO_HIRE_DATE,
    NO_DEPARTMENT,
    NO_LAST_NAME,
    STATUS_UNKNOWN,
)
