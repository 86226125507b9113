"""Previews that are kept: what each line would change, and who lets it be posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from audit.outcomes import Outcome
from audit.sealed_text import Ciphertext
from config import clock
from connectors.redaction import printable
from integrations import wake
from integrations.admin import texts
from integrations.admin.pages import ReadOnlyAdmin
from integrations.admin.pressing import ButtonAdmin, Press, PressForm, user_of
from integrations.admin.privacy import HIDDEN, sees_future, sees_pay, tells_of_people
from integrations.engine import plans, sheets
from integrations.models import Membership, Plan

LINES_PER_PAGE = 100
QUIET = (Outcome.UNCHANGED, Outcome.FILTERED, Outcome.IGNORED)
"""Lines that change nothing and ask nothing of anybody: counted, and shown where asked for."""


class RefusalForm(PressForm):
    """Why the preview is not to be posted."""

    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


@admin.register(Plan)
class PlanAdmin(ButtonAdmin[Plan], ReadOnlyAdmin[Plan]):
    """A preview: never changed, used once, posted exactly as it was approved."""

    change_form_template = "admin/integrations/plan.html"
    list_display = ("integration", "leg", "drawn_up_at", "stands", "changes", "asked_by")
    list_filter = ("state", "integration")
    list_select_related = ("integration", "asked_by")
    fields = (
        "integration",
        "leg",
        "stands",
        "changes",
        "asked_by",
        "drawn_up_at",
        "drawn_up_on",
        "expires_at",
        "approval",
        "refused",
        "already_there",
        "what_changed",
        "digest",
        "mapping_digest",
        "run",
    )
    readonly_fields = (
        "stands",
        "changes",
        "approval",
        "refused",
        "already_there",
        "what_changed",
        "run",
    )
    presses = (
        Press(
            "approve",
            "Approve and post",
            roles=Membership.APPROVING,
            warning="Every line is written at the target just as it is shown. If anything has "
            "changed by then, nothing is written and the preview says what has changed.",
        ),
        Press("post", "Post", roles=Membership.APPROVING),
        Press("refuse", "Refuse …", roles=Membership.APPROVING, asks=RefusalForm),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        rows = super().get_queryset(request)
        # A list of previews opens none of them: one may have thousands of lines.
        is_list = request.resolver_match is not None and (
            request.resolver_match.url_name == "integrations_plan_changelist"
        )
        return rows.defer("lines", "private") if is_list else rows

    def offered(self, request: HttpRequest, row: Plan) -> Sequence[str]:
        if is_expired(row):
            return []
        if row.state == Plan.State.DRAWN_UP:
            return ["approve", "refuse"]
        return ["post", "refuse"] if row.state == Plan.State.APPROVED else []

    def standing(self, row: Plan) -> dict[str, str]:
        return {"State": self.stands(row)}

    def approve(self, request: HttpRequest, row: Plan) -> None:
        """Approve it and have it posted."""
        plans.approve(row, user_of(request))
        is_told = wake.post_plan(row.pk)
        told = "Approved; it is being posted." if is_told else NOT_TOLD
        messages.success(request, told)

    def post(self, request: HttpRequest, row: Plan) -> None:
        """Have it posted that was approved before."""
        if not wake.post_plan(row.pk):
            raise plans.PlanError(NOT_TOLD)
        messages.success(request, "It is being posted.")

    def refuse(self, request: HttpRequest, row: Plan, form: RefusalForm) -> None:
        """Say that it is not to be posted."""
        plans.refuse(row, user_of(request), form.cleaned_data["reason"])
        messages.success(request, "Refused: nothing of it is written.")

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, object],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Plan | None = None,
    ) -> HttpResponse:
        if obj is not None:
            shows_all = request.GET.get("lines") == "all"
            context["lines"] = _page(request, obj, shows_all=shows_all)
            context["quiet_count"] = sum(int(obj.counts.get(one, 0)) for one in QUIET)
            context["shows_all"] = shows_all
            context["is_unreadable"] = sees_pay(request) and isinstance(obj.private, Ciphertext)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description="State", ordering="state")
    def stands(self, row: Plan) -> str:
        if is_expired(row):
            return "expired: draw up a new one"
        return row.get_state_display()

    @admin.display(description="What it would do")
    def changes(self, row: Plan) -> str:
        return ", ".join(f"{outcome} {count}" for outcome, count in sorted(row.counts.items()))

    @admin.display(description="Approved")
    def approval(self, row: Plan) -> str:
        if row.approved_at is None:
            return texts.EMPTY
        return f"{row.approved_at:%Y-%m-%d %H:%M} UTC by {row.approved_by or 'somebody'}"

    @admin.display(description="Refused")
    def refused(self, row: Plan) -> str:
        if row.state != Plan.State.REFUSED:
            return texts.EMPTY
        return printable(f"by {row.refused_by or 'somebody'}: {row.refusal}")

    @admin.display(description="What stands there already")
    def already_there(self, row: Plan) -> str:
        return texts.lines(row.checks) if row.checks else texts.EMPTY

    @admin.display(description="What has changed since")
    def what_changed(self, row: Plan) -> str:
        return texts.lines(row.stopped_by) if row.stopped_by else texts.EMPTY

    @admin.display(description="Run")
    def run(self, row: Plan) -> str:
        if row.run_key is None:
            return texts.EMPTY
        return texts.link_to_list("audit_syncrun", "What was written", key=str(row.run_key))


NOT_TOLD = "Approved, but no worker could be told just now: press Post in a moment."


def is_expired(plan: Plan) -> bool:
    """Whether it waited too long for somebody; what is posted or refused does not expire."""
    waits = plan.state in (Plan.State.DRAWN_UP, Plan.State.APPROVED)
    return plan.state == Plan.State.EXPIRED or (waits and plan.expires_at <= clock.now())


def _page(request: HttpRequest, plan: Plan, *, shows_all: bool) -> Page[Mapping[str, object]]:
    """The lines of one page, as this person may see them."""
    amounts = sheets.amounts_of(plan.private) if sees_pay(request) else {}
    lines = [line for line in plan.lines if shows_all or line["outcome"] not in QUIET]
    # What would be written comes first: that is what an approval lets pass.
    lines.sort(key=lambda line: (not line["steps"], line["outcome"] in QUIET))
    page = Paginator(lines, LINES_PER_PAGE).get_page(request.GET.get("p"))
    may_see = sees_future(request) or not tells_of_people(plan.integration.flow, plan.leg)
    page.object_list = [
        _shown(line, amounts.get(line["source_id"], ()), may_see=may_see)
        for line in page.object_list
    ]
    return page


def _shown(
    line: Mapping[str, object], amounts: Sequence[sheets.Amounts], *, may_see: bool
) -> Mapping[str, object]:
    """One line in print; pay and health were masked before it was stored."""
    if line["outcome"] == Outcome.WAITING and not may_see:
        return {**line, "title": HIDDEN, "reasons": (), "differences": (), "sheets": ()}
    stored = line.get("sheets", ())
    if not isinstance(stored, list):
        return line
    shown = {**line, "differences": sheets.beside_sheets(line["differences"])}
    if amounts:
        filled = zip(stored, amounts, strict=True)
        shown["sheets"] = [sheets.with_amounts(one, own) for one, own in filled]
    return shown
