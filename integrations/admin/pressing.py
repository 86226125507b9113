"""Buttons of a row's page: who may press which, what is asked first, and that each counts once.

A page hands out one token with all its buttons, and with it what the person saw. A token that was
used is not used again (a double click, a reloaded form); a row that changed since is left alone,
and the person is told what he saw and what stands there now.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial, update_wrapper
from types import MappingProxyType
from typing import TypeVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import AbstractBaseUser, User
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse

from config import clock
from connectors.errors import ConnectorError
from connectors.redaction import printable
from integrations import actions
from integrations.admin.base import WalledAdmin
from integrations.connect.refusals import ConnectError
from integrations.engine.plans import PlanError
from integrations.models import Membership, Pressed
from integrations.remedies import RemedyError
from integrations.replaying import ReplayError
from integrations.switching import SwitchError

M = TypeVar("M", bound=Model)
REFUSALS = (ConnectError, ConnectorError, PlanError, RemedyError, ReplayError, SwitchError)
"""What a press may be refused with; its sentence is for whoever pressed."""
TOKENS_KEPT = timedelta(days=2)
"""A page that lies open for longer is refused because its row has changed, if it has."""
SURE = "sure"
"""The field by which a person says that he has read what an action on several rows does."""
LINES_COUNT = 100
"""So many rows of one action are named before it is done."""
TOKEN = "page"
"""The hidden field of a page's forms."""
SALT = "integrations.admin.pressing"
ALREADY_DONE = "That was done already; here is how it stands now."
LOAD_AGAIN = "The page was not one of ours any more: look at it again, then press."


class PressForm(forms.Form):
    """What a button asks before it acts; subclasses draw what fits the row."""

    def __init__(self, row: Model, by: AbstractBaseUser, typed: object = None) -> None:
        super().__init__(typed if isinstance(typed, Mapping) else None)
        self.row = row
        self.by = by

    def told(self) -> dict[str, object]:
        """What the trail keeps of what was typed."""
        return {name: str(value) for name, value in self.cleaned_data.items()}


