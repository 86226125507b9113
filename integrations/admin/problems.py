"""The exception desk: each cause that stops records, who looks after it, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import AbstractBaseUser, User
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from connectors.redaction import printable
from integrations import attending, remedies
from integrations.admin import texts
from integrations.admin.base import viewer
from integrations.admin.look import TabularInline
from integrations.admin.pages import ReadOnlyAdmin
from integrations.admin.pressing import ButtonAdmin, Press, PressForm, user_of
from integrations.admin.privacy import HIDDEN, lies_ahead
from integrations.models import Comment, Membership, Problem, Record
from integrations.models.base import visible

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices

NEEDS_ME, OPEN, CLOSED, ALL = "mine", "open", "closed", "all"
ACTING = (*Membership.CHANGING, *Membership.APPROVING)
"""Everybody but who only looks."""
SHOWN_COUNT = 50
"""So many records are named on a problem's page; the list has all of them."""


class NeedFilter(admin.SimpleListFilter):
    """What needs whoever looks: open, and nobody else's."""

    title = "what"
    parameter_name = "what"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Problem]
    ) -> Sequence[tuple[str, str]]:
        return (
            (NEEDS_ME, "What needs me"),
            (OPEN, "Everything open"),
            (CLOSED, "Closed"),
            (ALL, "All"),
        )

    def choices(self, changelist: ChangeList) -> Iterator[_ListFilterChoices]:
        chosen = self.value() or NEEDS_ME
        for name, title in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: str(name)})
            yield {"selected": chosen == name, "query_string": query, "display": title}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        chosen = self.value() or NEEDS_ME
        if chosen == ALL:
            return queryset
        if chosen == CLOSED:
            return queryset.filter(closed_at__isnull=False)
        still_open = queryset.filter(closed_at__isnull=True)
        if chosen == OPEN:
            return still_open
        return still_open.filter(Q(assignee=request.user.pk) | Q(assignee__isnull=True))


