"""Whose a row is: every model says so, queries keep to it, and no row points over the wall."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import FieldDoesNotExist
from django.db import IntegrityError
from django.db.models import Model

from audit.models import Action, Body, Entry, SyncRun
from integrations.models import (
    Connection,
    Document,
    Grant,
    Integration,
    Membership,
    Record,
    Subscription,
    Tenant,
    Tie,
)
from integrations.models.base import (
    INSTALLATION,
    ForeignTenantError,
    TenantModel,
    TenantQuerySet,
    path_of,
    tenant_id_of,
    visible,
)
from tests.factories import (
    make_app,
    make_connected,
    make_connection,
    make_integration,
    make_member,
    make_record,
    make_tenant,
    make_user,
)

MODELS = [
    model
    for model in apps.get_app_config("integrations").get_models(include_auto_created=True)
    if not model._meta.auto_created
]
OF_THE_INSTALLATION = {"Budget", "Grant", "KeyProof", "Pressed", "Routine"}


def leads_to_tenant(model: type[Model]) -> bool:
    """Whether a model's path ends at a tenant's key."""
    reached: type[Model] = model
    for step in path_of(model).split("__"):
        try:
            field = reached._meta.get_field(step)
        except FieldDoesNotExist:
            return False
        related = field.related_model
        if isinstance(related, type):
            reached = related
    return reached is Tenant


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_has_every_model_say_whose_its_rows_are(model: type[Model]) -> None:
    assert issubclass(model, TenantModel)
    assert isinstance(model._default_manager.get_queryset(), TenantQuerySet)
    if model.__name__ in OF_THE_INSTALLATION:
        assert path_of(model) == INSTALLATION
    else:
        assert leads_to_tenant(model)


@pytest.mark.parametrize("model", [Action, Body, Entry, SyncRun])
def test_has_the_trail_carry_the_tenant_in_each_row(model: type[Model]) -> None:
    assert path_of(model) == "tenant_id"


@pytest.mark.django_db
def test_shows_a_member_what_is_his_tenants() -> None:
    own, foreign = make_record(make_integration()), make_record(make_integration())
    user = make_member(own.integration.tenant)

    assert list(Record.objects.for_user(user)) == [own]
    assert list(Tenant.objects.for_user(user)) == [own.integration.tenant]
    assert list(visible(Integration.objects.all(), user)) == [own.integration]
    assert foreign not in Record.objects.for_user(user)
    assert not Grant.objects.for_user(user).exists()


@pytest.mark.django_db
def test_shows_all_to_superusers_and_members_of_all_and_nothing_to_others() -> None:
    make_record(make_integration())
    make_record(make_integration())
    gone = make_member(None)
    gone.is_active = False

    assert Record.objects.for_user(make_user()).count() == 2
    assert Record.objects.for_user(make_member(None)).count() == 2
    assert Grant.objects.for_user(make_member(None)).count() == 4
    for nobody in (AnonymousUser(), make_user(is_superuser=False), gone):
        assert not Record.objects.for_user(nobody).exists()


@pytest.mark.django_db
def test_gives_one_role_for_each_tenant_and_one_for_all() -> None:
    tenant = make_tenant()
    user = make_member(tenant)
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=user, tenant=tenant, role=Membership.Role.AUDITOR)


@pytest.mark.django_db
def test_gives_one_role_for_all_tenants() -> None:
    user = make_member(None)
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=user, tenant=None, role=Membership.Role.AUDITOR)


@pytest.mark.django_db
def test_refuses_a_row_that_points_at_another_tenants() -> None:
    integration, foreign = make_integration(), make_connected(vendor="bamboohr")
    app = make_app("bamboohr", make_tenant())

    integration.source = foreign
    with pytest.raises(ForeignTenantError, match=f"would point at source {foreign.pk}"):
        integration.save()
    with pytest.raises(ForeignTenantError):
        integration.save(update_fields=["source"])
    with pytest.raises(ForeignTenantError):
        make_connection(vendor="bamboohr", app=app)
    with pytest.raises(ForeignTenantError):
        Connection.objects.bulk_create(
            [Connection(tenant=integration.tenant, vendor="bamboohr", title="x", app=app)]
        )

    assert Integration.objects.get().source != foreign
    assert not Connection.objects.filter(app=app).exists()


@pytest.mark.django_db
def test_refuses_to_move_a_row_to_another_tenant() -> None:
    integration = make_integration()
    integration.tenant = make_tenant()

    with pytest.raises(ForeignTenantError):
        integration.save(update_fields=["tenant"])


@pytest.mark.django_db
def test_refuses_ties_and_documents_over_the_wall() -> None:
    integration, foreign = make_integration(), make_integration()
    record = make_record(integration)
    tie = {"kind": "employee", "target_id": "1"}
    with pytest.raises(ForeignTenantError):
        Tie.objects.create(integration=integration, connection=foreign.target, record=record, **tie)
    with pytest.raises(ForeignTenantError):
        Tie.objects.create(integration=foreign, connection=foreign.target, record=record, **tie)
    with pytest.raises(ForeignTenantError):
        Document(record=record, connection=foreign.target).save()
    with pytest.raises(ForeignTenantError):
        Subscription(tenant=integration.tenant, vendor="bamboohr", connection=foreign.source).save()
    tied = Tie.objects.create(
        integration=integration, connection=integration.target, record=record, **tie
    )
    assert tenant_id_of(tied) == integration.tenant_id


@pytest.mark.django_db
def test_lets_every_tenant_connect_through_the_installations_app() -> None:
    app = make_app("bamboohr")

    assert make_connection(vendor="bamboohr", app=app).app == app


@pytest.mark.django_db
def test_asks_nothing_to_save_a_row_with_one_way_to_its_tenant() -> None:
    record = make_record(make_integration())

    fresh = Record.objects.get(pk=record.pk)
    fresh.title = "Ada"
    fresh.save(update_fields=["title"])

    assert "integration" not in fresh._state.fields_cache
