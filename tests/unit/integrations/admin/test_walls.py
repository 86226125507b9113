"""The walls: somebody of one tenant sees and reaches nothing of another by any admin address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import connection as database
from django.db.models import ForeignKey, Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern

from audit.models import Action, Entry
from integrations.models import (
    Connection,
    Integration,
    Mapping,
    Membership,
    OAuthApp,
    Record,
    Tenant,
)
from integrations.models.base import tenant_id_of
from tests.factories import make_app, make_member, make_user
from tests.unit.integrations.admin.house import build_house
from tests.unit.integrations.admin.pages import page

pytestmark = pytest.mark.django_db

PAGES = sorted(admin.site._registry, key=lambda model: model._meta.label)
OURS = [model for model in PAGES if model._meta.app_label in ("audit", "integrations")]
AUTOCOMPLETED = [
    (model, name)
    for model in PAGES
    for name in getattr(admin.site._registry[model], "autocomplete_fields", ())
]
WORD = "bravo"


def name_of(value: object) -> str:
    return value._meta.label if isinstance(value, type) and issubclass(value, Model) else str(value)


@pytest.fixture
def own() -> Integration:
    """What belongs to the tenant of whoever looks."""
    return build_house("alpha")


@pytest.fixture
def foreign(own: Integration) -> Integration:
    """What belongs to another one."""
    return build_house(WORD)


@pytest.fixture
def member(own: Integration, foreign: Integration) -> User:
    """Somebody with every right of Django's, at one tenant."""
    return make_member(own.tenant, permissions=None)


@pytest.fixture
def visitor(client: Client, member: User) -> Client:
    """The member's browser."""
    client.force_login(member)
    return client


def url_of(model: type[Model]) -> str:
    return f"/admin/{model._meta.app_label}/{model._meta.model_name}/"


def rows_of(model: type[Model], integration: Integration) -> list[Model]:
    """The rows of the tenant of this integration."""
    rows = model._default_manager.all()
    return [row for row in rows if tenant_id_of(row) == integration.tenant_id]


def own_addresses(model: type[Model]) -> Iterator[str]:
    """The paths behind a row's own that its page declares: buttons and forms."""
    for pattern in admin.site._registry[model].get_urls():
        if isinstance(pattern, URLPattern) and str(pattern.pattern).startswith("<int:pk>/"):
            yield str(pattern.pattern).removeprefix("<int:pk>/")


class Answered(Protocol):
    """A response of the test client's."""

    content: bytes


def text_of(response: Answered) -> str:
    return response.content.decode().lower()


@pytest.mark.parametrize("model", PAGES, ids=name_of)
def test_lists_nothing_of_another_tenant(visitor: Client, model: type[Model]) -> None:
    for query in ("", "?all="):
        assert WORD not in text_of(visitor.get(url_of(model) + query, follow=True))


@pytest.mark.parametrize("model", PAGES, ids=name_of)
def test_finds_nothing_of_another_tenant(
    visitor: Client, model: type[Model], foreign: Integration
) -> None:
    # The page repeats what was looked for; it leads to no row.
    text = text_of(visitor.get(f"{url_of(model)}?q={WORD}", follow=True))
    assert not any(f"{url_of(model)}{row.pk}/change/" in text for row in rows_of(model, foreign))


@pytest.mark.parametrize("model", OURS, ids=name_of)
def test_lists_what_is_its_own(visitor: Client, model: type[Model], own: Integration) -> None:
    assert rows_of(model, own)
    text = text_of(visitor.get(url_of(model)))
    assert f"{url_of(model)}{rows_of(model, own)[0].pk}/change/" in text


@pytest.mark.parametrize("model", OURS, ids=name_of)
def test_opens_no_row_of_another_tenant(
    visitor: Client, model: type[Model], own: Integration, foreign: Integration
) -> None:
    theirs = rows_of(model, foreign)
    assert theirs
    for row in theirs:
        for place in ("change/", "history/", "delete/", ""):
            address = f"{url_of(model)}{row.pk}/{place}"
            for response in (visitor.get(address), visitor.post(address, {"post": "yes"})):
                assert response.status_code in (302, 403, 404), address
            assert WORD not in text_of(visitor.get(address, follow=True)), address
    assert rows_of(model, foreign) == theirs
    mine = rows_of(model, own)[0]
    assert visitor.get(f"{url_of(model)}{mine.pk}/change/").status_code == 200


