"""Runs: what each came to, and how far one is that still runs."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from audit.models import SyncRun
from config import clock
from integrations.admin import texts
from integrations.admin.pages import BigTableAdmin
from integrations.admin.working import LegFilter
from integrations.models import Record

WHOLE = (SyncRun.Trigger.SCHEDULE, SyncRun.Trigger.MANUAL, SyncRun.Trigger.BACKFILL)
"""Triggers whose runs read a leg from one end to the other."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    seen_count: int
    settled_count: int
    due_count: int
    """Records of the leg that are due and nobody has settled yet, whoever works them."""
    before_count: int
    """How many the last run of the kind saw that ended well; 0: there was none."""

    @property
    def in_hand_count(self) -> int:
        """Seen, and not settled yet."""
        return max(0, self.seen_count - self.settled_count)

    @property
    def percent(self) -> int | None:
        """Of what is expected; None where nothing can be expected. Never whole before the end."""
        expected = max(self.before_count, self.seen_count)
        if not self.before_count or not expected:
            return None
        return min(99, 100 * self.settled_count // expected)


def progress_of(run: SyncRun) -> Progress:
    """How far the run is now."""
    due = Record.objects.filter(
        integration=run.integration_id, leg=run.leg, due_at__lte=clock.now()
    )
    alike = SyncRun.objects.filter(
        integration_id=run.integration_id,
        leg=run.leg,
        trigger=run.trigger,
        state=SyncRun.State.DONE,
        started_at__lt=run.started_at,
    )
    before = alike.order_by("-started_at").values_list("seen_count", flat=True).first()
    is_whole = run.trigger in WHOLE
    return Progress(run.seen_count, _settled(run), due.count(), (before or 0) if is_whole else 0)


def _settled(run: SyncRun) -> int:
    return sum(int(count) for count in run.counts.values())


@admin.register(SyncRun)
class SyncRunAdmin(BigTableAdmin[SyncRun]):
    """One execution of one leg; its page and its list follow it while it runs."""

    change_form_template = "admin/integrations/run.html"
    change_list_template = "admin/integrations/run_list.html"
    list_display = (
        "integration_title",
        "leg",
        "trigger",
        "state",
        "started_at",
        "ended_at",
        "seen_count",
        "outcomes",
    )
    list_filter = ("state", "trigger", LegFilter)
    search_fields = ("key__exact", "integration_title__istartswith")
    fields = (
        "key",
        "tenant_name",
        "integration_title",
        "flow",
        "leg",
        "trigger",
        "state",
        "why",
        "progress",
        "started_at",
        "alive_at",
        "ended_at",
        "seen_count",
        "outcomes",
        "entries",
    )
    readonly_fields = ("why", "progress", "outcomes", "entries")
    why = texts.shown("state_reason", "Reason")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        answer = super().changelist_view(request, extra_context)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            shown = answer.context_data
            shown["is_live"] = "cl" in shown and any(map(_is_running, shown["cl"].result_list))
        return answer

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, object],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: SyncRun | None = None,
    ) -> HttpResponse:
        context["is_live"] = obj is not None and _is_running(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description="Progress")
    def progress(self, run: SyncRun) -> SafeString | str:
        if not _is_running(run):
            return "It has ended: nothing here changes any more."
        now = progress_of(run)
        told = f"{now.settled_count} settled, {now.in_hand_count} in hand. Due: {now.due_count}."
        if now.percent is None:
            return f"{told} How many there are is known once all are read."
        bar = format_html(
            '<progress class="ours-progress" max="100" value="{0}" aria-label="Settled">{0} %'
            "</progress>",
            now.percent,
        )
        return format_html(
            "<div>{}</div><div>{} The last such run saw {}.</div>", bar, told, now.before_count
        )

    @admin.display(description="Outcomes")
    def outcomes(self, run: SyncRun) -> str:
        told = [f"{outcome} {count}" for outcome, count in sorted(run.counts.items())]
        if _is_running(run) and (in_hand := run.seen_count - _settled(run)) > 0:
            told.append(f"in hand {in_hand}")
        return ", ".join(told)

    @admin.display(description="Entries")
    def entries(self, run: SyncRun) -> str:
        return texts.link_to_list("audit_entry", "What it changed", run__id__exact=run.pk)


def _is_running(run: SyncRun) -> bool:
    return run.ended_at is None
