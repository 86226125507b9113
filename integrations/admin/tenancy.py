"""Tenants, and who may see which of them."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Model
from django.http import HttpRequest
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from integrations.admin.base import WalledAdmin
from integrations.admin.look import (
    AdminPasswordChangeForm,
    TabularInline,
    UserChangeForm,
    UserCreationForm,
)
from integrations.models import Membership, Tenant
from integrations.roles import BY_NAME

# The rows of the beat have one writer, and their arguments name integrations of all tenants.
admin.site.unregister(
    (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule)
)
# People are the installation's: registered anew, behind the walls. What they may do follows from
# their roles, so there are no groups.
admin.site.unregister((Group, User))


@admin.register(Tenant)
class TenantAdmin(WalledAdmin[Tenant]):
    """A customer company; it owns what hangs on it, so it is not deleted here."""

    changing_roles = (Membership.Role.ADMINISTRATOR,)
    list_display = ("name", "time_zone", "created_at")
    search_fields = ("name",)
    fields = ("name", "time_zone", "bodies_kept_days", "created_at")
    readonly_fields = ("created_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A new tenant is nobody's yet: only who sees all of them makes one.
        return super().has_add_permission(request) and self.sees_all(request)

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        return False


class MembershipInline(TabularInline[Membership, User]):
    """What a person is where; on a page that only who sees all tenants opens."""

    model = Membership
    autocomplete_fields = ("tenant",)
    extra = 0


@admin.register(Membership)
class MembershipAdmin(WalledAdmin[Membership]):
    """What a person is at one tenant, or at all of them."""

    changing_roles = (Membership.Role.ADMINISTRATOR,)
    list_display = ("user", "tenant", "role")
    list_filter = ("role",)
    list_select_related = ("user", "tenant")
    search_fields = ("user__username", "tenant__name")
    fields = ("user", "tenant", "role")
    autocomplete_fields = ("user", "tenant")

    def get_readonly_fields(
        self, request: HttpRequest, obj: Membership | None = None
    ) -> tuple[str, ...]:
        # Whose it is does not change; and who administers one tenant may not choose among people.
        return () if obj is None else ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # People are the installation's: only who sees all tenants sees them to choose from.
        return super().has_add_permission(request) and self.sees_all(request)


class NamedRights(forms.ModelMultipleChoiceField[Permission]):
    """Rights by what they are called."""

    def label_from_instance(self, obj: Model) -> str:
        return obj.name if isinstance(obj, Permission) else str(obj)


class PersonForm(UserChangeForm):
    """What follows from a person's roles is not chosen here."""

    user_permissions = NamedRights(
        Permission.objects.filter(codename__in=BY_NAME),
        required=False,
        label="Beside his roles",
        widget=forms.CheckboxSelectMultiple,
    )


@admin.register(User)
class PersonAdmin(WalledAdmin[User], UserAdmin[User]):
    """Who may sign in; only who sees all tenants sees everybody."""

    changing_roles = (Membership.Role.ADMINISTRATOR,)
    inlines = (MembershipInline,)
    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    # The package's empty one stands before Django's in the order of the classes.
    add_fieldsets = UserAdmin.add_fieldsets
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("May", {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ()
    list_filter = ("is_active", "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        # Whoever could change a superuser's password would be one.
        is_above = obj is not None and obj.is_superuser and not _is_superuser(request)
        return not is_above and super().has_change_permission(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: User | None = None
    ) -> list[str] | tuple[str, ...]:
        fields = (*super().get_readonly_fields(request, obj),)
        return fields if _is_superuser(request) else (*fields, "is_superuser")

    def save_model(
        self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool
    ) -> None:
        """Whoever is made here is to sign in here; what he may do follows from his roles."""
        obj.is_staff = obj.is_staff or not change
        super().save_model(request, obj, form, change)


def _is_superuser(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_superuser
