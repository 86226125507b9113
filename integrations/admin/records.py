"""Records: where each stands and why, in words, and the buttons that mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse

from audit.models import Entry
from connectors.redaction import printable
from integrations import explain, remedies, resuming, unreleased, wake
from integrations.admin import documents, texts
from integrations.admin.pages import TOLD_LATER, BigTableAdmin
from integrations.admin.pressing import ButtonAdmin, Press, PressForm, question, user_of
from integrations.admin.privacy import HIDDEN, VeiledAdmin, lies_ahead, sees_pay, veiled
from integrations.admin.working import LegFilter, WriteInline
from integrations.models import Document, Drift, Record

AS_BY_ITSELF = "-"
"""Chosen where the integration shall do again what it does by itself."""
CREATES = (
    "It is another one than the namesake at the target: a new record is created there. That cannot "
    "be taken back from here."
)


class LinkForm(PressForm):
    """Which record at the target it is."""

    target_id = forms.CharField(
        label="Id at the target", max_length=200, help_text="As the target itself names the record."
    )


class WishForm(PressForm):
    """What shall become of the record's documents; each choice says what it does."""

    wish = forms.ChoiceField(label="What shall become of them", widget=forms.RadioSelect)

    def __init__(self, row: Record, by: AbstractBaseUser, typed: object = None) -> None:
        super().__init__(row, by, typed)
        choices = [
            (one.name, f"{one.title}: {one.warning}")
            for one in remedies.wishes_of(row)
            if one.name != row.wish
        ]
        if row.wish:
            choices.append((AS_BY_ITSELF, "As the integration would do by itself."))
        field = self.fields["wish"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices


class AcceptForm(PressForm):
    """Which differences may stay, and why."""

    differences = forms.MultipleChoiceField(
        label="What may stay as it is there", widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label="Reason", max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, row: Record, by: AbstractBaseUser, typed: object = None) -> None:
        super().__init__(row, by, typed)
        field = self.fields["differences"]
        drifts = row.drifts.filter(accepted_at__isnull=True)
        choices = [(one.digest, _difference(one)) for one in drifts]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = choices
        field.initial = [digest for digest, _ in choices]

    def told(self) -> dict[str, object]:
        """The fields by name; of their values the trail has the entries."""
        chosen = self.cleaned_data["differences"]
        fields = self.row_drifts(chosen)
        return {"fields": fields, "reason": self.cleaned_data["reason"]}

    def row_drifts(self, digests: Sequence[str]) -> list[str]:
        """The names of the fields with these differences."""
        rows = Drift.objects.filter(record=self.row.pk, digest__in=digests)
        return list(rows.values_list("field", flat=True))


@admin.register(Record)
class RecordAdmin(VeiledAdmin[Record], ButtonAdmin[Record], BigTableAdmin[Record]):
    """Where one source record stands; only its work changes it."""

    list_display = ("name", "leg", "source", "stands", "reason", "target", "due_at")
    list_filter = ("state", LegFilter, "integration")
    list_select_related = ("integration",)
    search_fields = ("source_id__exact", "target_id__exact", "title__icontains")
    fields = (
        "name",
        "integration",
        "leg",
        "source",
        "target",
        "stands",
        "papers",
        "wish_in_words",
        "why",
        "differing",
        "stopped_by",
        "waits_until",
        "due_at",
        "tries",
        "read_at",
        "version",
        "story",
        "explanation",
    )
    readonly_fields = (
        "name",
        "source",
        "target",
        "stands",
        "papers",
        "papers_in_full",
        "wish_in_words",
        "why",
        "differing",
        "stopped_by",
        "version",
        "story",
        "explanation",
    )
    inlines = (WriteInline,)
    actions = ("retry", "create_these_as_new", "never_these", "carry_these_after_all")
    presses = (
        Press("link", "Link to …", asks=LinkForm),
        Press(
            "create_as_new",
            "Create as new",
            warning=CREATES,
        ),
        Press(
            "send_again",
            "It is not there: send again",
            warning="Look at the target first. If what was sent does stand there after all, it "
            "will stand there twice.",
        ),
        Press("documents", "Documents …", asks=WishForm),
        Press("accept_difference", "Accept this difference …", asks=AcceptForm),
        Press(
            "unlink",
            "Unlink",
            warning="The tie to the target record is forgotten, nothing is changed there. Which "
            "record it means is looked for anew.",
        ),
        Press(
            "never",
            "Never carry",
            warning="The record is not carried any more; what was written stays as it is at the "
            "target. “Carry after all” takes that back.",
        ),
        Press("carry_after_all", "Carry after all"),
        Press("retry_this", "Retry"),
        Press(
            "replay",
            "Replay",
            warning="The record is read now, mapped as of now and compared with the target; what "
            "is missing or differs there is written, also what somebody changed there.",
        ),
    )
    source = texts.shown("source_id", "Source id")
    target = texts.shown("target_id", "Target id")
    version = texts.shown("source_version", "Source version")
    veils = ("name", "reason", "why", "waits_until", "due_at", "story")
    veiled_name = veiled("name", "Record")
    veiled_reason = veiled("reason", "Reason")
    veiled_why = veiled("why", "Reasons and what to do")
    veiled_waits_until = veiled("waits_until", "Waits until")
    veiled_due_at = veiled("due_at", "Due at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Record]:
        """With the documents that a record must not be called done without."""
        standing = unreleased.unreleased(Document.objects.all())
        rows = super().get_queryset(request)
        return rows.prefetch_related(Prefetch("documents", standing, to_attr="unreleased"))

    def get_fields(
        self, request: HttpRequest, obj: Record | None = None
    ) -> list[str | list[str] | tuple[str, ...] | tuple[()]]:
        names = super().get_fields(request, obj)
        left_out = set[object]()
        if obj is None or not obj.documents.exists():
            left_out.add("papers")
        if obj is None or not obj.wish:
            left_out.add("wish_in_words")
        in_full = {"papers": "papers_in_full"} if sees_pay(request) else {}
        return [in_full.get(str(name), str(name)) for name in names if name not in left_out]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may change records somewhere may ask for them again; nobody edits them."""
        has_right = request.user.has_perm("integrations.change_record")
        return has_right and self.may_change(request)

    def offered(self, request: HttpRequest, row: Record) -> Sequence[str]:
        shown = list(remedies.remedies_of(row))
        if row.state != Record.State.IGNORED:
            shown.append("retry_this")
            if _last_entry(row) is not None:
                shown.append("replay")
        return shown

    def standing(self, row: Record) -> dict[str, str]:
        codes = sorted({str(reason["code"]) for reason in row.reasons})
        return {
            "State": row.get_state_display(),
            "Target id": printable(row.target_id),
            "Reasons": ", ".join(codes),
            "Documents": ", ".join(
                f"{one.number} {one.get_status_display()}" for one in row.documents.order_by("pk")
            ),
            "Wanted": row.wish,
        }

    def link(self, request: HttpRequest, row: Record, form: LinkForm) -> None:
        """Say which target record it is."""
        self._refuse_unoffered(request, row, "link")
        remedies.link(row, form.cleaned_data["target_id"])
        messages.success(request, "Linked; it is brought up to date by itself.")

    def unlink(self, request: HttpRequest, row: Record) -> None:
        """Forget the target record."""
        self._refuse_unoffered(request, row, "unlink")
        remedies.unlink(row)
        messages.success(request, "Unlinked; which record it means is looked for anew.")

    def create_as_new(self, request: HttpRequest, row: Record) -> None:
        """Say that the namesake is somebody else."""
        self._refuse_unoffered(request, row, "create_as_new")
        remedies.create_as_new(row)
        messages.success(request, "It will be created as new.")

    def never(self, request: HttpRequest, row: Record) -> None:
        """Never carry it."""
        self._refuse_unoffered(request, row, "never")
        remedies.never(row)
        messages.success(request, "It is not carried any more.")

    def carry_after_all(self, request: HttpRequest, row: Record) -> None:
        """Take back that it is never carried."""
        remedies.carry_after_all(row)
        messages.success(request, "It is carried again.")

    def send_again(self, request: HttpRequest, row: Record) -> None:
        """Say that what was sent is not there."""
        self._refuse_unoffered(request, row, "send_again")
        remedies.send_again(row)
        messages.success(request, "It will be sent again.")

    def documents(self, request: HttpRequest, row: Record, form: WishForm) -> None:
        """Say what shall become of its documents."""
        chosen = form.cleaned_data["wish"]
        if chosen == AS_BY_ITSELF:
            remedies.drop_wish(row)
            messages.success(request, "The integration goes on as it would by itself.")
        else:
            remedies.wish(row, chosen, user_of(request))
            messages.success(request, "It is being done; the documents below say how far it is.")

    def accept_difference(self, request: HttpRequest, row: Record, form: AcceptForm) -> None:
        """Let what differs at the target stay."""
        typed = form.cleaned_data
        remedies.accept_difference(row, typed["differences"], user_of(request), typed["reason"])
        messages.success(request, "Accepted; it is quiet until a side changes.")

    def replay(self, request: HttpRequest, row: Record) -> None:
        """Have a worker run its last entry again."""
        entry = _last_entry(row)
        if entry is None:
            raise remedies.RemedyError("It has no entry yet that could be run again.")
        ask_for_replay(request, entry)

    def retry_this(self, request: HttpRequest, row: Record) -> None:
        """Ask for this record again."""
        self.retry(request, Record.objects.filter(pk=row.pk))

    @admin.action(description="Retry", permissions=("retry",))
    def retry(self, request: HttpRequest, queryset: QuerySet[Record]) -> None:
        due_count, is_told = resuming.retry(queryset)
        text = f"Records asked for again: {due_count}."
        messages.success(request, text if is_told else text + TOLD_LATER)

    @admin.action(description="Create as new", permissions=("retry",))
    def create_these_as_new(
        self, request: HttpRequest, queryset: QuerySet[Record]
    ) -> HttpResponse | None:
        asked = question(self, request, queryset, "create_these_as_new", CREATES)
        if asked is None:
            self._remedy_many(request, queryset, "create_as_new", remedies.create_as_new)
        return asked

    @admin.action(description="Never carry", permissions=("retry",))
    def never_these(self, request: HttpRequest, queryset: QuerySet[Record]) -> None:
        self._remedy_many(request, queryset, "never", remedies.never)

    @admin.action(description="Carry after all", permissions=("retry",))
    def carry_these_after_all(self, request: HttpRequest, queryset: QuerySet[Record]) -> None:
        self._remedy_many(request, queryset, "carry_after_all", remedies.carry_after_all)

    @admin.display(description="Record")
    def name(self, record: Record) -> str:
        return printable(record.title) or record.source_id

    @admin.display(description="State")
    def stands(self, record: Record) -> str:
        told = [record.get_state_display()]
        told += [unreleased.stands(one) for one in getattr(record, "unreleased", ())]
        return "; ".join(told)

    @admin.display(description="Documents")
    def papers(self, record: Record) -> str:
        return documents.table_of(record, with_totals=False)

    @admin.display(description="Documents")
    def papers_in_full(self, record: Record) -> str:
        return documents.table_of(record, with_totals=True)

    @admin.display(description="Wanted of its documents")
    def wish_in_words(self, record: Record) -> str:
        chosen = remedies.wished(record)
        return record.wish if chosen is None else chosen.title

    @admin.display(description="Reason")
    def reason(self, record: Record) -> str:
        return texts.first_sentence(record.reasons)

    @admin.display(description="Reasons and what to do")
    def why(self, record: Record) -> str:
        return texts.reasons(record.reasons)

    @admin.display(description="Changed at the target")
    def differing(self, record: Record) -> str:
        rows = [(one.field, one.found, one.wanted, _acceptance(one)) for one in record.drifts.all()]
        return texts.table(("Field", "There", "As the source has it", "Accepted"), rows)

    @admin.display(description="Problems")
    def stopped_by(self, record: Record) -> str:
        return texts.row_links(record.problems.filter(closed_at__isnull=True))

    @admin.display(description="In words")
    def story(self, record: Record) -> str:
        return texts.lines(_explained(record).lines())

    @admin.display(description="In words")
    def veiled_story(self, record: Record) -> str:
        if lies_ahead(record):
            return HIDDEN
        told = _explained(record)
        seen = tuple(entry for entry in told.entries if not lies_ahead(entry))
        return texts.lines(replace(told, entries=seen).lines())

    @admin.display(description="How it came to this")
    def explanation(self, record: Record) -> str:
        return texts.link_to_list("audit_entry", "Its entries", record_id__exact=record.pk)

    @staticmethod
    def _refuse_unoffered(request: HttpRequest, row: Record, name: str) -> None:
        """What is not offered makes no sense, whatever address somebody has typed."""
        if name not in remedies.remedies_of(row):
            raise remedies.RemedyError("That makes no sense for the record as it stands now.")

    @staticmethod
    def _remedy_many(
        request: HttpRequest,
        records: QuerySet[Record],
        name: str,
        apply: Callable[[Record], None],
    ) -> None:
        """The remedy for those that offer it; the others are counted."""
        count, left_count = 0, 0
        for record in records.select_related("integration"):
            if name in remedies.remedies_of(record):
                apply(record)
                count += 1
            else:
                left_count += 1
        messages.success(request, f"Records decided: {count}.")
        if left_count:
            messages.warning(request, f"Records for which that makes no sense now: {left_count}.")


def ask_for_replay(request: HttpRequest, entry: Entry) -> None:
    """Have a worker run an entry again.

    Raises:
        RemedyError: no worker could be told.
    """
    if not wake.replay(entry.pk):
        raise remedies.RemedyError("No worker could be told just now: try again in a moment.")
    messages.success(request, "It is being run again; what comes of it is among its entries.")


def _explained(record: Record) -> explain.Explanation:
    return explain.explain(record.integration, record.leg, record.source_id)


def _last_entry(record: Record) -> Entry | None:
    return Entry.objects.filter(record_id=record.pk).order_by("-at", "-pk").first()


def _difference(drift: Drift) -> str:
    found, wanted = drift.found or "(empty)", drift.wanted or "(empty)"
    return printable(f"{drift.field}: there {found}, at the source {wanted}")


def _acceptance(drift: Drift) -> str:
    if drift.accepted_at is None:
        return "no"
    return f"{drift.accepted_at:%Y-%m-%d} by {drift.accepted_by or 'somebody'}: {drift.reason}"
