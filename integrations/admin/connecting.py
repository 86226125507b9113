"""OAuth apps, connections and the attempts to connect them; no list opens a secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from connectors import registry as vendors
from connectors.errors import ConnectorError
from connectors.redaction import printable
from integrations import actions
from integrations.admin import texts
from integrations.admin.base import WalledAdmin, viewer
from integrations.admin.connection_form import (
    ChoiceForm,
    ConnectionForm,
    SecretsForm,
    drawn_for,
    drawn_names,
    has_secrets,
)
from integrations.admin.pages import Fieldsets, ReadOnlyAdmin
from integrations.admin.pressing import Button, ButtonAdmin, Press, sentence
from integrations.connect import disconnecting, service
from integrations.connect.refusals import ConnectError
from integrations.engine.access import redirect_uri
from integrations.models import Connection, ConnectSession, Grant, OAuthApp


class AppForm(forms.ModelForm[OAuthApp]):
    """The client secret is typed in and never shown."""

    client_secret = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 60}),
        help_text="Leave it empty to keep what is stored.",
    )

    class Meta:
        model = OAuthApp
        fields = ("vendor", "tenant", "client_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client_secret"].required = self.instance._state.adding
        vendor = self.fields.get("vendor")
        if isinstance(vendor, forms.ChoiceField):
            with_consent = (one for one in vendors.vendors().values() if one.oauth is not None)
            vendor.choices = [(one.slug, one.title) for one in with_consent]


@admin.register(OAuthApp)
class OAuthAppAdmin(WalledAdmin[OAuthApp]):
    """Our registered app at a vendor."""

    list_display = ("client_id", "vendor", "tenant", "sealed_at")
    list_filter = ("vendor",)
    list_select_related = ("tenant",)
    search_fields = ("client_id", "tenant__name")
    form = AppForm
    fields = ("vendor", "tenant", "client_id", "client_secret", "secret", "redirect_uris")
    readonly_fields = ("secret", "redirect_uris")
    autocomplete_fields = ("tenant",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OAuthApp]:
        return super().get_queryset(request).defer("sealed")

    def get_readonly_fields(
        self, request: HttpRequest, obj: OAuthApp | None = None
    ) -> tuple[str, ...]:
        return self.readonly_fields if obj is None else ("vendor", *self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: OAuthApp | None = None) -> bool:
        is_used = obj is None or obj.connections.exists() or obj.grants.exists()
        return not is_used and super().has_delete_permission(request, obj)

    def save_model(
        self, request: HttpRequest, obj: OAuthApp, form: forms.ModelForm[OAuthApp], change: bool
    ) -> None:
        if typed := form.cleaned_data["client_secret"]:
            obj.seal({"client_secret": typed})
        super().save_model(request, obj, form, change)

    @admin.display(description="Client secret")
    def secret(self, app: OAuthApp) -> str:
        return texts.stored_secret(app.sealed_at)

    @admin.display(description="Redirect URI to register at the vendor")
    def redirect_uris(self, app: OAuthApp) -> str:
        if app._state.adding:
            return "Shown here once the app is saved."
        oauth = vendors.vendor(app.vendor).oauth
        if oauth is None or not oauth.tenant_hosted:
            return redirect_uri(Connection(vendor=app.vendor))
        uris = [redirect_uri(connection) for connection in app.connections.all()]
        return texts.lines(uris) if uris else "Each connection has its own; it is shown there."


@admin.register(Connection)
class ConnectionAdmin(ButtonAdmin[Connection]):
    """A tenant's tie to one account; what is secret in it is on a page of its own."""

    list_display = ("title", "tenant", "vendor", "account", "status", "why", "checked_at")
    list_filter = ("status", "vendor")
    list_select_related = ("tenant",)
    search_fields = ("title", "tenant__name", "account_id", "account_title")
    readonly_fields = (
        "tenant",
        "vendor",
        "status",
        "why",
        "account",
        "warnings",
        "facts",
        "checked_at",
        "credential",
        "redirect_uri",
        "last_attempt",
    )
    presses = (
        Press("test_connection", "Test connection"),
        Press(
            "disconnect",
            "Disconnect …",
            warning="Its integrations are paused, the access is given back to the vendor, and the "
            "connection is closed for good: the account can be connected anew as another one.",
        ),
    )
    why = texts.shown("status_reason", "Reason")

    def get_form(
        self,
        request: HttpRequest,
        obj: Connection | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm[Connection]]:
        connection = obj or ChoiceForm(viewer(request), request.GET).begun()
        form = ConnectionForm if connection is None else drawn_for(connection)
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def get_fieldsets(self, request: HttpRequest, obj: Connection | None = None) -> Fieldsets:
        connection = obj or ChoiceForm(viewer(request), request.GET).begun()
        if connection is None:
            return ((None, {"fields": ("tenant", "vendor")}),)
        vendor = vendors.vendor(connection.vendor)
        app = ("app",) if vendor.oauth is not None else ()
        fields = ("tenant", "vendor", "title", *drawn_names(vendor), *app)
        if obj is None:
            return ((None, {"fields": fields}),)
        state = ("status", "why", "account", "warnings", "facts", "checked_at")
        access = ("credential", "redirect_uri", "last_attempt")
        return (
            (None, {"fields": fields}),
            ("State", {"fields": state}),
            ("Access", {"fields": access if vendor.oauth is not None else access[:1]}),
        )

    def has_delete_permission(self, request: HttpRequest, obj: Connection | None = None) -> bool:
        # What was connected once may have records; it is closed, not deleted.
        is_fresh = obj is not None and obj.status == Connection.Status.PENDING
        return is_fresh and super().has_delete_permission(request, obj)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Ask for tenant and vendor first: the form is drawn for them."""
        choice = ChoiceForm(viewer(request), request.GET if "vendor" in request.GET else None)
        if not self.has_add_permission(request) or choice.begun() is not None:
            return super().add_view(request, form_url, extra_context)
        return self._page(
            request, "choose_vendor.html", {"form": choice, "title": "New connection"}
        )

    def get_urls(self) -> list[URLPattern]:
        secrets = self.admin_site.admin_view(self.secrets_view)
        return [
            path("<int:pk>/secrets/", secrets, name=self._url_name("secrets")),
            *super().get_urls(),
        ]

    def offered(self, request: HttpRequest, row: Connection) -> Sequence[str]:
        has_access = ["test_connection", "disconnect"] if row.grant_id else []
        return has_access if row.status != Connection.Status.CLOSED else has_access[1:]

    def more_buttons(self, request: HttpRequest, row: Connection) -> Sequence[Button]:
        vendor = vendors.vendor(row.vendor)
        shown: list[Button] = []
        if vendor.oauth is not None:
            title = "Connect again" if row.grant_id else "Connect"
            shown.append(Button(title, reverse("connect:start", args=[row.pk])))
        if row.status == Connection.Status.CLOSED:
            return ()
        if has_secrets(vendor):
            shown.append(Button("Enter secrets", self.press_url("secrets", row), is_link=True))
        links = reverse("connect:links", args=[row.tenant_id])
        shown.append(Button("Links for the customer", links, is_link=True))
        return shown

    def test_connection(self, request: HttpRequest, row: Connection) -> None:
        """Ask the account who it is and what it can do."""
        capabilities = service.check(row)
        messages.success(request, "The connection works.")
        for warning in capabilities.warnings:
            messages.warning(request, printable(warning))

    def disconnect(self, request: HttpRequest, row: Connection) -> None:
        """End it for good, and give the access back."""
        messages.success(request, disconnecting.end(row) or "It is disconnected.")

    def secrets_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The form of the vendor's secret fields; tried out before it is stored."""
        row = self.row(request, pk)
        form = SecretsForm(row, request.POST if request.method == "POST" else None)
        if form.is_valid():
            try:
                service.connect_with_secrets(row, form.cleaned_data)
            except (ConnectError, ConnectorError) as error:
                told = sentence(error)
                self.note_press(request, "enter_secrets", row, actions.Outcome.REFUSED, told)
                form.add_error(None, told)
            else:
                self.note_press(request, "enter_secrets", row)
                messages.success(request, f"{row} is connected.")
                return redirect(self.change_url(row))
        return self._page(
            request, "secrets.html", {"form": form, "row": row, "title": f"Secrets of {row}"}
        )

    @admin.display(description="Account", ordering="account_title")
    def account(self, row: Connection) -> str:
        if not row.account_id:
            return texts.EMPTY
        title = row.account_title
        is_named = title and title != row.account_id
        return printable(f"{title} ({row.account_id})" if is_named else row.account_id)

    @admin.display(description="What to mend there")
    def warnings(self, row: Connection) -> str:
        return texts.lines(row.capabilities.get("warnings", []))

    @admin.display(description="What it can do")
    def facts(self, row: Connection) -> str:
        return texts.structure(row.capabilities.get("facts", {}))

    @admin.display(description="Access")
    def credential(self, row: Connection) -> str:
        return _credential(row)

    @admin.display(description="Redirect URI to register at the vendor")
    def redirect_uri(self, row: Connection) -> str:
        return redirect_uri(row)

    @admin.display(description="Last attempt to connect")
    def last_attempt(self, row: Connection) -> str:
        attempt = row.connect_sessions.defer("verifier").first()
        if attempt is None:
            return texts.EMPTY
        outcome = f"{attempt.started_at:%Y-%m-%d %H:%M} UTC: {attempt.get_outcome_display()}"
        return printable(f"{outcome}. {attempt.outcome_reason}".strip())

    def _page(
        self, request: HttpRequest, template: str, more: Mapping[str, object]
    ) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **more}
        return render(request, f"admin/integrations/{template}", context)


