"""Notes in the trail what a person did or was refused, as the trail wants it told."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model

from audit import trail
from audit.models import Action
from integrations.models.base import tenant_id_of

COMMAND_LINE = trail.Who(None, "somebody at the command line")
Outcome = Action.Outcome


def note(
    by: AbstractBaseUser | AnonymousUser | trail.Who | None,
    what: str,
    row: Model | None = None,
    *,
    outcome: Action.Outcome = Action.Outcome.DONE,
    sentence: str = "",
    details: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """Append one action; ``by`` None is whoever sits at the command line, no row the house."""
    on = trail.OnWhat(None) if row is None else _on(row)
    trail.record_action(
        who(by), what, on, outcome=outcome, sentence=sentence, details=dict(details)
    )


def note_several(
    by: AbstractBaseUser | AnonymousUser | None,
    what: str,
    model: type[Model],
    tenant_id: int | None,
    details: Mapping[str, object],
) -> None:
    """Append one action on several rows of one tenant."""
    trail.record_action(
        who(by), what, trail.OnWhat(tenant_id, model=model._meta.label_lower), details=details
    )


def who(by: AbstractBaseUser | AnonymousUser | trail.Who | None) -> trail.Who:
    """A person as the trail names him."""
    if by is None:
        return COMMAND_LINE
    if isinstance(by, trail.Who):
        return by
    if not isinstance(by, AbstractBaseUser):
        return trail.Who(None, "somebody who is not signed in")
    return trail.Who(by.pk, by.get_username())


def _on(row: Model) -> trail.OnWhat:
    return trail.OnWhat(
        tenant_id=tenant_id_of(row),
        model=row._meta.label_lower,
        row_id="" if row.pk is None else str(row.pk),
        title=str(row),
    )