@dataclass(frozen=True, slots=True)
class Press:
    """One button. ``name`` is the page's method: ``(request, row)``, and the form if one is asked.

    With a form or a warning a page comes first that says what will be done.
    """

    name: str
    title: str
    roles: Sequence[str] = Membership.CHANGING
    asks: type[PressForm] | None = None
    warning: str = ""

    @property
    def comes_after_a_question(self) -> bool:
        """Whether a page is shown before anything is done."""
        return self.asks is not None or bool(self.warning)


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it was handed out: its token, and what stood on it."""

    once: str
    stood: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Button:
    """What a page shows of it: a POST that acts, or a link to what is asked first."""

    title: str
    url: str
    is_link: bool = False


class ButtonAdmin(WalledAdmin[M]):
    """A page with buttons; each press leaves an action, done or refused."""

    presses: Sequence[Press] = ()

    def offered(self, request: HttpRequest, row: M) -> Sequence[str]:
        """The names of the presses that make sense for the row as it stands."""
        return [press.name for press in self.presses]

    def more_buttons(self, request: HttpRequest, row: M) -> Sequence[Button]:
        """Buttons that lead elsewhere, for whoever may change the row."""
        return ()

    def standing(self, row: M) -> Mapping[str, str]:
        """What a person decides upon: a press on a page that showed something else is refused.

        It can be read in the page's source, so nothing of it may be hidden from anybody.
        """
        return {}

    def may_press(
        self, request: HttpRequest, row: M, roles: Sequence[str] = Membership.CHANGING
    ) -> bool:
        """Whether this person has Django's right to change such rows, and the role for it here."""
        codename = get_permission_codename("change", self.opts)
        has_right = request.user.has_perm(f"{self.opts.app_label}.{codename}")
        return has_right and self.has_role(request, roles, row)

    def buttons(self, request: HttpRequest, row: M) -> Sequence[Button]:
        """What the row's page offers this person now."""
        offered = set(self.offered(request, row))
        shown = [
            Button(press.title, self.press_url(press.name, row), press.comes_after_a_question)
            for press in self.presses
            if press.name in offered and self.may_press(request, row, press.roles)
        ]
        more = self.more_buttons(request, row) if self.may_press(request, row) else ()
        return [*more, *shown]

    def press_url(self, name: str, row: M) -> str:
        """Where a press of this button is sent."""
        return reverse(f"admin:{self._url_name(name)}", args=[row.pk])

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<int:pk>/{press.name}/",
                self.admin_site.admin_view(
                    update_wrapper(partial(self._press, press), ButtonAdmin._press)
                ),
                name=self._url_name(press.name),
            )
            for press in self.presses
        ]
        return own + super().get_urls()

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, object],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context["buttons"] = self.buttons(request, obj)
            context["page_token"] = self._page_token(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _press(self, press: Press, request: HttpRequest, pk: int) -> HttpResponse:
        allowed = ["POST", "GET"] if press.comes_after_a_question else ["POST"]
        if request.method not in allowed:
            return HttpResponseNotAllowed(allowed)
        row = self.row(request, pk, press.roles)
        is_sent = request.method == "POST"
        form = None
        if press.asks is not None:
            form = press.asks(row, person(request), request.POST if is_sent else None)
        if not is_sent or (form is not None and not form.is_valid()):
            return self._question(request, press, row, form)
        if not self._is_first(request):
            messages.info(request, ALREADY_DONE)
        else:
            self._act(request, press, row, form)
        return redirect(self.change_url(row))

    def _act(self, request: HttpRequest, press: Press, row: M, form: PressForm | None) -> None:
        outcome, told = actions.Outcome.FAILED, ""
        details = MappingProxyType({}) if form is None else MappingProxyType(form.told())
        act: Callable[..., None] = getattr(self, press.name)
        try:
            self._refuse_stale(request, row)
            if form is None:
                act(request, row)
            else:
                act(request, row, form)
            outcome = actions.Outcome.DONE
        except REFUSALS as error:
            outcome, told = actions.Outcome.REFUSED, sentence(error)
            messages.error(request, told)
        finally:
            self.note_press(request, press.name, row, outcome, told, details)

    def _question(
        self, request: HttpRequest, press: Press, row: M, form: PressForm | None
    ) -> HttpResponse:
        """The page that says what will be done and asks what has to be known for it."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": printable(f"{press.title.rstrip(' …')}: {row}"),
            "press": press,
            "form": form,
            "row_title": printable(str(row)),
            "row_url": self.change_url(row),
            "page_token": self._page_token(row),
            "is_popup": False,
        }
        return render(request, "admin/integrations/press.html", context)

    def _page_token(self, row: M) -> str:
        page = Page(secrets.token_hex(16), dict(self.standing(row)))
        return signing.dumps(asdict(page), salt=SALT)

    def _is_first(self, request: HttpRequest) -> bool:
        """Spend the page's token; a press without one (no page's, a script's) is always the first.

        Of two presses at the same moment the database lets one pass.
        """
        page = _page_of(request)
        if page is None:
            return True
        Pressed.objects.filter(at__lt=clock.now() - TOKENS_KEPT).delete()
        try:
            with transaction.atomic():
                Pressed.objects.create(token=page.once)
        except IntegrityError:
            return False
        return True

    def _refuse_stale(self, request: HttpRequest, row: M) -> None:
        """Raises RemedyError with both versions where the row is not what the person saw."""
        if TOKEN not in request.POST:
            return
        page = _page_of(request)
        if page is None:
            raise RemedyError(LOAD_AGAIN)
        saw, stands = page.stood, self.standing(row)
        changed = [
            f"{label} was {saw.get(label) or 'empty'}, is now {text or 'empty'}"
            for label, text in stands.items()
            if saw.get(label) != text
        ]
        if changed:
            raise RemedyError(
                f"It has changed since you loaded the page: {'; '.join(changed)}. "
                "Nothing was done: look at it again."
            )

    def note_press(
        self,
        request: HttpRequest,
        name: str,
        row: M,
        outcome: actions.Outcome = actions.Outcome.DONE,
        told: str = "",
        details: Mapping[str, object] = MappingProxyType({}),
    ) -> None:
        """Leave in the trail what was pressed, and what came of it."""
        what = f"{self.opts.model_name}.{name}"
        actions.note(request.user, what, row, outcome=outcome, sentence=told, details=details)

    def row(self, request: HttpRequest, pk: int, roles: Sequence[str] = Membership.CHANGING) -> M:
        """The row of this page, for somebody who may use its buttons."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.may_press(request, row, roles):
            self.note_press(request, "press", row, actions.Outcome.REFUSED, "No right to.")
            raise PermissionDenied
        return row

    def change_url(self, row: M) -> str:
        """The row's own page."""
        return reverse(f"admin:{self._url_name('change')}", args=[row.pk])

    def _url_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"


def question(
    page: WalledAdmin[M],
    request: HttpRequest,
    queryset: QuerySet[M],
    action: str,
    warning: str,
    lines: Sequence[str] = (),
) -> HttpResponse | None:
    """The page that comes before an action on several rows; None once the person is sure.

    ``lines`` say of each row what will become of it.
    """
    if SURE in request.POST:
        return None
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": f"{page.get_actions(request)[action][2]}: {queryset.count()}",
        "warning": warning,
        "lines": [printable(line) for line in lines[:LINES_COUNT]],
        "more_count": max(0, len(lines) - LINES_COUNT),
        "action": action,
        "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "select_across": request.POST.get("select_across", "0"),
        "list_url": reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist"),
    }
    return render(request, "admin/integrations/sure.html", context)


def person(request: HttpRequest) -> AbstractBaseUser:
    """Who is signed in.

    Raises:
        PermissionDenied: nobody.
    """
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user


def user_of(request: HttpRequest) -> User:
    """The same, as the model whose rows other rows point at.

    Raises:
        PermissionDenied: nobody.
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def sentence(error: Exception) -> str:
    """What a person is told of an error."""
    return printable(error.summary if isinstance(error, ConnectorError) else str(error))


def _page_of(request: HttpRequest) -> Page | None:
    """The page that was pressed on, where it is one of ours."""
    try:
        told = signing.loads(request.POST.get(TOKEN, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return Page(told["once"], told["stood"])
