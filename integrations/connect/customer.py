"""The customer's page: opened by a link, without an account here, to connect his own accounts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import salted_hmac
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from connectors import registry as vendors
from connectors.auth import browser_url
from connectors.errors import ConnectorError
from integrations import actions
from integrations.actions import Outcome
from integrations.connect import browser, disconnecting, links, service
from integrations.connect.forms import access_form, consent_form
from integrations.connect.page import Posted, anchor, page_of
from integrations.connect.privately import privately
from integrations.connect.refusals import ConnectError
from integrations.models import Connection, ConnectLink

P = ParamSpec("P")
OfLink = Callable[Concatenate[HttpRequest, ConnectLink, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


@require_safe
@privately
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Trade the link in the address for a cookie, and go on to an address without it."""
    link = links.opened_by(token)
    if link is None:
        return _ended(request)
    try:
        browser.refuse_insecure(request)
    except ConnectError as error:
        return render(request, "connect/refused.html", {"error": error}, status=400)
    response = redirect("connect:page")
    browser.set_link(request, response, token, link.expires_at - clock.now())
    return response


def of_link(view: OfLink[P]) -> View[P]:
    """Let in who came by a living link; a form must come from a page of the same link.

    Django's own form token cannot be used: to a page without a referrer a browser sends its own
    forms with the origin ``null``, which Django refuses.
    """

    @csrf_exempt
    @privately
    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        token = browser.read_link(request)
        link = links.opened_by(token)
        if link is None:
            return _ended(request)
        if request.method == "POST" and not _is_ours(request, token):
            return render(request, "connect/stale.html", status=403)
        return view(request, link, *args, **kwargs)

    return opened


@require_safe
@of_link
def page(request: HttpRequest, link: ConnectLink) -> HttpResponse:
    """The accounts that are wanted and how each stands."""
    return _page(request, link)


@require_POST
@of_link
def connect(request: HttpRequest, link: ConnectLink, key: str) -> HttpResponse:
    """Send the browser to the vendor's consent page."""
    connection = _connection(link, key)
    form = consent_form(connection, request.POST)
    if not form.is_valid():
        return _page(request, link, Posted(connection.pk, consent=form))
    try:
        if typed := form.plain():
            service.configure(connection, typed)
        token = browser.token_for(request)
        url = service.start(connection, None, token, link)
    except (ConnectError, ConnectorError) as error:
        told = _sentence(error)
        _note(link, "connection.connect", connection, Outcome.REFUSED, told)
        return _page(request, link, Posted(connection.pk, told, consent=form))
    _note(link, "connection.connect", connection)
    response = HttpResponseRedirect(browser_url(url, settings.SANDBOX_URL, connection.vendor))
    browser.set_token(request, response, token)
    return response


@require_POST
@of_link
def enter_secrets(request: HttpRequest, link: ConnectLink, key: str) -> HttpResponse:
    """Try the vendor's secret fields there, and store them if they work."""
    connection = _connection(link, key)
    form = access_form(connection, request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        return _page(request, link, Posted(connection.pk, access=form))
    try:
        service.connect_with_secrets(connection, form.secrets(), form.plain())
    except (ConnectError, ConnectorError) as error:
        told = _sentence(error)
        _note(link, "connection.enter_secrets", connection, Outcome.REFUSED, told)
        return _page(request, link, Posted(connection.pk, told, access=form))
    _note(link, "connection.enter_secrets", connection)
    return back_to(connection)


@require_http_methods(["GET", "HEAD", "POST"])
@of_link
def disconnect(request: HttpRequest, link: ConnectLink, key: str) -> HttpResponse:
    """Ask what it means to disconnect an account; by a POST, do it."""
    connection = _connection(link, key)
    if not connection.account_id or connection.status == Connection.Status.CLOSED:
        return back_to(connection)
    if request.method == "POST":
        disconnecting.disconnect(connection, links.customer_of(link))
        return back_to(connection)
    vendor = vendors.vendor(connection.vendor)
    shown = {
        "tenant_name": link.tenant.name,
        "connection": connection,
        "vendor": vendor,
        "is_given_back": vendor.oauth is not None and vendor.oauth.revoke_url is not None,
        "form_token": _form_token(browser.read_link(request)),
    }
    return render(request, "connect/disconnect.html", shown)


def _page(request: HttpRequest, link: ConnectLink, posted: Posted | None = None) -> HttpResponse:
    shown = {
        "page": page_of(link, posted),
        "form_token": _form_token(browser.read_link(request)),
    }
    return render(request, "connect/page.html", shown, status=200 if posted is None else 400)


def _connection(link: ConnectLink, key: str) -> Connection:
    return get_object_or_404(links.connections_of(link), key=key)


def back_to(connection: Connection) -> HttpResponse:
    """To the part of the customer's page that is about this connection."""
    response = redirect("connect:page")
    response["Location"] += f"#{anchor(connection)}"
    return response


def _ended(request: HttpRequest) -> HttpResponse:
    """One page for a link that is unknown, expired or revoked: it tells nobody which."""
    return render(request, "connect/ended.html", status=404)


def _form_token(token: str) -> str:
    return salted_hmac(__name__, token, algorithm="sha256").hexdigest()


def _is_ours(request: HttpRequest, token: str) -> bool:
    return secrets.compare_digest(
        request.POST.get("form", "").encode(), _form_token(token).encode()
    )


def _note(
    link: ConnectLink,
    what: str,
    connection: Connection,
    outcome: Outcome = Outcome.DONE,
    sentence: str = "",
) -> None:
    actions.note(links.customer_of(link), what, connection, outcome=outcome, sentence=sentence)


def _sentence(error: ConnectError | ConnectorError) -> str:
    return error.summary if isinstance(error, ConnectorError) else error.sentence