class AssignForm(PressForm):
    """Chooses among the people of the tenant, and whoever asks."""

    assignee = forms.ModelChoiceField(
        User.objects.none(), label="Who looks after it", required=False, empty_label="Nobody"
    )

    def __init__(self, row: Problem, by: AbstractBaseUser, typed: object = None) -> None:
        super().__init__(row, by, typed)
        field = self.fields["assignee"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues(row, by)
        field.initial = row.assignee_id


class CommentForm(PressForm):
    """What a person writes beside a problem."""

    text = forms.CharField(label="Comment", widget=forms.Textarea(attrs={"rows": 4}))


class ReasonForm(PressForm):
    """Why a person decides so."""

    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


def colleagues(problem: Problem, by: AbstractBaseUser) -> QuerySet[User]:
    """Who can be asked to look after it: those who may change something at its tenant."""
    tenant_id = problem.integration.tenant_id
    here = Membership.objects.filter(Q(tenant=tenant_id) | Q(tenant__isnull=True), role__in=ACTING)
    return User.objects.filter(
        Q(pk__in=here.values("user")) | Q(pk=by.pk), is_active=True
    ).order_by("username")


class CommentInline(TabularInline[Comment, Problem]):
    """What was written about it."""

    model = Comment
    fields = ("at", "author", "said")
    readonly_fields = fields
    said = texts.shown("text", "Comment")
    can_delete = False
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        rows = visible(super().get_queryset(request), viewer(request))
        return rows.select_related("author")

    def has_add_permission(self, request: HttpRequest, obj: Problem | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Problem | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Problem | None = None) -> bool:
        return True  # whoever sees the problem


@admin.register(Problem)
class ProblemAdmin(ButtonAdmin[Problem], ReadOnlyAdmin[Problem]):
    """One cause, however many records it stops."""

    list_display = ("told", "kind", "about", "record_count", "opened_at", "assignee", "integration")
    list_filter = (NeedFilter, "reason_class", "integration")
    list_select_related = ("integration", "assignee")
    search_fields = ("subject", "code__exact", "sentence")
    fields = (
        "told",
        "to_do",
        "stopped",
        "kind",
        "about",
        "integration",
        "opened_at",
        "assignee",
        "ended",
    )
    readonly_fields = ("told", "to_do", "stopped", "kind", "about", "ended")
    inlines = (CommentInline,)
    actions = ("take_on",)
    presses = (
        Press("take_on_this", "Assign to me"),
        Press("assign", "Assign …", asks=AssignForm),
        Press("comment", "Comment …", roles=ACTING, asks=CommentForm),
        Press("close", "Close problem …", asks=ReasonForm),
        Press(
            "release",
            "Release all",
            roles=Membership.APPROVING,
            warning="All records that this problem stops are written at the target.",
        ),
        Press(
            "refuse",
            "Refuse all",
            roles=Membership.APPROVING,
            warning="None of the records that this problem stops is written; each stays held until "
            "it changes at the source or somebody tries it again.",
        ),
    )
    told = texts.shown("sentence", "What is wrong")
    to_do = texts.shown("remedy", "What to do")
    about = texts.shown("subject", "Subject")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Problem]:
        return super().get_queryset(request).annotate(stopped_count=Count("records"))

    def offered(self, request: HttpRequest, row: Problem) -> Sequence[str]:
        if row.closed_at is not None:
            return ["comment"]
        shown = ["assign", "comment"]
        if row.assignee_id != request.user.pk:
            shown.append("take_on_this")
        if remedies.is_decided_as_whole(row):
            return [*shown, "release", "refuse"]
        return [*shown, "close"]

    def standing(self, row: Problem) -> dict[str, str]:
        return {
            "Assignee": str(row.assignee or "nobody"),
            "State": "closed" if row.closed_at is not None else "open",
        }

    def has_take_on_permission(self, request: HttpRequest) -> bool:
        """Whoever may press the button may do it for many."""
        has_right = request.user.has_perm("integrations.change_problem")
        return has_right and self.may_change(request)

    @admin.action(description="Assign to me", permissions=("take_on",))
    def take_on(self, request: HttpRequest, queryset: QuerySet[Problem]) -> None:
        taken = [self._assign(problem, request) for problem in queryset.filter(closed_at=None)]
        messages.success(request, f"Problems that you look after now: {len(taken)}.")

    def take_on_this(self, request: HttpRequest, row: Problem) -> None:
        """Look after it oneself."""
        self._assign(row, request)
        messages.success(request, "You look after it.")

    def assign(self, request: HttpRequest, row: Problem, form: AssignForm) -> None:
        """Have somebody look after it, or nobody."""
        attending.assign(row, form.cleaned_data["assignee"])
        messages.success(request, f"Looked after by {form.cleaned_data['assignee'] or 'nobody'}.")

    def comment(self, request: HttpRequest, row: Problem, form: CommentForm) -> None:
        """Write something beside it."""
        attending.comment(row, user_of(request), form.cleaned_data["text"])
        messages.success(request, "Comment stored.")

    def close(self, request: HttpRequest, row: Problem, form: ReasonForm) -> None:
        """Close what stops nobody any more."""
        attending.close(row, user_of(request), form.cleaned_data["reason"])
        messages.success(request, "Closed.")

    def release(self, request: HttpRequest, row: Problem) -> None:
        """Let all of its records pass."""
        count = remedies.release(row, user_of(request))
        messages.success(request, f"Released. Records that go on: {count}.")

    def refuse(self, request: HttpRequest, row: Problem) -> None:
        """Let none of its records pass."""
        count = remedies.refuse(row, user_of(request))
        messages.success(request, f"Refused. Records that stay as they are: {count}.")

    @admin.display(description="Class", ordering="reason_class")
    def kind(self, row: Problem) -> str:
        return row.reason_class

    @admin.display(description="Records", ordering="stopped_count")
    def record_count(self, row: Problem) -> int:
        return int(getattr(row, "stopped_count", 0))

    @admin.display(description="Ended")
    def ended(self, row: Problem) -> str:
        if row.closed_at is None:
            return texts.EMPTY
        by = f" ({row.closed_by})" if row.closed_by is not None else ""
        told = f"{row.closed_at:%Y-%m-%d %H:%M} UTC, {row.get_ending_display()}{by}"
        return printable(f"{told}: {row.ending_reason}" if row.ending_reason else told)

    @admin.display(description="Records")
    def stopped(self, row: Problem) -> str:
        shown = list(attending.records_about(row)[:SHOWN_COUNT])
        if not shown:
            return texts.EMPTY
        links = [
            (texts.row_url(record), _name(record), record.get_state_display()) for record in shown
        ]
        lines = format_html_join("", '<div><a href="{}">{}</a>: {}</div>', links)
        if len(shown) < SHOWN_COUNT:
            return lines
        rest = texts.link_to_list("integrations_record", "All of them", problems__id__exact=row.pk)
        return format_html("{}<div>{}</div>", lines, rest)

    @staticmethod
    def _assign(problem: Problem, request: HttpRequest) -> None:
        attending.assign(problem, user_of(request))


def _name(record: Record) -> str:
    return HIDDEN if lies_ahead(record) else printable(record.title) or record.source_id