@pytest.mark.parametrize("model", OURS, ids=name_of)
def test_presses_no_button_of_another_tenant(
    visitor: Client, model: type[Model], foreign: Integration
) -> None:
    noted = Action.objects.count()
    for row in rows_of(model, foreign):
        for name in own_addresses(model):
            for response in (
                visitor.get(f"{url_of(model)}{row.pk}/{name}"),
                visitor.post(f"{url_of(model)}{row.pk}/{name}"),
            ):
                assert response.status_code in (404, 405)
    assert visitor.post(f"/connect/start/{foreign.source_id}/").status_code == 404
    assert Action.objects.count() == noted


@pytest.mark.parametrize(("model", "field"), AUTOCOMPLETED, ids=name_of)
def test_completes_nothing_of_another_tenant(
    visitor: Client, model: type[Model], field: str
) -> None:
    query = {
        "app_label": model._meta.app_label,
        "model_name": str(model._meta.model_name),
        "field_name": field,
    }
    for term in ("", WORD):
        response = visitor.get("/admin/autocomplete/", {**query, "term": term})
        assert response.status_code in (200, 403)
        assert WORD not in text_of(response)


@pytest.mark.parametrize("model", PAGES, ids=name_of)
def test_offers_nothing_of_another_tenant_in_forms(
    visitor: Client, own: Integration, model: type[Model]
) -> None:
    extra = f"?tenant={own.tenant_id}&vendor=bamboohr" if model is Connection else ""
    addresses = [f"{url_of(model)}add/", f"{url_of(model)}add/{extra}"]
    addresses += [f"{url_of(model)}{row.pk}/change/" for row in rows_of(model, own)]
    for address in addresses:
        assert WORD not in text_of(visitor.get(address, follow=True)), address


@pytest.mark.parametrize("model", OURS, ids=name_of)
def test_filters_by_nothing_of_another_tenant(
    visitor: Client, foreign: Integration, model: type[Model]
) -> None:
    for field in model._meta.get_fields():
        if not isinstance(field, ForeignKey) or not isinstance(field.related_model, type):
            continue
        for row in rows_of(field.related_model, foreign):
            response = visitor.get(url_of(model), {f"{field.name}__id__exact": row.pk}, follow=True)
            assert WORD not in text_of(response)


def test_makes_no_integration_out_of_another_tenants_connections(
    visitor: Client, own: Integration, foreign: Integration
) -> None:
    typed = {"flow": own.flow, "title": "stolen", "tenant": own.tenant_id}
    before = Integration.objects.count()
    for ends in (
        {"source": foreign.source_id, "target": own.target_id},
        {"source": own.source_id, "target": foreign.target_id},
        {"source": foreign.source_id, "target": foreign.target_id, "tenant": foreign.tenant_id},
    ):
        response = visitor.post("/admin/integrations/integration/add/", typed | ends)
        assert response.status_code == 200
        assert "not one of the available choices" in text_of(response)
    assert Integration.objects.count() == before


def test_begins_no_connection_for_another_tenant(visitor: Client, foreign: Integration) -> None:
    address = f"/admin/integrations/connection/add/?tenant={foreign.tenant_id}&vendor=bamboohr"
    before = Connection.objects.count()

    visitor.post(address, {"title": "stolen", "config_company_domain": "northwind"})

    assert Connection.objects.count() == before


def test_makes_no_app_for_the_whole_installation(visitor: Client, own: Integration) -> None:
    typed = {"vendor": "bamboohr", "client_id": "new", "client_secret": "secret"}

    response = visitor.post("/admin/integrations/oauthapp/add/", {**typed, "tenant": ""})

    assert "this field is required" in text_of(response)
    assert not OAuthApp.objects.filter(client_id="new").exists()
    visitor.post("/admin/integrations/oauthapp/add/", {**typed, "tenant": own.tenant_id})
    assert OAuthApp.objects.get(client_id="new").tenant == own.tenant


