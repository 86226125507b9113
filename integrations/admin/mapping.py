"""What a tenant's values mean at the target: the table of mappings, the terms to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from connectors.redaction import printable
from integrations import (
    confirming,
    mapping,
    mapping_completeness,
    mapping_needs,
    mapping_targets,
    registry,
    wake,
)
from integrations.admin import texts
from integrations.admin.declared import DeclaredText, SuggestingInput
from integrations.admin.mapping_pages import MappingFileAdmin
from integrations.admin.pages import BigTableAdmin, Fieldsets
from integrations.admin.pressing import Press, person, question
from integrations.flow import MappingKind
from integrations.mapping import MappingError
from integrations.mapping_completeness import Standing
from integrations.models import Mapping, Term

PREFIX = "part_"
WAITS = "records_wait"
NOT_CARRIED = (
    "The value is not carried to the target; what a record without it comes to is up to the flow. "
    "Choosing a target takes that back."
)
MASK = (
    f"It may be empty, or a mask: with {mapping_targets.OPEN_PLACE} in the places that are filled "
    "in from elsewhere."
)
FILLS = "Where a mask is in use: what fills its open places."


class WaitFilter(admin.SimpleListFilter):
    """What nobody has decided on and records wait for: the first to look at."""

    title = "records"
    parameter_name = "records"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Mapping]
    ) -> Sequence[tuple[str, str]]:
        return ((WAITS, "Records wait for it"),)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        if self.value() != WAITS:
            return queryset
        own = Mapping.objects.filter(pk__in=queryset.values("pk"))
        return queryset.filter(pk__in=mapping_needs.awaited(own).values("pk"))


class CounterpartFilter(admin.SimpleListFilter):
    """What becomes of a value that has no counterpart of its own."""

    title = "counterpart"
    parameter_name = "counterpart"
    standings: ClassVar = {
        "missing": Standing.UNMAPPED,
        "default": Standing.BY_DEFAULT,
        "optional": Standing.OPTIONAL,
    }

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Mapping]
    ) -> Sequence[tuple[str, str]]:
        return tuple((name, str(one).capitalize()) for name, one in self.standings.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        standing = self.standings.get(self.value() or "")
        if standing is None:
            return queryset
        own = Mapping.objects.filter(pk__in=queryset.values("pk"))
        found = mapping_completeness.standing_in(own, standing)
        return queryset.filter(pk__in=found.values("pk"))


class MappingForm(forms.ModelForm[Mapping]):
    """Chooses the target of one row; subclassed by ``drawn_for`` with the parts of its kind."""

    parts: ClassVar[tuple[str, ...]] = ()
    by: ClassVar[AbstractBaseUser]
    due_count = 0

    class Meta:
        model = Mapping
        fields: tuple[str, ...] = ()

    def clean(self) -> None:
        """Confirm: one conditional update that refuses by itself what may not be stored."""
        super().clean()
        if self.errors:
            return
        cleaned = self.cleaned_data
        target = {part: cleaned[f"{PREFIX}{part}"] for part in self.parts}
        try:
            self.due_count = mapping.confirm(
                self.instance, target, self.by, cleaned["seen_version"]
            )
        except MappingError as error:
            for part, sentence in error.fields or ((self.parts[0], error.summary),):
                self.add_error(f"{PREFIX}{part}", printable(sentence))


def drawn_for(row: Mapping, kind: MappingKind, by: AbstractBaseUser) -> type[MappingForm]:
    """The form of this row, with the terms that each of its parts may be chosen from."""
    members: dict[str, object] = {
        f"{PREFIX}{part}": _part_field(
            part, row, kind, mapping_targets.target_terms(row.integration, part)
        )
        for part in kind.parts
    }
    members["seen_version"] = forms.IntegerField(widget=forms.HiddenInput, initial=row.version)
    return type("MappingForm", (MappingForm,), {**members, "parts": kind.parts, "by": by})


def _part_field(part: str, row: Mapping, kind: MappingKind, terms: list[Term]) -> forms.Field:
    label, stored = part.replace("_", " ").capitalize(), row.target.get(part, "")
    is_required = part not in kind.optional_parts
    offered = [(term.key, printable(str(term))) for term in terms]
    if offered and part == kind.kind:
        return forms.ChoiceField(
            label=label,
            choices=[("", "Choose …"), *offered],
            initial=stored,
            required=is_required,
        )
    # Of another kind's vocabulary less than a whole value may be meant: it is typed.
    widget = SuggestingInput(offered) if offered else None
    return DeclaredText(
        None,
        label=label,
        initial=stored,
        required=is_required,
        widget=widget,
        help_text=_help(kind, part),
    )


def _help(kind: MappingKind, part: str) -> str:
    if mapping_targets.may_be_mask(kind, part):
        return MASK
    return FILLS if mapping_targets.may_fill(kind, part) else ""


@admin.register(Mapping)
class MappingAdmin(MappingFileAdmin):
    """Rows open themselves when a source value is seen; people decide on them."""

    list_display = (
        "source_value",
        "kind",
        "target_value",
        "state",
        "waiting",
        "why",
        "integration",
    )
    list_filter = (WaitFilter, CounterpartFilter, "state", "kind", "integration")
    list_select_related = ("integration",)
    # What nobody has decided on comes first: unmapped, then suggested.
    ordering = ("-state", "integration", "kind", "source_key")
    search_fields = ("source_key", "integration__title")
    readonly_fields = (
        "integration",
        "kind",
        "source_value",
        "state",
        "waiting",
        "why",
        "confirmed_by",
        "confirmed_at",
    )
    actions = ("confirm_suggested", "ignore")
    presses = (
        Press(
            "ignore_this",
            "Do not carry",
            warning=NOT_CARRIED,
        ),
    )
    why = texts.shown("ground", "Ground")

    def get_form(
        self,
        request: HttpRequest,
        obj: Mapping | None = None,
        change: bool = False,
        **kwargs: object,
    ) -> type[forms.ModelForm[Mapping]]:
        form: type[forms.ModelForm[Mapping]] = MappingForm
        if obj is not None:
            form = drawn_for(obj, _kind(obj), person(request))
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def get_fieldsets(self, request: HttpRequest, obj: Mapping | None = None) -> Fieldsets:
        source = ("integration", "kind", "source_value")
        decided = ("state", "waiting", "why", "confirmed_by", "confirmed_at")
        if obj is None:
            return ((None, {"fields": (*source, *decided)}),)
        parts = (f"{PREFIX}{part}" for part in _kind(obj).parts)
        return ((None, {"fields": (*source, *parts, *decided, "seen_version")}),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mapping | None = None) -> bool:
        return False

    def action_details(self, row: Mapping) -> dict[str, object]:
        """The decision itself; the form has stored it without the row's knowing."""
        row.refresh_from_db()
        return {
            "kind": row.kind,
            "source_key": list(mapping.key_parts(row.source_key)),
            "target": row.target,
            "version": row.version,
        }

    def save_model(
        self, request: HttpRequest, obj: Mapping, form: forms.ModelForm[Mapping], change: bool
    ) -> None:
        """The form has stored it already; tell who goes on by it."""
        target_id = obj.integration.target_id
        transaction.on_commit(lambda: _wake(target_id))
        if isinstance(form, MappingForm):
            messages.success(request, f"Records that go on by it: {form.due_count}.")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The page, and how many records wait for each of its rows: one query more."""
        listing = super().get_changelist_instance(request)
        listing.result_list = list(listing.result_list)
        counts = mapping_needs.waiting_counts(listing.result_list)
        for row in listing.result_list:
            row.waiting_count = counts[row.pk]
        return listing

    @admin.action(description="Confirm suggested", permissions=("change",))
    def confirm_suggested(
        self, request: HttpRequest, queryset: QuerySet[Mapping]
    ) -> HttpResponse | None:
        suggested = queryset.filter(state=Mapping.State.SUGGESTED)
        lines = [self._suggestion(row) for row in suggested]
        if not lines:
            messages.warning(request, "Nothing is suggested for any of these.")
            return None
        warning = (
            "From now on these values are written at the target, and the records that wait for "
            "them go on by themselves. Rows without a suggestion are left as they are."
        )
        asked = question(self, request, suggested, "confirm_suggested", warning, lines)
        if asked is None:
            self._tell(
                "Confirmed", request, confirming.confirm_suggested(queryset, person(request))
            )
        return asked

    @admin.action(description="Do not carry", permissions=("change",))
    def ignore(self, request: HttpRequest, queryset: QuerySet[Mapping]) -> HttpResponse | None:
        lines = [f"{row.kind}: {self.source_value(row)}" for row in queryset]
        asked = question(self, request, queryset, "ignore", NOT_CARRIED, lines)
        if asked is None:
            self._tell("Not carried", request, confirming.ignore(queryset, person(request)))
        return asked

    @staticmethod
    def _tell(what: str, request: HttpRequest, decided: confirming.Confirmed) -> None:
        text = f"{what}: {decided.count}. Records that go on by it: {decided.due_count}."
        messages.success(request, text)
        for refusal in decided.refusals:
            messages.error(request, printable(refusal))

    def _suggestion(self, row: Mapping) -> str:
        return f"{row.kind}: {self.source_value(row)} → {self.target_value(row)}. {row.ground}"

    def offered(self, request: HttpRequest, row: Mapping) -> Sequence[str]:
        return [] if row.state == Mapping.State.IGNORED else ["ignore_this"]

    def standing(self, row: Mapping) -> dict[str, str]:
        return {"State": row.get_state_display(), "Target value": self.target_value(row)}

    def ignore_this(self, request: HttpRequest, row: Mapping) -> None:
        """Say that the value is not carried."""
        due_count = mapping.ignore(row, person(request))
        _wake(row.integration.target_id)
        told = f"It is not carried any more. Records that go on by it: {due_count}."
        messages.success(request, told)

    @admin.display(description="Source value", ordering="source_key")
    def source_value(self, row: Mapping) -> str:
        return printable(" / ".join(mapping.key_parts(row.source_key)))

    @admin.display(description="Records waiting")
    def waiting(self, row: Mapping) -> int:
        counted = getattr(row, "waiting_count", None)
        return mapping_needs.waiting_counts([row])[row.pk] if counted is None else int(counted)

    @admin.display(description="Target value")
    def target_value(self, row: Mapping) -> str:
        kinds = {one.kind: one for one in registry.flow(row.integration.flow).mapping_kinds}
        if row.kind in kinds:
            return printable(mapping_targets.shown(kinds[row.kind], row.target)) or texts.EMPTY
        return printable(mapping_targets.SEPARATOR.join(row.target.values())) or texts.EMPTY


@admin.register(Term)
class TermAdmin(BigTableAdmin[Term]):
    """The vendors' lists, as last read."""

    list_display = ("name", "term_key", "kind", "connection", "is_active", "seen_at")
    list_filter = ("is_active", "connection")
    list_select_related = ("connection",)
    search_fields = ("key", "title", "connection__title")
    fields = ("connection", "kind", "term_key", "name", "above", "is_active", "seen_at")
    readonly_fields = ("term_key", "name", "above")
    term_key = texts.shown("key", "Key")
    name = texts.shown("title", "Title")
    above = texts.shown("parent", "Parent")


def _kind(row: Mapping) -> MappingKind:
    return registry.flow(row.integration.flow).mapping_kind(row.kind)


def _wake(connection_id: int) -> None:
    wake.drain(connection_id)
