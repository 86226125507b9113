"""The way to a vendor's consent page and the way back."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from connectors.auth import browser_url
from connectors.errors import ConnectorError
from integrations import actions
from integrations.actions import Outcome
from integrations.connect import browser, customer, links, service
from integrations.connect.attempts import Callback
from integrations.connect.privately import privately
from integrations.connect.refusals import ConnectError
from integrations.models import Connection, Membership
from integrations.models.base import visible

CONNECTION_PAGE = "admin:integrations_connection_change"


@require_POST
@staff_member_required
@permission_required("integrations.change_connection", raise_exception=True)
@privately
def start(request: HttpRequest, connection_id: int) -> HttpResponse:
    """Send the browser to the vendor's consent page."""
    user = request.user if isinstance(request.user, User) else None
    own = visible(Connection.objects.select_related("app"), request.user, Membership.CHANGING)
    connection = get_object_or_404(own, pk=connection_id)
    try:
        token = browser.token_for(request)
        url = service.start(connection, user, token)
    except (ConnectError, ConnectorError) as error:
        told = error.summary if isinstance(error, ConnectorError) else error.sentence
        actions.note(user, "connection.connect", connection, outcome=Outcome.REFUSED, sentence=told)
        messages.error(request, told)
        return redirect(CONNECTION_PAGE, connection.pk)
    actions.note(user, "connection.connect", connection)
    response = HttpResponseRedirect(browser_url(url, settings.SANDBOX_URL, connection.vendor))
    browser.set_token(request, response, token)
    return response


@require_GET
@privately
def callback(request: HttpRequest, vendor: str, key: str = "") -> HttpResponse:
    """Take up what the vendor's consent page sent the browser back with.

    ``vendor`` and ``key`` are compared as part of the address: the attempt knows its own.
    """
    arrived = Callback(
        path=request.path_info,
        state=request.GET.get("state", ""),
        code=request.GET.get("code", ""),
        error=request.GET.get("error", ""),
        browser_token=browser.read_token(request),
    )
    try:
        attempt = service.finish(arrived)
    except ConnectError as error:
        shown = {"error": error, "link": links.opened_by(browser.read_link(request))}
        return render(request, "connect/refused.html", shown, status=400)
    if attempt.link_id is not None:
        return customer.back_to(attempt.connection)
    messages.success(request, f"{attempt.connection} is connected.")
    return redirect(CONNECTION_PAGE, attempt.connection_id)
