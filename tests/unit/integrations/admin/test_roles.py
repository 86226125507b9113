"""Who may press what: every button of every page, for every role."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client

from audit.models import Action
from integrations.admin.pressing import ButtonAdmin
from integrations.models import Connection, Integration, Membership
from integrations.models.base import tenant_id_of
from tests.factories import make_member, make_tenant, make_user
from tests.unit.integrations.admin.house import build_house
from tests.unit.integrations.admin.pages import address_of, page

pytestmark = pytest.mark.django_db

Role = Membership.Role
PRESSES = sorted(
    (model._meta.label_lower.partition(".")[2], press.name)
    for model, registered in admin.site._registry.items()
    if isinstance(registered, ButtonAdmin)
    for press in registered.presses
)
MODELS = {model._meta.model_name: model for model in admin.site._registry}
APPROVERS = {
    ("plan", "approve"),
    ("plan", "post"),
    ("plan", "refuse"),
    ("problem", "release"),
    ("problem", "refuse"),
}
EVERYBODY_WHO_ACTS = {("problem", "comment")}


def roles_for(press: tuple[str, str]) -> set[Membership.Role]:
    """Who may press it, as the design says."""
    if press in EVERYBODY_WHO_ACTS:
        return {Role.ADMINISTRATOR, Role.OPERATOR, Role.APPROVER}
    if press in APPROVERS:
        return {Role.ADMINISTRATOR, Role.APPROVER}
    return {Role.ADMINISTRATOR, Role.OPERATOR}


@pytest.fixture
def house() -> Integration:
    """One row of everything."""
    return build_house("alpha")


def row_of(name: str, house: Integration) -> Model:
    """The house's row on whose page the button is."""
    rows = MODELS[name]._default_manager.all()
    return next(row for row in rows if tenant_id_of(row) == house.tenant_id)


OFFERED = {
    ("connection", "test_connection"),
    ("entry", "replay"),
    ("integration", "poll_now"),
    ("mapping", "ignore_this"),
    ("plan", "approve"),
    ("problem", "comment"),
    ("record", "never"),
}
"""One button of each page that its row in the house offers."""


@pytest.mark.parametrize("role", Role)
def test_lets_each_role_press_what_is_its_own(
    client: Client, house: Integration, role: Membership.Role
) -> None:
    client.force_login(make_member(house.tenant, role))
    # Tested without access it is refused before the vendor is called.
    Connection.objects.update(grant=None)

    status = {
        press: client.post(address_of(row_of(press[0], house), press[1]), {}).status_code
        for press in PRESSES
    }

    forbidden = {press for press, code in status.items() if code == 403}
    assert forbidden == {press for press in PRESSES if role not in roles_for(press)}
    assert set(status.values()) <= {200, 302, 403}
    refused = Action.objects.filter(what__endswith=".press", outcome=Action.Outcome.REFUSED)
    assert refused.count() == len(forbidden)


@pytest.mark.parametrize("role", Role)
def test_shows_each_role_its_own_buttons(
    client: Client, house: Integration, role: Membership.Role
) -> None:
    client.force_login(make_member(house.tenant, role))
    shown = set()
    for name in sorted({name for name, _ in PRESSES}):
        row = row_of(name, house)
        text = page(client, address_of(row))
        own = {press for press in PRESSES if press[0] == name}
        shown |= {press for press in own if f'"{address_of(row, press[1])}"' in text}

    assert shown <= {press for press in PRESSES if role in roles_for(press)}
    assert shown & OFFERED == {press for press in OFFERED if role in roles_for(press)}


@pytest.mark.parametrize("role", Role)
def test_lets_each_role_look_at_everything_of_its_tenant(
    client: Client, house: Integration, role: Membership.Role
) -> None:
    client.force_login(make_member(house.tenant, role))
    for name, model in MODELS.items():
        if model._meta.app_label in ("audit", "integrations"):
            page(client, f"/admin/{model._meta.app_label}/{name}/")
            page(client, address_of(row_of(str(name), house)))


@pytest.mark.parametrize("role", Role)
def test_lets_each_role_add_what_is_its_own(
    client: Client, house: Integration, role: Membership.Role
) -> None:
    client.force_login(make_member(house.tenant, role))
    added = {
        name
        for name, model in MODELS.items()
        if client.get(f"/admin/{model._meta.app_label}/{name}/add/").status_code == 200
    }
    operating = {"connection", "integration", "oauthapp"}
    assert (
        added
        == {
            Role.ADMINISTRATOR: operating,
            Role.OPERATOR: operating,
            Role.APPROVER: set(),
            Role.AUDITOR: set(),
        }[role]
    )


def test_lets_an_administrator_of_all_tenants_make_people_and_no_superuser(client: Client) -> None:
    client.force_login(make_member(None, Role.ADMINISTRATOR))
    above = make_user()
    password = "a-long-and-odd-pass-phrase"
    typed = {
        "username": "grace",
        "password1": password,
        "password2": password,
        "usable_password": "true",
    }
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    client.post("/admin/auth/user/add/", typed | inline)

    grace = User.objects.get(username="grace")
    assert (grace.is_staff, grace.is_superuser) == (True, False)
    person = {"username": "grace", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    joined = {"date_joined_0": "2026-01-05", "date_joined_1": "09:00:00"}
    client.post(address_of(grace), person | joined | inline)
    grace.refresh_from_db()
    assert not grace.is_superuser
    for address in (address_of(above), f"/admin/auth/user/{above.pk}/password/"):
        assert client.post(address, {"username": "x"}).status_code == 403
    above.refresh_from_db()
    assert above.is_superuser


def test_hands_out_by_name_what_no_role_brings(browser: Client) -> None:
    person = make_member(make_tenant(), Role.AUDITOR)
    text = page(browser, address_of(person))
    assert "Can see pay and health" in text
    assert "Can add" not in text
    right = Permission.objects.get(codename="see_pay")
    typed = {"username": person.username, "user_permissions": [right.pk], "is_staff": "on"}
    joined = {"date_joined_0": "2026-01-05", "date_joined_1": "09:00:00", "is_active": "on"}
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    assert browser.post(address_of(person), typed | joined | inline).status_code == 302

    assert User.objects.get(pk=person.pk).has_perm("audit.see_pay")


def test_lets_nobody_press_without_a_membership(client: Client, house: Integration) -> None:
    user = make_member(house.tenant)
    Membership.objects.filter(user=user).delete()
    client.force_login(user)
    for name, press in PRESSES:
        address = address_of(row_of(name, house), press)
        assert client.post(address).status_code in (302, 403, 404)
    assert not Action.objects.exclude(outcome=Action.Outcome.REFUSED).filter(person_id=user.pk)
