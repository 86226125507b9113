"""The forms of a customer's page, drawn from the fields that a vendor declares.

They check only that something was typed: what it must look like, the vendor says when it is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.http import QueryDict

from connectors import registry as vendors
from connectors.vendor import Field
from integrations.models import Connection, Grant

QUIET = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class DeclaredForm(forms.Form):
    """Fields of one connection: plain ones show what is stored, secret ones never show anything."""

    def __init__(
        self,
        connection: Connection,
        declared: Sequence[Field],
        name: str,
        typed: QueryDict | None = None,
    ) -> None:
        super().__init__(typed, auto_id=f"{name}_{connection.pk}_%s")
        keeps = _keeps_secrets(connection)
        for field in declared:
            self.fields[field.name] = (
                _secret(field, is_stored=keeps)
                if field.secret
                else _plain(field, connection.config)
            )
        self._secret_names = frozenset(field.name for field in declared if field.secret)

    def plain(self) -> Mapping[str, str]:
        """What was typed into the plain fields."""
        return {name: text for name, text in self._typed() if name not in self._secret_names}

    def secrets(self) -> Mapping[str, str]:
        """What was typed into the secret ones."""
        return {name: text for name, text in self._typed() if name in self._secret_names}

    def _typed(self) -> list[tuple[str, str]]:
        return [(name, str(text)) for name, text in self.cleaned_data.items()]


def consent_form(connection: Connection, typed: QueryDict | None = None) -> DeclaredForm:
    """What must be known before the vendor's consent page can be opened; often nothing."""
    return DeclaredForm(
        connection, [one for one in _fillable(connection) if one.required], "consent", typed
    )


def access_form(connection: Connection, typed: QueryDict | None = None) -> DeclaredForm | None:
    """The secret fields and what belongs to them; None where the vendor has none."""
    secret = [one for one in vendors.vendor(connection.vendor).fields if one.secret]
    if not secret:
        return None
    return DeclaredForm(connection, [*_fillable(connection), *secret], "access", typed)


def _fillable(connection: Connection) -> list[Field]:
    """The plain fields that a customer may fill: until the connection is tied to its account.

    Where the customer names the server that our app's secret is sent to, the app must be his own.
    """
    vendor = vendors.vendor(connection.vendor)
    app = connection.app
    is_ours = app is not None and app.tenant_id is None
    names_server = vendor.oauth is not None and vendor.oauth.tenant_hosted
    if connection.account_id or (is_ours and names_server):
        return []
    return [one for one in vendor.fields if not one.secret and not one.default]


def _plain(field: Field, config: Mapping[str, str]) -> forms.Field:
    return forms.CharField(
        label=field.label,
        help_text=_help(field),
        required=field.required,
        initial=config.get(field.name, ""),
        max_length=500,
        widget=forms.TextInput(attrs=QUIET),
    )


def _secret(field: Field, *, is_stored: bool) -> forms.Field:
    kept = " It is stored; leave this empty to keep it." if is_stored else ""
    return forms.CharField(
        label=field.label,
        help_text=f"{_help(field)}{kept}".strip(),
        required=field.required and not is_stored,
        strip=True,
        max_length=2000,
        widget=forms.PasswordInput(attrs=QUIET),
    )


def _help(field: Field) -> str:
    """Escaped by the page, like all text."""
    example = f"For example: {field.example}" if field.example else ""
    return f"{field.help} {example}".strip()


def _keeps_secrets(connection: Connection) -> bool:
    """Whether secret fields are stored; tokens of a consent are none."""
    if connection.grant_id is None:
        return False
    return Grant.objects.filter(pk=connection.grant_id, app__isnull=True).exists()
