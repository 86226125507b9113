"""A form of the ERP: what it fills in and what it refuses when a record is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.sandbox.standin import JSON

if TYPE_CHECKING:
    from connectors.sandbox.standin import StandIn
    from connectors.sandbox.vendors.acumatica.contract.fields import Entity
    from connectors.sandbox.vendors.acumatica.instance import Tenant, User
    from connectors.sandbox.vendors.acumatica.rows import Row
    from connectors.sandbox.vendors.acumatica.sent import Sent

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Change:
    """A record about to be saved."""

    vendor: StandIn
    tenant: Tenant
    entity: Entity
    before: Row | None
    row: Row
    sent: Sent
    user: User | None
    """Who writes through the API; None: a person at a form."""
    now: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    """The request's, names in lower case."""
    is_patch: bool = False
    errors: dict[Path, str] = field(default_factory=dict)
    """Error texts by the place they belong to; ``()`` is the record itself."""

    def refuse(self, path: Path, text: str) -> None:
        """Note an error; the first of a place stays."""
        self.errors.setdefault(path, text)


class Form:
    """A form without rules of its own."""

    def fill(self, change: Change) -> None:
        """Fill in what the form fills in by itself."""

    def check(self, change: Change) -> None:
        """Refuse what the form refuses beyond what the declaration says."""

    def number(self, change: Change) -> None:
        """Give a new record its key where the ERP numbers by itself."""

    def act(self, change: Change, action: str, parameters: dict[str, JSON]) -> None:
        """Carry out an action that the entity declares, on ``change.row``; of one that is worked as
        a long operation only refuse what cannot begin.
        """

    def work(self, change: Change, action: str) -> None:
        """Do the work of a long operation, on ``change.row``."""

    def works_on_later(self, change: Change) -> bool:
        """Whether something of it follows a moment later."""
        return False

    def work_on(self, row: Row) -> None:
        """Do what follows."""

    def removal_refusal(self, change: Change) -> str:
        """Why the record cannot be deleted; empty where it can."""
        return ""
