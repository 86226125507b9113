"""What an Acumatica department shall look like for one option of BambooHR's list; pure."""

from __future__ import annotations

import base64
import hashlib
from datetime import date
from typing import Final

from connectors.vendor import SourceRecord
from connectors.vendors.acumatica.records import Term
from connectors.vendors.bamboohr.records import ListOption
from integrations.flow import Decision, Draft, Filtered, Lookups, MatchKey
from integrations.flows.bamboohr_to_acumatica.reasons import (
    DEPARTMENT_ARCHIVED,
    DEPARTMENT_IGNORED,
    DEPARTMENT_MAPPED,
    DEPARTMENTS_NOT_CREATED,
)
from integrations.flows.shared.folding import folded

LEG: Final = "departments"
KIND: Final = "department"
CODE_LENGTH: Final = 10
"""What the oldest builds take; newer ones take 30 characters."""
DIGEST_LENGTH: Final = 4


def creates_departments(lookups: Lookups) -> bool:
    """Whether a person wants departments created and the customer's endpoint can do it."""
    is_wanted = lookups.option("create_departments") == "yes"
    return is_wanted and lookups.can("can_create_departments")


def to_department(record: SourceRecord, lookups: Lookups, today: date) -> Decision:
    """Decide whether Acumatica shall have a department for one option; today plays no part.

    What stands there through us stays, whatever is decided later: it is never renamed or deleted.
    """
    option: ListOption = record.value
    name = record.title
    if option.is_archived:
        return Filtered(DEPARTMENT_ARCHIVED.because(department=name))
    if lookups.target_of(LEG, record.id) is None:
        if not creates_departments(lookups):
            return Filtered(DEPARTMENTS_NOT_CREATED.because())
        if lookups.is_ignored(KIND, (name,)):
            return Filtered(DEPARTMENT_IGNORED.because(department=name))
        if (use := lookups.find(KIND, (name,))) is not None:
            rule = DEPARTMENT_MAPPED.because(department=name, target=use.target[KIND])
            return Filtered(rule, mappings=(use,))
    code = code_of(name)
    reference = reference_of(code, name)
    keys = (MatchKey("reference", reference), MatchKey("description", folded(name)))
    # A namesake is one whose code would be the same though it is called otherwise.
    return Draft(Term(code, name.strip()), reference, keys, name=code.casefold())


def code_of(name: str) -> str:
    """A code of at most ten capital letters and digits; the same name always gets the same one."""
    letters = [letter for letter in folded(name) if letter.isascii() and letter.isalnum()]
    plain = "".join(letters).upper()
    if plain and len(plain) <= CODE_LENGTH:
        return plain
    digest = base64.b32encode(hashlib.sha256(folded(name).encode()).digest()).decode()
    return plain[: CODE_LENGTH - DIGEST_LENGTH] + digest[:DIGEST_LENGTH]


def reference_of(code: str, name: str) -> str:
    """Code and name together recognise a department that we created: one alone may be chance."""
    return f"{code}:{folded(name)}"
