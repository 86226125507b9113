"""The base of every page: shows a person his own tenants' rows, and notes what he does to them.

Queries, autocompletes, choices, filters, inlines and histories all go through ``visible``; who may
change what follows from Django's permissions and, beside them, from his role at the row's tenant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import (
    ForeignKey,
    Model,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponseBase

from integrations import actions
from integrations.admin.look import ModelAdmin
from integrations.admin.stale import guarded
from integrations.models import Membership, Tenant
from integrations.models.base import INSTALLATION, path_of, reach, tenant_id_of, visible

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

M = TypeVar("M", bound=Model)
NOTED_IDS_COUNT = 200
"""So many rows of one action are named one by one; beyond that their number says enough."""


def viewer(request: HttpRequest) -> User | AnonymousUser:
    """Who looks at the page, his memberships read once."""
    user = request.user
    if isinstance(user, User) and not user.is_superuser:
        prefetch_related_objects([user], "memberships")
    return user


class OwnRelatedFilter(admin.RelatedFieldListFilter):
    """Offers only what the person may see; takes the place of Django's own on every page."""

    def field_choices(
        self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, StrOrPromise]]:
        rows = visible(field.related_model._default_manager.all(), viewer(request))
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices: list[tuple[str, StrOrPromise]] = field.get_choices(
            include_blank=False,
            ordering=ordering,
            limit_choices_to=Q(pk__in=rows.values("pk")),
        )
        return choices


admin.FieldListFilter.register(
    lambda field: bool(field.remote_field), OwnRelatedFilter, take_priority=True
)


class WalledAdmin(ModelAdmin[M]):
    """A page behind the walls; adding, changing, deleting and every action leave an ``Action``."""

    change_form_template = "admin/integrations/with_buttons.html"
    changing_roles: Sequence[str] = Membership.CHANGING
    """Whoever has one of these at a row's tenant may change it; others only look."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        return visible(super().get_queryset(request), viewer(request))

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField[Any, Any], request: HttpRequest
    ) -> QuerySet[Any]:
        """The rows that a field of a form may point at."""
        rows = super().get_field_queryset(db, db_field, request)
        if rows is None:
            rows = db_field.related_model._default_manager.all()
        return visible(rows, viewer(request))

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm[M]]:
        form = super().get_form(request, obj, change=change, **kwargs)
        return form if obj is None else guarded(form)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any], request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField[Any] | None:
        if db_field.related_model is Tenant and not self.sees_all(request):
            # No tenant would mean all of them.
            kwargs["required"] = True
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return super().has_view_permission(request, obj) and self.may_look(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and self.may_change(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return super().has_change_permission(request, obj) and self.may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self.may_change(request, obj)

    def may_change(self, request: HttpRequest, row: Model | None = None) -> bool:
        """Whether the person's role lets him change this row, or any row of the page."""
        return self.has_role(request, self.changing_roles, row)

    def has_role(
        self, request: HttpRequest, roles: Sequence[str], row: Model | None = None
    ) -> bool:
        """Whether the person has one of the roles at the row's tenant, or anywhere."""
        tenant_ids = reach(viewer(request), roles)
        if tenant_ids is None:
            return True
        if row is None:
            return path_of(self.model) != INSTALLATION and bool(tenant_ids)
        return tenant_id_of(row) in tenant_ids

    def sees_all(self, request: HttpRequest) -> bool:
        """Whether the person sees every tenant, and what is the installation's."""
        return reach(viewer(request)) is None

    def may_look(self, request: HttpRequest) -> bool:
        """Whether the page can have any row for the person."""
        tenant_ids = reach(viewer(request))
        if tenant_ids is None:
            return True
        return path_of(self.model) != INSTALLATION and bool(tenant_ids)

    def action_details(self, row: M) -> Mapping[str, object]:
        """What the trail shall know of a changed row beside the names of its fields."""
        return {}

    def log_addition(self, request: HttpRequest, obj: M, message: object) -> LogEntry:
        self._note(request, "add", obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: M, message: object) -> LogEntry:
        self._note(request, "change", obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[M]) -> list[LogEntry]:
        for row in queryset:
            self._note(request, "delete", row, [])
        return super().log_deletions(request, queryset)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)
        return {
            name: (self._noted(name, function), name, description)
            for name, (function, _, description) in found.items()
        }

    def _note(self, request: HttpRequest, what: str, row: M, message: object) -> None:
        """``message`` is Django's: the names of the fields, never what stands in them."""
        details = {"message": message, **self.action_details(row)}
        actions.note(request.user, f"{self.opts.model_name}.{what}", row, details=details)

    def _noted(
        self, name: str, function: Callable[..., HttpResponseBase | None]
    ) -> Callable[..., HttpResponseBase | None]:
        """The action on those rows alone that the person may change, noted for each tenant."""

        @wraps(function)
        def act(
            page: WalledAdmin[M], request: HttpRequest, queryset: QuerySet[M]
        ) -> HttpResponseBase | None:
            own = visible(queryset, viewer(request), self.changing_roles)
            if name == "delete_selected":
                return function(page, request, own)  # asks first, then notes each deletion
            ids = _ids_by_tenant(own)
            answer = function(page, request, own)
            if answer is not None:
                return answer  # it asks first: nothing was done yet
            for tenant_id, row_ids in ids.items():
                details = {"count": len(row_ids), "ids": row_ids[:NOTED_IDS_COUNT]}
                what = f"{self.opts.model_name}.{name}"
                actions.note_several(request.user, what, self.model, tenant_id, details)
            return answer

        return act


def _ids_by_tenant(rows: QuerySet[Model]) -> dict[int | None, list[int]]:
    path = path_of(rows.model)
    columns = ("pk",) if path == INSTALLATION else ("pk", path)
    found: dict[int | None, list[int]] = defaultdict(list)
    for pk, *tenant in rows.order_by("pk").values_list(*columns):
        found[tenant[0] if tenant else None].append(pk)
    return found
