"""The match review: pairs side by side, decided one by one or many at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from connectors.redaction import printable
from integrations import deciding
from integrations.admin import texts
from integrations.admin.pages import ReadOnlyAdmin
from integrations.admin.pressing import question, user_of
from integrations.admin.working import LegFilter
from integrations.models import Match

Decision = Match.Decision
REFUSALS_SHOWN_COUNT = 10
WARNINGS: Mapping[Match.Decision, str] = {
    Decision.LINK: "Both sides of each pair are one and the same: from now on the record at the "
    "target follows the one at the source, and what differs there is overwritten.",
    Decision.LEAVE: "They are two: they are not tied to each other, and the record at the target "
    "is left alone.",
    Decision.CREATE: "The record at the source is another one than its namesake: once the review "
    "is confirmed, a new record is created at the target. That cannot be taken back from here.",
    Decision.NEVER: "The record at the source is not carried; what stands at the target stays.",
}
"""What each decision comes to, said before it is made."""


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin[Match]):
    """A source record beside the target record that it may be."""

    list_display = (
        "source",
        "target",
        "ground",
        "decision",
        "decided_by",
        "leg",
        "integration",
    )
    list_filter = ("decision", "ground", LegFilter, "integration")
    list_select_related = ("integration", "decided_by")
    list_per_page = 100
    search_fields = ("source_title", "target_title", "source_id__exact", "target_id__exact")
    fields = (
        "integration",
        "leg",
        "source",
        "target",
        "ground",
        "decision",
        "decided_by",
        "decided_at",
        "drawn_up_at",
    )
    readonly_fields = ("source", "target")
    actions = ("link", "not_the_same", "create_as_new", "never")

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Whoever may change matches and has a role for it somewhere."""
        return request.user.has_perm("integrations.change_match") and self.may_change(request)

    @admin.action(description="The same: link", permissions=("decide",))
    def link(self, request: HttpRequest, queryset: QuerySet[Match]) -> HttpResponse | None:
        return self._decide(request, queryset, "link", Decision.LINK)

    @admin.action(description="Not the same: leave alone", permissions=("decide",))
    def not_the_same(self, request: HttpRequest, queryset: QuerySet[Match]) -> HttpResponse | None:
        return self._decide(request, queryset, "not_the_same", Decision.LEAVE)

    @admin.action(description="Somebody else: create as new", permissions=("decide",))
    def create_as_new(self, request: HttpRequest, queryset: QuerySet[Match]) -> HttpResponse | None:
        return self._decide(request, queryset, "create_as_new", Decision.CREATE)

    @admin.action(description="Never carry", permissions=("decide",))
    def never(self, request: HttpRequest, queryset: QuerySet[Match]) -> HttpResponse | None:
        return self._decide(request, queryset, "never", Decision.NEVER)

    @admin.display(description="At the source", ordering="source_title")
    def source(self, row: Match) -> str:
        return _side(row.source_title, row.source_id)

    @admin.display(description="At the target", ordering="target_title")
    def target(self, row: Match) -> str:
        return _side(row.target_title, row.target_id)

    def _decide(
        self,
        request: HttpRequest,
        queryset: QuerySet[Match],
        action: str,
        decision: Match.Decision,
    ) -> HttpResponse | None:
        rows = queryset.select_related("integration")
        lines = [f"{self.source(row)} / {self.target(row)}" for row in rows]
        asked = question(self, request, queryset, action, WARNINGS[decision], lines)
        if asked is not None:
            return asked
        decided = deciding.decide(list(rows), decision, user_of(request))
        messages.success(request, f"Pairs decided: {decided.count}.")
        for refusal in decided.refusals[:REFUSALS_SHOWN_COUNT]:
            messages.error(request, printable(refusal))
        if (more := len(decided.refusals) - REFUSALS_SHOWN_COUNT) > 0:
            messages.error(request, f"And {more} more.")
        return None


def _side(title: str, row_id: str) -> str:
    if not row_id:
        return texts.EMPTY
    if f"({row_id})" in title or title == row_id:
        return printable(title)
    return printable(f"{title} ({row_id})" if title else row_id)
