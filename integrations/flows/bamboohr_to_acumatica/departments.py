"""The leg ``departments``: Acumatica gets the departments that BambooHR has and it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from audit.outcomes import Outcome
from connectors.vendor import Page, SourceRecord
from connectors.vendors.acumatica import departments as acumatica
from connectors.vendors.acumatica import operations
from connectors.vendors.acumatica.client import Client as AcumaticaClient
from connectors.vendors.acumatica.records import Term
from connectors.vendors.bamboohr import lists as bamboohr
from connectors.vendors.bamboohr.client import Client as BambooClient
from connectors.vendors.bamboohr.records import OPTION_FIELDS
from integrations.flow import Difference, Draft, Finding, Found, Leg, MatchKey, Step
from integrations.flows.bamboohr_to_acumatica.department import (
    KIND,
    LEG,
    creates_departments,
    reference_of,
    to_department,
)
from integrations.flows.shared.folding import folded
from integrations.matching import choose


def read_departments(client: BambooClient, since: str) -> Iterator[Page]:
    """The whole list, each time: it has no marks."""
    yield Page(records=bamboohr.read_options(client, bamboohr.DEPARTMENT))


def read_some_departments(client: BambooClient, ids: Sequence[str]) -> Sequence[SourceRecord]:
    """These options as they are now; one that is not shown is left out, since none is deleted."""
    options = bamboohr.read_options(client, bamboohr.DEPARTMENT)
    return [option for option in options if option.id in ids]


def find_department(client: AcumaticaClient, draft: Draft, target_id: str) -> Finding:
    """The department that the draft means; by its code once it is tied."""
    return choose(draft, target_id, (as_found(one) for one in acumatica.list_departments(client)))


def find_departments(client: AcumaticaClient) -> Iterator[Sequence[Found]]:
    """All departments."""
    yield [as_found(one) for one in acumatica.list_departments(client)]


def as_found(department: Term) -> Found:
    """A department as the engine compares it."""
    code, description = department.code, department.title
    keys = [MatchKey("reference", reference_of(code, description))]
    if description:
        keys.append(MatchKey("description", folded(description)))
    title = f"{description} ({code})" if description else code
    return Found(code, department, tuple(keys), name=code.casefold(), title=title)


def _is_missing(found: Found | None, draft: Draft) -> bool:
    return found is None


def _create(client: AcumaticaClient, found: Found | None, draft: Draft) -> Found:
    return as_found(acumatica.create_department(client, draft.value))


def _created(found: Found | None, draft: Draft) -> Sequence[Difference]:
    value: Term = draft.value
    return [Difference("code", "", value.code), Difference("description", "", value.title)]


CREATE: Final = Step(
    "create_department",
    Outcome.CREATED,
    _is_missing,
    _create,
    _created,
    operations.CREATE_DEPARTMENT,
    creates=True,
    lane="Department",
)
DEPARTMENTS: Final = Leg(
    LEG,
    title="Departments that Acumatica lacks are created there",
    read=read_departments,
    read_some=read_some_departments,
    map=to_department,
    find=find_department,
    find_all=find_departments,
    steps=(CREATE,),
    reads=OPTION_FIELDS,
    is_wanted=creates_departments,
    fills=KIND,
    has_marks=False,
)