def test_shows_the_installations_app_to_nobody_of_one_tenant(visitor: Client) -> None:
    shared = make_app("bamboohr", client_id="shared-client")

    assert "shared-client" not in page(visitor, "/admin/integrations/oauthapp/")
    assert visitor.get(f"/admin/integrations/oauthapp/{shared.pk}/change/").status_code == 302


def test_makes_nobody_a_member_of_more_than_ones_own_tenant(
    visitor: Client, member: User, own: Integration, foreign: Integration
) -> None:
    membership = Membership.objects.get(user=member)
    address = f"/admin/integrations/membership/{membership.pk}/change/"
    for tenant in ("", foreign.tenant_id):
        visitor.post(address, {"user": member.pk, "tenant": tenant, "role": "administrator"})
    membership.refresh_from_db()
    assert membership.tenant == own.tenant
    assert visitor.get("/admin/auth/user/").status_code == 403
    assert visitor.get(f"/admin/auth/user/{make_user().pk}/password/").status_code == 403


def test_acts_on_no_row_of_another_tenant(
    visitor: Client, own: Integration, foreign: Integration
) -> None:
    records = list(Record.objects.values_list("pk", flat=True))

    visitor.post("/admin/integrations/record/", {"action": "retry", "_selected_action": records})

    due = Record.objects.filter(due_at__isnull=False)
    assert [record.integration for record in due] == [own]
    action = Action.objects.get(what="record.retry")
    assert (action.tenant_id, action.details) == (
        own.tenant_id,
        {"count": 1, "ids": [due.get().pk]},
    )


@pytest.mark.parametrize("role", [Membership.Role.AUDITOR, Membership.Role.APPROVER])
def test_lets_nobody_change_whose_role_is_to_look(
    client: Client, own: Integration, role: Membership.Role
) -> None:
    client.force_login(make_member(own.tenant, role))
    record, mapping = Record.objects.get(), Mapping.objects.get()

    assert page(client, f"{url_of(Record)}{record.pk}/change/").count("retry_this") == 0
    assert client.post(f"{url_of(Record)}{record.pk}/retry_this/").status_code == 403
    assert client.post(f"{url_of(Mapping)}{mapping.pk}/change/", {}).status_code == 403
    assert client.post(f"/connect/start/{own.source_id}/").status_code == 403
    client.post(url_of(Record), {"action": "retry", "_selected_action": [record.pk]})
    record.refresh_from_db()
    assert record.due_at is None
    refused = Action.objects.get(outcome=Action.Outcome.REFUSED)
    assert (refused.what, refused.row_id) == ("record.press", str(record.pk))


def test_lets_an_operator_work_and_not_hand_out_memberships(
    client: Client, own: Integration
) -> None:
    client.force_login(make_member(own.tenant, Membership.Role.OPERATOR))
    record = Record.objects.get()

    assert client.post(f"{url_of(Record)}{record.pk}/retry_this/").status_code == 302
    assert client.get(f"{url_of(Membership)}add/").status_code == 403


def test_shows_every_tenant_to_a_member_of_all(client: Client, foreign: Integration) -> None:
    client.force_login(make_member(None, Membership.Role.AUDITOR))

    for model in (Tenant, Connection, Entry, Action):
        text = page(client, url_of(model)).lower()
        assert "alpha" in text
        assert WORD in text
    assert client.get("/admin/auth/user/").status_code == 200
    assert client.get("/admin/auth/user/add/").status_code == 403


def test_shows_nothing_to_staff_without_a_membership(client: Client, own: Integration) -> None:
    user = make_member(own.tenant)
    Membership.objects.filter(user=user).delete()
    client.force_login(user)

    for model in PAGES:
        assert client.get(url_of(model)).status_code == 403


def test_reads_memberships_once_for_a_page(visitor: Client) -> None:
    with CaptureQueriesContext(database) as queries:
        page(visitor, url_of(Record))

    told = [query["sql"] for query in queries]
    assert sum('FROM "integrations_membership"' in sql for sql in told) == 1
