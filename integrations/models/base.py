"""The base of every model: whose a row is, and the walls between tenants.

A model says by ``tenant_path`` how its rows lead to their tenant. Queries for a person go through
``for_user``; a row that would point into another tenant is refused before it is saved.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.db.models.constants import LOOKUP_SEP

INSTALLATION = ""
"""The path of a model whose rows belong to no tenant: only who sees all tenants sees them."""

M = TypeVar("M", bound=models.Model)


class ForeignTenantError(Exception):
    """A row of one tenant would point at another tenant's; a defect of ours, or an attack."""


def reach(user: User | AnonymousUser, roles: Collection[str] = ()) -> frozenset[int] | None:
    """The tenants that a person sees, or those where he has one of ``roles``; None is all."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    if user.is_superuser:
        return None
    # Filtered here, so that a page may read a person's memberships once.
    held = [one for one in user.memberships.all() if not roles or one.role in roles]
    if any(one.tenant_id is None for one in held):
        return None
    return frozenset(one.tenant_id for one in held if one.tenant_id is not None)


def path_of(model: type[models.Model]) -> str:
    """How rows of any model lead to their tenant; other people's models are the installation's."""
    return str(getattr(model, "tenant_path", INSTALLATION))


def visible(
    rows: models.QuerySet[M], user: User | AnonymousUser, roles: Collection[str] = ()
) -> models.QuerySet[M]:
    """Those of ``rows`` that a person may see; for models of the trail and of others too."""
    return rows.filter(_own(rows.model, user, roles))


def _own(
    model: type[models.Model], user: User | AnonymousUser, roles: Collection[str] = ()
) -> models.Q:
    """The condition of the rows that a person reaches."""
    tenant_ids = reach(user, roles)
    if tenant_ids is None:
        return models.Q()
    path = path_of(model)
    if path == INSTALLATION:
        return models.Q(pk__in=())
    return models.Q(**{f"{path}__in": sorted(tenant_ids)})


def tenant_id_of(row: models.Model) -> int | None:
    """The tenant that a row leads to; None: the installation's."""
    path = path_of(type(row))
    if path == INSTALLATION:
        return None
    *steps, last = path.split(LOOKUP_SEP)
    for step in steps:
        row = getattr(row, step)
    # ``tenant`` leads to the column ``tenant_id``; ``id`` and ``tenant_id`` are columns themselves.
    field = row._meta.get_field(last)
    found = getattr(row, field.attname if isinstance(field, models.Field) else last)
    return None if found is None else int(found)


class TenantQuerySet(models.QuerySet[M]):
    """Rows of models that know their tenant."""

    def for_user(self, user: User | AnonymousUser) -> Self:
        """Those that this person may see."""
        return self.filter(_own(self.model, user))

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        """Insert, after a look at where each row points."""
        rows = list(objs)
        refuse_foreign(rows)
        return super().bulk_create(rows, *args, **kwargs)


class TenantModel(models.Model):
    """A model with a path to its tenant; every model of ours is one, and a test looks for it."""

    tenant_path: ClassVar[str]
    objects = TenantQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, unless the row points into another tenant."""
        refuse_foreign([self], kwargs.get("update_fields"))
        super().save(*args, **kwargs)


def refuse_foreign(
    rows: Iterable[models.Model], update_fields: Collection[str] | None = None
) -> None:
    """Refuse rows that point at another tenant's row than their own.

    Costs nothing where a model has one way to a tenant only: there is nothing to differ from.

    Raises:
        ForeignTenantError: names the row and the field.
    """
    for row in rows:
        fields = _guarded(type(row))
        if update_fields is not None and not _touches(fields, type(row), update_fields):
            continue
        for field in fields:
            _refuse_foreign_field(row, field)


@cache
def _guarded(
    model: type[models.Model],
) -> tuple[models.ForeignKey[models.Model, models.Model], ...]:
    """The foreign keys beside the one by which the model leads to its tenant."""
    if path_of(model) == INSTALLATION:
        # What is the installation's (a grant) may hang on what a tenant brought (its own app).
        return ()
    first = path_of(model).split(LOOKUP_SEP)[0]
    return tuple(
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.name != first
        and path_of(field.related_model) != INSTALLATION
    )


def _touches(
    fields: Collection[models.ForeignKey[models.Model, models.Model]],
    model: type[models.Model],
    update_fields: Collection[str],
) -> bool:
    first = path_of(model).split(LOOKUP_SEP)[0]
    return first in update_fields or any(
        field.name in update_fields or field.attname in update_fields for field in fields
    )


def _refuse_foreign_field(
    row: models.Model, field: models.ForeignKey[models.Model, models.Model]
) -> None:
    if getattr(row, field.attname) is None:
        return
    other = tenant_id_of(getattr(row, field.name))
    # What is the installation's (an OAuth app) serves every tenant.
    if other is not None and other != tenant_id_of(row):
        raise ForeignTenantError(
            f"{row._meta.verbose_name} {row.pk or '(new)'} would point at "
            f"{field.name} {getattr(row, field.attname)}, which belongs to another tenant."
        )
