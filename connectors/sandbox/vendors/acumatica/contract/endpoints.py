"""Which endpoints an instance offers, in which versions, and which entities each of them has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from connectors.sandbox.vendors.acumatica.contract.employee import EMPLOYEE
from connectors.sandbox.vendors.acumatica.contract.fields import Entity, as_of
from connectors.sandbox.vendors.acumatica.contract.general_ledger import (
    ACCOUNT,
    FINANCIAL_PERIOD,
    PROJECT,
    SUBACCOUNT,
)
from connectors.sandbox.vendors.acumatica.contract.journal import JOURNAL
from connectors.sandbox.vendors.acumatica.contract.organization import (
    ACCOUNT_LOCATION,
    BRANCH,
    DEPARTMENT,
    EMPLOYEE_CLASS,
    LEDGER,
    POSITION,
)

DEFAULT = (
    EMPLOYEE,
    LEDGER,
    ACCOUNT,
    SUBACCOUNT,
    FINANCIAL_PERIOD,
    PROJECT,
    JOURNAL,
)
"""The Default endpoint's entities, as far as the stand-in goes."""
EXTENDED = (DEPARTMENT, POSITION, EMPLOYEE_CLASS, BRANCH, ACCOUNT_LOCATION)
"""What the customer's own endpoint adds."""
ENTITIES = (*DEFAULT, *EXTENDED)
DECLARED = {row.name: row for row in ENTITIES}

CUSTOM_NAME = "MLConnector"
CUSTOM_VERSION = "24.200.001"
DEFAULT_YEARS = {"25R2": (20, 22, 23, 24, 25), "24R2": (20, 22, 23, 24)}
"""The Default endpoints that a build of that release still serves."""
BUILDS = {"25R2": "25.201.0213", "24R2": "24.205.0012"}


@dataclass(frozen=True, eq=False)
class Endpoint:
    """One name and version under ``/entity``."""

    name: str
    version: str
    entities: dict[str, Entity]
    is_system: bool

    @property
    def path(self) -> str:
        """The path of the endpoint below the instance's own, without a slash at the end."""
        return f"/entity/{self.name}/{self.version}"


@lru_cache(maxsize=16)
def offered(
    release: str, *, is_extended: bool, job_title_since: int, softened: frozenset[str]
) -> dict[tuple[str, str], Endpoint]:
    """Every endpoint by name and version.

    ``is_extended``: the customer has made the custom endpoint. ``job_title_since``: the year from
    which on contracts map ``ContactInfo.JobTitle``. ``softened``: of 13a and 13b.
    """
    default = (*DEFAULT, DEPARTMENT) if "13a" in softened else DEFAULT
    rows = [
        Endpoint("Default", f"{year}.200.001", _entities(default, year, job_title_since), True)
        for year in DEFAULT_YEARS[release]
    ]
    if is_extended:
        inherited = () if "13b" in softened else DEFAULT
        entities = _entities((*inherited, *EXTENDED), 24, job_title_since)
        rows.append(Endpoint(CUSTOM_NAME, CUSTOM_VERSION, entities, False))
    return {(row.name, row.version): row for row in rows}


def _entities(declared: tuple[Entity, ...], year: int, job_title_since: int) -> dict[str, Entity]:
    return {
        row.name: replace(row, shape=as_of(row.shape, year, job_title_since)) for row in declared
    }
