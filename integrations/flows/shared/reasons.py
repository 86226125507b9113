"""Why a person is not simply carried, whatever system pays or employs him."""

from __future__ import annotations

from typing import Final

from integrations.reasons import ReasonClass, ReasonKind

OTHER_STATUS: Final = ReasonKind(
    "out_of_scope_employment_status",
    ReasonClass.FILTER,
    "People with the employment status {status} are not carried.",
)
OTHER_DEPARTMENT: Final = ReasonKind(
    "out_of_scope_department",
    ReasonClass.FILTER,
    "People of the department {value} are not carried.",
)
LEFT_OUT: Final = ReasonKind(
    "out_of_scope_person",
    ReasonClass.FILTER,
    "A person chose in the options that this one is not carried.",
)
LEFT_BEFORE: Final = ReasonKind(
    "left_before_first_sync",
    ReasonClass.FILTER,
    "The person had left before ever being carried.",
)
STARTS_LATER: Final = ReasonKind(
    "starts_later",
    ReasonClass.WAIT,
    "The person starts on {day}.",
    "Nothing to do: the person is carried by itself on that day.",
)
IN_GRACE: Final = ReasonKind(
    "in_grace",
    ReasonClass.WAIT,
    "The person left on {day}; the grace that was chosen is not over.",
    "Nothing to do: the person is deactivated by itself when it is.",
)
NO_DEFAULT: Final = ReasonKind(
    "no_default",
    ReasonClass.CONFIGURATION,
    "Acumatica requires a {what}, and neither a mapping nor the option {option} names one.",
    "Choose {option} in the options, or map {value}.",
    "{mapping}:{value}",
)

EVERYBODYS: Final = (
    OTHER_STATUS,
    OTHER_DEPARTMENT,
    LEFT_OUT,
    LEFT_BEFORE,
    STARTS_LATER,
    IN_GRACE,
    NO_DEFAULT,
)
"""All of them, for the flows to declare."""
