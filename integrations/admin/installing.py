"""Integrations: what was installed between which connections, and its switches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from integrations import (
    deciding,
    mapping_completeness,
    registry,
    resuming,
    schedule,
    switching,
    wake,
)
from integrations.admin import texts
from integrations.admin.declared import option_field_of
from integrations.admin.pages import TOLD_LATER, Fieldsets
from integrations.admin.pressing import ButtonAdmin, Press, user_of
from integrations.flow import Flow
from integrations.models import Integration, Mapping, Record
from integrations.webhooks import standing

PREFIX = "option_"


class IntegrationForm(forms.ModelForm[Integration]):
    """What a person fills in; subclassed by ``drawn_for`` with the flow's options."""

    flow_options: ClassVar[tuple[str, ...]] = ()

    class Meta:
        model = Integration
        fields = ("tenant", "flow", "title", "source", "target", "poll_minutes")

    def clean(self) -> None:
        super().clean()
        if self.flow_options:
            chosen = {
                name: self.cleaned_data.get(f"{PREFIX}{name}", "") for name in self.flow_options
            }
            self.instance.options = {name: text for name, text in chosen.items() if text}


def drawn_for(integration: Integration, flow: Flow) -> type[IntegrationForm]:
    """The form of this integration, with its flow's options."""
    members: dict[str, object] = {
        f"{PREFIX}{option.name}": option_field_of(option, integration.options.get(option.name))
        for option in flow.choices
    }
    members["flow_options"] = tuple(option.name for option in flow.choices)
    return type("IntegrationForm", (IntegrationForm,), members)


