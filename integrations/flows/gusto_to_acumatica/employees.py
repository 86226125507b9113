"""The leg ``employees``: Acumatica's employees follow the people whom Gusto pays."""

from __future__ import annotations

from connectors.vendor import SourceRecord
from connectors.vendors.gusto import people as gusto
from connectors.vendors.gusto.client import Client as GustoClient
from connectors.vendors.gusto.records import PERSON_FIELDS
from integrations.flow import Leg
from integrations.flows.gusto_to_acumatica.person import LEG, to_employee
from integrations.flows.shared.employees import (
    CREATE,
    REHIRE,
    TERMINATE,
    UPDATE,
    WRITES,
    drift,
    find_employee,
    find_employees,
)
from integrations.flows.shared.reasons import LEFT_BEFORE


def as_listed(client: GustoClient, record: SourceRecord, fields: frozenset[str]) -> SourceRecord:
    """The person as read: Gusto's list tells all that there is, so that nothing more is asked."""
    return record


EMPLOYEES = Leg(
    LEG,
    title="People become and stay Acumatica's employees",
    read=gusto.read_people,
    read_some=gusto.read_some_people,
    map=to_employee,
    find=find_employee,
    find_all=find_employees,
    steps=(CREATE, REHIRE, UPDATE, TERMINATE),
    complete=as_listed,
    unneeded=LEFT_BEFORE,
    drift=drift,
    reads=PERSON_FIELDS,
    notices=("employee",),
    writes=WRITES,
)
