"""What a role brings: Django's rights by membership, for nobody who is not to have them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from integrations.models import Membership
from integrations.roles import RoleBackend, rights_of
from tests.factories import make_member, make_tenant, make_user

pytestmark = pytest.mark.django_db

Role = Membership.Role
PRIVATE = ("audit.see_pay", "integrations.see_future")


@pytest.mark.parametrize("role", Role)
def test_names_rights_that_there_are(role: Membership.Role) -> None:
    there_are = {
        f"{app}.{codename}"
        for app, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert rights_of(role) <= there_are


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.AUDITOR, {"integrations.view_record", "audit.view_entry"}),
        (Role.OPERATOR, {"integrations.change_record", "integrations.add_connection"}),
        (Role.APPROVER, {"integrations.change_plan"}),
        (Role.ADMINISTRATOR, {"integrations.change_membership", "integrations.change_plan"}),
    ],
)
def test_brings_its_rights(role: Membership.Role, rights: set[str]) -> None:
    user = make_member(make_tenant(), role)
    assert user.has_perms(rights)
    assert user.has_module_perms("integrations")


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.AUDITOR, {"integrations.change_record", "integrations.change_plan"}),
        (Role.OPERATOR, {"integrations.change_plan", "integrations.change_membership"}),
        (Role.APPROVER, {"integrations.change_record", "integrations.change_mapping"}),
        (Role.ADMINISTRATOR, {"audit.delete_entry", "integrations.delete_record"}),
    ],
)
def test_brings_no_others(role: Membership.Role, rights: set[str]) -> None:
    user = make_member(make_tenant(), role)
    assert not any(user.has_perm(right) for right in rights)


@pytest.mark.parametrize("role", Role)
def test_lets_nobody_see_pay_or_what_lies_ahead_by_his_role(role: Membership.Role) -> None:
    user = make_member(None, role)
    assert not any(user.has_perm(right) for right in PRIVATE)
    by_name = make_member(None, role, ["see_pay", "see_future"])
    assert by_name.has_perms(PRIVATE)


def test_adds_up_what_somebody_is_at_several_tenants() -> None:
    user = make_member(make_tenant(), Role.APPROVER)
    Membership.objects.create(user=user, tenant=make_tenant(), role=Role.OPERATOR)
    assert user.has_perms(["integrations.change_plan", "integrations.change_record"])


def test_brings_nothing_without_a_membership_or_to_who_has_left() -> None:
    nobody = make_user(is_superuser=False)
    gone = make_member(make_tenant())
    gone.is_active = False
    for user in (nobody, gone, AnonymousUser()):
        assert not user.has_perm("integrations.view_record")
        assert RoleBackend().get_all_permissions(user) == set()


def test_knows_nothing_of_single_rows() -> None:
    tenant = make_tenant()
    assert not make_member(tenant).has_perm("integrations.change_tenant", tenant)


def test_reads_memberships_once() -> None:
    user = make_member(make_tenant())
    with CaptureQueriesContext(database) as queries:
        for right in ("integrations.view_record", "integrations.view_plan", "audit.view_entry"):
            assert user.has_perm(right)
    told = [query["sql"] for query in queries]
    assert sum('FROM "integrations_membership"' in sql for sql in told) == 1
