"""Tenants, and who may see which of them."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
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

# The rows of the beat have one writer, and their arguments name integrations of all tenants.
admin.site.unregister(
    (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule)
)
# People and groups are the installation's: registered anew, behind the walls.
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


@admin.register(User)
class PersonAdmin(WalledAdmin[User], UserAdmin[User]):
    """Who may sign in; only who sees all tenants sees everybody."""

    changing_roles = (Membership.Role.ADMINISTRATOR,)
    inlines = (MembershipInline,)
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm


@admin.register(Group)
class PeopleGroupAdmin(WalledAdmin[Group]):
    """A set of Django's permissions."""

    changing_roles = (Membership.Role.ADMINISTRATOR,)
    search_fields = ("name",)
    filter_horizontal = ("permissions",)
