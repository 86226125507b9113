"""Forms of a connection, drawn from the fields that its vendor declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Q, QuerySet
from django.http import QueryDict

from connectors import registry as vendors
from connectors.vendor import Field, Vendor
from integrations.admin.declared import field_of, secret_field_of
from integrations.models import Connection, Grant, OAuthApp, Tenant
from integrations.models.connecting import vendor_choices

PREFIX = "config_"


class ChoiceForm(forms.Form):
    """The first step: whose connection, and to which vendor."""

    tenant = forms.ModelChoiceField(
        Tenant.objects.all(),
        widget=AutocompleteSelect(Connection._meta.get_field("tenant"), admin.site),
    )
    vendor = forms.ChoiceField(choices=vendor_choices)

    def __init__(self, user: User | AnonymousUser, typed: QueryDict | None) -> None:
        super().__init__(typed)
        tenant = self.fields["tenant"]
        if isinstance(tenant, forms.ModelChoiceField):
            tenant.queryset = Tenant.objects.for_user(user)

    def begun(self) -> Connection | None:
        """A connection not stored yet, once both are chosen."""
        if not self.is_valid():
            return None
        return Connection(**self.cleaned_data)


class ConnectionForm(forms.ModelForm[Connection]):
    """What a person fills in; subclassed by ``drawn_for`` with the vendor's own fields."""

    vendor: ClassVar[Vendor]
    begun: ClassVar[Connection]

    class Meta:
        model = Connection
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            self.instance.tenant = self.begun.tenant
            self.instance.vendor = self.begun.vendor
        app = self.fields.get("app")
        if isinstance(app, forms.ModelChoiceField):
            app.queryset = apps_for(self.instance)
            if self.instance._state.adding and app.queryset.count() == 1:
                app.initial = app.queryset.get()

    def clean(self) -> None:
        super().clean()
        config = {
            name.removeprefix(PREFIX): text
            for name, text in self.cleaned_data.items()
            if name.startswith(PREFIX)
        }
        if self.instance.account_id and not self.errors and self._leads_elsewhere(config):
            raise ValidationError(
                f"This connection is tied to the account {self.instance.account_id} where it is: "
                "make a new connection for another address."
            )
        self.instance.config = config

    def add_error(self, field: str | None, error: Any) -> None:
        """The model speaks of one ``config``; here each of its fields has said it already."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            faults = dict(error.error_dict)
            of_config = faults.pop("config", [])
            if of_config and not any(name.startswith(PREFIX) for name in self.errors):
                faults.setdefault(NON_FIELD_ERRORS, []).extend(of_config)
            if faults:
                super().add_error(None, ValidationError(faults))
            return
        super().add_error(field, error)

    def _leads_elsewhere(self, config: Mapping[str, str]) -> bool:
        """Whether the stored access would travel to another host than it was given for."""
        return _places(self.vendor, config) != _places(self.vendor, self.instance.config)


def drawn_for(connection: Connection) -> type[ConnectionForm]:
    """The form of this connection, stored or begun."""
    vendor = vendors.vendor(connection.vendor)
    members: dict[str, object] = {
        name: field_of(field, connection.config.get(field.name))
        for name, field in zip(drawn_names(vendor), _plain(vendor), strict=True)
    }
    return type(
        "ConnectionForm", (ConnectionForm,), {**members, "vendor": vendor, "begun": connection}
    )


def drawn_names(vendor: Vendor) -> list[str]:
    """The form's names of the vendor's plain fields."""
    return [f"{PREFIX}{field.name}" for field in _plain(vendor)]


class SecretsForm(forms.Form):
    """A vendor's secret fields: typed in, tried out, stored, never shown."""

    def __init__(self, connection: Connection, typed: QueryDict | None) -> None:
        super().__init__(typed)
        is_stored = connection.grant_id is not None and (
            Grant.objects.filter(pk=connection.grant_id, app__isnull=True).exists()
        )
        for field in vendors.vendor(connection.vendor).fields:
            if field.secret:
                self.fields[field.name] = secret_field_of(field, is_stored=is_stored)


def has_secrets(vendor: Vendor) -> bool:
    """Whether the vendor can be connected by a form."""
    return any(field.secret for field in vendor.fields)


def apps_for(connection: Connection) -> QuerySet[OAuthApp]:
    """The OAuth apps through which this connection may be made; their secrets stay closed."""
    return OAuthApp.objects.defer("sealed").filter(
        Q(tenant__isnull=True) | Q(tenant=connection.tenant), vendor=connection.vendor
    )


def _plain(vendor: Vendor) -> list[Field]:
    return [field for field in vendor.fields if not field.secret]


def _places(vendor: Vendor, config: Mapping[str, str]) -> tuple[str, ...]:
    oauth = vendor.oauth
    if oauth is None:
        return (vendor.origin(config),)
    return (vendor.origin(config), oauth.authorize_url(config), oauth.token_url(config))