def _credential(row: Connection) -> str:
    """When it was stored and how long it lasts; the secret itself stays closed."""
    if row.grant_id is None:
        return texts.stored_secret(None)
    columns = ("sealed_at", "expires_at", "needs_consent", "app_id")
    grant = Grant.objects.values_list(*columns).get(pk=row.grant_id)
    sealed_at, expires_at, needs_consent, app_id = grant
    kind = "Secret fields" if app_id is None else "Consent"
    parts = [f"{kind}: {texts.stored_secret(sealed_at)}"]
    if expires_at is not None:
        parts.append(f"renewed by itself before {expires_at:%Y-%m-%d %H:%M} UTC")
    if needs_consent:
        parts.append("the vendor no longer accepts it")
    return ", ".join(parts)


@admin.register(ConnectSession)
class ConnectSessionAdmin(ReadOnlyAdmin[ConnectSession]):
    """The attempts to connect, without the secrets that tie them to a browser."""

    list_display = ("connection", "started_at", "started_by", "outcome", "reason")
    list_filter = ("outcome",)
    list_select_related = ("connection", "started_by")
    fields = (
        "connection",
        "started_by",
        "started_at",
        "expires_at",
        "spent_at",
        "outcome",
        "reason",
        "token_endpoint",
        "redirect_uri",
    )
    readonly_fields = ("reason",)
    reason = texts.shown("outcome_reason", "Reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConnectSession]:
        return super().get_queryset(request).defer("verifier")
