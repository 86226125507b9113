"""Why a person is not simply carried from BambooHR to Acumatica."""

from __future__ import annotations

from typing import Final

from integrations.flows.shared.reasons import EVERYBODYS
from integrations.reasons import ReasonClass, ReasonKind

OTHER_LOCATION: Final = ReasonKind(
    "out_of_scope_location",
    ReasonClass.FILTER,
    "People of the location {value} are not carried.",
)
SCOPE_UNREADABLE: Final = ReasonKind(
    "scope_unreadable",
    ReasonClass.RECORD,
    "BambooHR does not show the {what}, so that nobody can tell whether the person is in scope.",
    "Give the connected user the right to see the {what} in BambooHR, then try again.",
    subject="scope:{what}",
)
NO_DEPARTMENT: Final = ReasonKind(
    "no_department",
    ReasonClass.RECORD,
    "The person has no department in BambooHR, and Acumatica requires one.",
    "Fill in the department in BambooHR, or choose a default department in the options.",
)
DEPARTMENT_COMING: Final = ReasonKind(
    "department_coming",
    ReasonClass.WAIT,
    "The department {department} does not stand at Acumatica yet.",
    "Nothing to do: the department is created by itself and the person goes on then. Where it "
    "cannot be created, the department's own record says why.",
)
DEPARTMENT_ARCHIVED: Final = ReasonKind(
    "department_archived",
    ReasonClass.FILTER,
    "The department {department} is archived in BambooHR.",
)
DEPARTMENT_IGNORED: Final = ReasonKind(
    "department_ignored",
    ReasonClass.FILTER,
    "A person decided that the department {department} is not carried.",
)
DEPARTMENT_MAPPED: Final = ReasonKind(
    "department_mapped",
    ReasonClass.FILTER,
    "The department {department} is mapped to {target} already: none has to be created.",
)
DEPARTMENTS_NOT_CREATED: Final = ReasonKind(
    "departments_not_created",
    ReasonClass.FILTER,
    "Departments are not created: the option is off, or the Acumatica endpoint cannot do it.",
)
NO_LAST_NAME: Final = ReasonKind(
    "no_last_name",
    ReasonClass.RECORD,
    "The person has no last name in BambooHR, and Acumatica requires one.",
    "Fill in the last name in BambooHR.",
)
STATUS_UNREADABLE: Final = ReasonKind(
    "status_unreadable",
    ReasonClass.RECORD,
    "BambooHR does not show whether the person is active.",
    "Give the connected user the right to see Status in BambooHR, then try again.",
)
TITLE_NOT_CARRIED: Final = ReasonKind(
    "title_not_carried",
    ReasonClass.MAPPING,
    "The job title {title} has no position in Acumatica and was not carried.",
    "Map {title} to a position; it is carried by itself then.",
    "position:{title}",
)
TERMINATION_REASON_NOT_CARRIED: Final = ReasonKind(
    "termination_reason_not_carried",
    ReasonClass.MAPPING,
    "The termination reason {reason} has no counterpart in Acumatica and was not carried.",
    "Map {reason} to one of Acumatica's reasons, or ignore it.",
    "termination_reason:{reason}",
)
NO_NUMBER: Final = ReasonKind(
    "no_employee_number",
    ReasonClass.RECORD,
    "Acumatica is to number employees as BambooHR does, and the person has no Employee # there.",
    "Fill in Employee # in BambooHR; it must fit the mask {mask}.",
)
NUMBER_UNFIT: Final = ReasonKind(
    "employee_number_unfit",
    ReasonClass.RECORD,
    "The Employee # {number} does not fit Acumatica's mask {mask}.",
    "Correct Employee # in BambooHR, or the mask in the options.",
)
SUPERVISOR_MISSING: Final = ReasonKind(
    "supervisor_missing",
    ReasonClass.WAIT,
    "The supervisor, BambooHR {supervisor}, does not stand at Acumatica yet.",
    "Nothing to do: the supervisor is entered by itself once that person is carried.",
)
SUPERVISOR_CYCLE: Final = ReasonKind(
    "supervisor_cycle",
    ReasonClass.RECORD,
    "The supervisor was not carried: in BambooHR {cycle} report to each other.",
    "Correct the supervisors in BambooHR; they are carried by themselves then.",
)

REASONS: Final = (
    *EVERYBODYS,
    OTHER_LOCATION,
    SCOPE_UNREADABLE,
    NO_DEPARTMENT,
    DEPARTMENT_COMING,
    DEPARTMENT_ARCHIVED,
    DEPARTMENT_IGNORED,
    DEPARTMENT_MAPPED,
    DEPARTMENTS_NOT_CREATED,
    NO_LAST_NAME,
    STATUS_UNREADABLE,
    TITLE_NOT_CARRIED,
    TERMINATION_REASON_NOT_CARRIED,
    NO_NUMBER,
    NUMBER_UNFIT,
    SUPERVISOR_MISSING,
    SUPERVISOR_CYCLE,
)