@admin.register(Integration)
class IntegrationAdmin(ButtonAdmin[Integration]):
    """An installed flow; its ends stay as they are, since records hang on them."""

    list_display = ("title", "tenant", "flow", "status", "why", "source", "target")
    list_filter = ("status", "flow")
    list_select_related = ("tenant", "source", "target")
    search_fields = ("title", "tenant__name")
    readonly_fields = ("status", "why", "webhooks", "mapped", "records", "trail")
    autocomplete_fields = ("tenant", "source", "target")
    presses = (
        Press("read_vocabularies", "Read vocabularies"),
        Press("draw_up_review", "Match review"),
        Press(
            "confirm_review",
            "Confirm match review",
            warning="Pairs with our reference or the same e-mail are linked, records that stand "
            "only at the source are created, records only at the target are left alone. Whatever "
            "is not decided then is held when its turn comes.",
        ),
        Press("keep_plan", "Preview"),
        Press("poll_now", "Sync now"),
        Press("pause", "Pause"),
        Press("switch_on", "Switch on"),
    )
    why = texts.shown("status_reason", "Reason")

    def get_form(
        self,
        request: HttpRequest,
        obj: Integration | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm[Integration]]:
        form = IntegrationForm if obj is None else drawn_for(obj, registry.flow(obj.flow))
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def get_fieldsets(self, request: HttpRequest, obj: Integration | None = None) -> Fieldsets:
        ends = ("tenant", "flow", "title", "source", "target")
        if obj is None:
            return ((None, {"fields": ends}),)
        options = tuple(f"{PREFIX}{one.name}" for one in registry.flow(obj.flow).choices)
        state = ("status", "why", "webhooks", "mapped", "records", "trail")
        return (
            (None, {"fields": ends}),
            ("Options", {"fields": options}),
            ("Schedule", {"fields": ("poll_minutes",)}),
            ("State", {"fields": state}),
        )

    def get_readonly_fields(
        self, request: HttpRequest, obj: Integration | None = None
    ) -> tuple[str, ...]:
        fixed = () if obj is None else ("tenant", "flow", "source", "target")
        return (*fixed, *self.readonly_fields)

    def save_model(
        self,
        request: HttpRequest,
        obj: Integration,
        form: forms.ModelForm[Integration],
        change: bool,
    ) -> None:
        """Options decide about every record: whoever stands otherwise by them goes on by itself."""
        super().save_model(request, obj, form, change)
        if change and "poll_minutes" in form.changed_data:
            schedule.keep(obj)
        if any(name.startswith(PREFIX) for name in form.changed_data):
            transaction.on_commit(lambda: resuming.reconsider(obj))

    def has_delete_permission(self, request: HttpRequest, obj: Integration | None = None) -> bool:
        return False

    def offered(self, request: HttpRequest, row: Integration) -> Sequence[str]:
        shown = ["read_vocabularies", "draw_up_review", "keep_plan"]
        if row.reviewed_at is None and row.matches.exists():
            shown.append("confirm_review")
        is_on = row.status == Integration.Status.ON
        return [*shown, *(("poll_now", "pause") if is_on else ("switch_on",))]

    def standing(self, row: Integration) -> dict[str, str]:
        return {"Status": row.get_status_display()}

    def read_vocabularies(self, request: HttpRequest, row: Integration) -> None:
        """Have a worker read the lists of both sides and suggest mappings."""
        if wake.vocabularies(row.pk):
            messages.success(request, "The lists of both sides are being read.")
        else:
            messages.error(request, "No worker could be told just now: try again in a moment.")

    def draw_up_review(self, request: HttpRequest, row: Integration) -> None:
        """Have a worker lay both sides side by side."""
        if wake.review(row.pk):
            messages.success(request, "Both sides are being laid side by side.")
        else:
            messages.error(request, "No worker could be told just now: try again in a moment.")

    def confirm_review(self, request: HttpRequest, row: Integration) -> None:
        """Decide what needs no closer look, and carry every decision out."""
        open_count = deciding.confirm_review(row, user_of(request))
        messages.success(request, f"Match review confirmed. Pairs left to a person: {open_count}.")

    def keep_plan(self, request: HttpRequest, row: Integration) -> None:
        """Have a worker draw up what a sync would change."""
        if wake.keep_plan(row.pk, request.user.pk):
            messages.success(request, "A preview is being drawn up.")
        else:
            messages.error(request, "No worker could be told just now: try again in a moment.")

    def poll_now(self, request: HttpRequest, row: Integration) -> None:
        """Have a worker read the sources."""
        is_told = switching.poll_now(row)
        messages.success(request, "Sync asked for." + ("" if is_told else TOLD_LATER))

    def switch_on(self, request: HttpRequest, row: Integration) -> None:
        """Let it run by itself."""
        switching.switch_on(row)
        messages.success(request, f"{row} is switched on.")

    def pause(self, request: HttpRequest, row: Integration) -> None:
        """Let nothing new begin."""
        switching.pause(row)
        messages.success(request, f"{row} is paused.")

    @admin.display(description="Webhooks")
    def webhooks(self, row: Integration) -> str:
        return standing.told_how(row)

    @admin.display(description="Records")
    def records(self, row: Integration) -> str:
        states = Record.objects.filter(integration=row).order_by("state").values_list("state")
        links = [
            (_link("integrations_record", f"{Record.State(state).label}: {count}", row, state),)
            for state, count in states.annotate(Count("pk"))
        ]
        return format_html_join("", "<div>{}</div>", links) if links else texts.EMPTY

    @admin.display(description="Trail")
    def trail(self, row: Integration) -> str:
        return texts.link_to_list("audit_syncrun", "Runs", integration_id__exact=row.pk)

    @admin.display(description="Mappings")
    def mapped(self, row: Integration) -> SafeString | str:
        states = Mapping.objects.filter(integration=row).order_by("state").values_list("state")
        links = [
            (_link("integrations_mapping", f"{Mapping.State(state).label}: {count}", row, state),)
            for state, count in states.annotate(Count("pk"))
        ]
        file = reverse("admin:integrations_mapping_csv_of", args=[row.pk])
        lines = format_html_join("", "<div>{}</div>", [*_kinds_of(row), *links])
        return format_html('{}<div><a href="{}">As a CSV file</a></div>', lines, file)


def _kinds_of(row: Integration) -> Iterator[tuple[SafeString]]:
    """Of each kind, how many values have a counterpart; what has none is linked to."""
    for one in mapping_completeness.completeness(row):
        chosen: dict[str, str | int] = {
            "integration__id__exact": row.pk,
            "kind__exact": one.kind.kind,
        }
        if not one.is_complete:
            chosen["counterpart"] = "missing"
        yield (texts.link_to_list("integrations_mapping", str(one), **chosen),)


def _link(model: str, text: str, row: Integration, state: str) -> str:
    return texts.link_to_list(model, text, integration__id__exact=row.pk, state__exact=state)
