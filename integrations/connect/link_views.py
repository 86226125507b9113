"""Where staff makes a customer's link, sees its address once, and takes links back."""

from __future__ import annotations

import secrets

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from connectors.redaction import printable
from integrations.connect import links, widgets
from integrations.connect.refusals import ConnectError
from integrations.models import Connection, ConnectLink, Membership, Pressed, Tenant
from integrations.models.base import visible

MADE_ALREADY = (
    "This form was sent before. The address of a link is shown once only: if it was not copied, "
    "revoke that link and make another one."
)
LIVES = ((1, "one day"), (7, "a week"), (14, "two weeks"), (30, "30 days"))


def new_token() -> str:
    """What tells one form from the next."""
    return secrets.token_hex(16)


class ChosenConnections(forms.ModelMultipleChoiceField[Connection]):
    """Connections, told apart by their vendors."""

    def label_from_instance(self, obj: Connection) -> str:
        """Two of them may well be called after the customer."""
        return printable(f"{obj.get_vendor_display()}: {obj}")


class MadeForm(forms.Form):
    """What is shown of a new link, this once."""

    url = forms.CharField(
        label="The link's address",
        required=False,
        help_text="It is shown this once; only a hash of it is kept.",
        widget=widgets.TextInput(attrs={"readonly": "readonly"}),
    )


class LinkForm(forms.Form):
    """Which accounts the customer shall connect, and for how long the link lives."""

    connections = ChosenConnections(
        Connection.objects.none(),
        widget=widgets.Checkboxes,
        help_text="The page shows these accounts, and nothing else of the tenant.",
    )
    life_days = forms.TypedChoiceField(
        label="The link works for",
        choices=LIVES,
        coerce=int,
        initial=links.LIFE_DAYS,
        widget=widgets.Select,
        help_text="It can be revoked at any time before.",
    )

    once = forms.CharField(max_length=32, widget=forms.HiddenInput, initial=new_token)

    def __init__(self, offered: QuerySet[Connection], typed: QueryDict | None = None) -> None:
        super().__init__(typed)
        chosen = self.fields["connections"]
        if isinstance(chosen, forms.ModelMultipleChoiceField):
            chosen.queryset = offered
            chosen.initial = list(offered)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_member_required
@permission_required("integrations.change_connection", raise_exception=True)
@never_cache
def links_of(request: HttpRequest, tenant_id: int) -> HttpResponse:
    """The links of one tenant; a POST makes one more and shows its address, this once."""
    user = _user(request)
    tenant = get_object_or_404(
        visible(Tenant.objects.all(), user, Membership.CHANGING), pk=tenant_id
    )
    form = LinkForm(_offered(tenant), request.POST if request.method == "POST" else None)
    url = _made(form, tenant, user) if form.is_valid() else ""
    context = {
        **admin.site.each_context(request),
        "title": f"Connect links of {tenant}",
        "tenant": tenant,
        "form": form,
        "made": MadeForm(initial={"url": url}) if url else None,
        "living": links.living().filter(tenant=tenant).prefetch_related("connections"),
        "has_choice": _offered(tenant).exists(),
    }
    return render(request, "connect/links.html", context)


@require_POST
@staff_member_required
@permission_required("integrations.change_connection", raise_exception=True)
@never_cache
def revoke(request: HttpRequest, link_id: int) -> HttpResponse:
    """Take a link back."""
    user = _user(request)
    own = visible(ConnectLink.objects.select_related("tenant"), user, Membership.CHANGING)
    link = get_object_or_404(own, pk=link_id)
    if links.revoke(link, user):
        messages.success(request, "The link was revoked: it opens nothing any more.")
    else:
        messages.info(request, "The link was revoked before.")
    return redirect(reverse("connect:links", args=(link.tenant_id,)))


def _made(form: LinkForm, tenant: Tenant, user: User) -> str:
    """The address of a new link; empty, with the reason in the form, where none was made."""
    try:
        with transaction.atomic():
            Pressed.objects.create(token=form.cleaned_data["once"])
            chosen = list(form.cleaned_data["connections"])
            return links.make(tenant, chosen, user, form.cleaned_data["life_days"]).url
    except IntegrityError:
        form.add_error(None, MADE_ALREADY)
    except ConnectError as error:
        form.add_error(None, error.sentence)
    return ""


def _offered(tenant: Tenant) -> QuerySet[Connection]:
    return tenant.connections.exclude(status=Connection.Status.CLOSED)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
