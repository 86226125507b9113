"""What pages share: read-only ones, short counts for big tables, and buttons that act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, update_wrapper
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from django.contrib import messages
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from connectors.errors import ConnectorError
from connectors.redaction import printable
from integrations import actions
from integrations.admin.base import WalledAdmin
from integrations.connect.refusals import ConnectError
from integrations.switching import SwitchError

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

M = TypeVar("M", bound=Model)
Fieldsets: TypeAlias = "_FieldsetSpec"
COUNTED_AT_MOST = 10_000
"""Nobody turns more pages than that; a filter finds the rest."""
TOLD_LATER = " No worker could be told just now: the sweep finds the work by itself."


class ShortCountPaginator(Paginator[Model]):
    """Counts no further than anybody reads: a full count of a big table takes seconds."""

    @cached_property
    def count(self) -> int:
        if not isinstance(self.object_list, QuerySet):
            return len(self.object_list)
        return self.object_list.order_by()[:COUNTED_AT_MOST].count()


class ReadOnlyAdmin(WalledAdmin[M]):
    """Rows that nobody changes by hand."""

    actions: Sequence[str] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class BigTableAdmin(ReadOnlyAdmin[M]):
    """Read-only rows by the million."""

    paginator = ShortCountPaginator
    show_full_result_count = False
    list_per_page = 50
    # By the primary key: any other order would sort the whole table.
    ordering = ("-pk",)


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that a page offers: a POST that acts, or a link to a form."""

    title: str
    url: str
    is_link: bool = False


class ButtonAdmin(WalledAdmin[M]):
    """A page whose buttons each POST to a method of its own: ``(request, row)``."""

    change_form_template = "admin/integrations/with_buttons.html"
    presses: Sequence[str] = ()
    """Names of methods; each has its address behind the row's."""

    def buttons(self, request: HttpRequest, row: M) -> Sequence[Button]:
        """What the row's page offers now."""
        return ()

    def may_press(self, request: HttpRequest, row: M) -> bool:
        """Whether this person may use the row's buttons."""
        return self.has_change_permission(request, row)

    def press_url(self, name: str, row: M) -> str:
        """Where a press of this button is sent."""
        return reverse(f"admin:{self._url_name(name)}", args=[row.pk])

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<int:pk>/{name}/",
                self.admin_site.admin_view(
                    update_wrapper(partial(self._press, name), ButtonAdmin._press)
                ),
                name=self._url_name(name),
            )
            for name in self.presses
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
        if obj is not None and self.may_press(request, obj):
            context["buttons"] = self.buttons(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _press(self, name: str, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.row(request, pk)
        press: Callable[[HttpRequest, M], None] = getattr(self, name)
        outcome, told = actions.Outcome.FAILED, ""
        try:
            press(request, row)
            outcome = actions.Outcome.DONE
        except (ConnectError, ConnectorError, SwitchError) as error:
            outcome, told = actions.Outcome.REFUSED, sentence(error)
            messages.error(request, told)
        finally:
            self.note_press(request, name, row, outcome, told)
        return redirect(self.change_url(row))

    def note_press(
        self,
        request: HttpRequest,
        name: str,
        row: M,
        outcome: actions.Outcome = actions.Outcome.DONE,
        told: str = "",
    ) -> None:
        """Leave in the trail what was pressed, and what came of it."""
        what = f"{self.opts.model_name}.{name}"
        actions.note(request.user, what, row, outcome=outcome, sentence=told)

    def row(self, request: HttpRequest, pk: int) -> M:
        """The row of this page, for somebody who may use its buttons."""
        row = self.get_object(request, str(pk))
        if row is None:
            raise Http404
        if not self.may_press(request, row):
            self.note_press(request, "press", row, actions.Outcome.REFUSED, "No right to.")
            raise PermissionDenied
        return row

    def change_url(self, row: M) -> str:
        """The row's own page."""
        return reverse(f"admin:{self._url_name('change')}", args=[row.pk])

    def _url_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"


def person(request: HttpRequest) -> AbstractBaseUser:
    """Who is signed in.

    Raises:
        PermissionDenied: nobody.
    """
    if not isinstance(request.user, AbstractBaseUser):
        raise PermissionDenied
    return request.user


def sentence(error: Exception) -> str:
    """What a person is told of an error."""
    return printable(error.summary if isinstance(error, ConnectorError) else str(error))
