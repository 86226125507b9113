"""The mapping table of one integration as a file: the page where it is taken out and put in."""

from __future__ import annotations

from collections import abc

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from connectors.redaction import printable
from integrations import actions, csv_files, mapping_files, registry
from integrations.admin import texts
from integrations.admin.base import viewer
from integrations.admin.pressing import ButtonAdmin, person
from integrations.csv_files import FileFaultError
from integrations.mapping_targets import SEPARATOR
from integrations.models import Integration, Mapping, Membership
from integrations.models.base import visible

TAKEN_IN, TAKEN_OUT = "integration.confirm_mappings", "integration.export_mappings"
LISTED_COUNT = 200
"""So many integrations are offered; the page of one leads here too."""


class FileForm(forms.Form):
    """The file that a person gives back."""

    file = forms.FileField(
        label="CSV file",
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=f"UTF-8, at most {csv_files.LONGEST_LINES} lines.",
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """Refuse what is too large before any of it is read."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > csv_files.LARGEST_BYTES:
            limit = csv_files.LARGEST_BYTES // 1024
            raise forms.ValidationError(f"It is larger than {limit} KiB.")
        return file


class MappingFileAdmin(ButtonAdmin[Mapping]):
    """What the table's pages have for files; whoever sees the rows may take them out."""

    list_before_template = "admin/integrations/mapping_list.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("csv/", view(self.choose_view), name=self._url_name("csv")),
            path("csv/<int:of>/", view(self.csv_view), name=self._url_name("csv_of")),
            path("csv/<int:of>/table/", view(self.table_view), name=self._url_name("table")),
            *super().get_urls(),
        ]

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """Whose table it is to be."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = visible(Integration.objects.select_related("tenant"), viewer(request))
        still_open = rows.exclude(status=Integration.Status.CLOSED)[:LISTED_COUNT]
        chosen = {"integrations": still_open, "title": "Mappings as a file"}
        return self._file_page(request, chosen)

    def csv_view(self, request: HttpRequest, of: int) -> HttpResponse:
        """Take the file in, or show where it goes out and in."""
        integration = self._integration(request, of)
        may_change = self.may_take_in(request, integration)
        form = FileForm()
        if request.method == "POST":
            if not may_change:
                self._note_file(request, integration, actions.Outcome.REFUSED, "No right to.")
                raise PermissionDenied
            form = FileForm(request.POST, request.FILES)
            if form.is_valid() and self._take_in(request, integration, form):
                return redirect(f"{texts.list_url(Mapping)}?integration__id__exact={of}")
        shown = {
            "integration": integration,
            "form": form if may_change else None,
            "columns": mapping_files.COLUMNS,
            "kinds_of_parts": [
                (kind.kind, SEPARATOR.join(kind.parts))
                for kind in registry.flow(integration.flow).mapping_kinds
                if len(kind.parts) > 1
            ],
            "title": printable(f"Mappings of {integration} as a file"),
        }
        return self._file_page(request, shown)

    def table_view(self, request: HttpRequest, of: int) -> HttpResponse:
        """The file itself."""
        integration = self._integration(request, of)
        rows = integration.mappings.order_by("kind", "source_key")
        text = mapping_files.write(integration, rows)
        actions.note(
            request.user, TAKEN_OUT, integration, details={"count": integration.mappings.count()}
        )
        return HttpResponse(
            text,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="mappings-{of}.csv"'},
        )

    def may_take_in(self, request: HttpRequest, integration: Integration) -> bool:
        """Whether the person may decide mappings there."""
        has_right = request.user.has_perm("integrations.change_mapping")
        return has_right and self.has_role(request, Membership.CHANGING, integration)

    def _integration(self, request: HttpRequest, pk: int) -> Integration:
        rows = visible(Integration.objects.select_related("tenant", "target"), viewer(request))
        integration = rows.filter(pk=pk).first()
        if integration is None:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        return integration

    def _take_in(self, request: HttpRequest, integration: Integration, form: FileForm) -> bool:
        """Whether the file was taken in; its faults stand at the form otherwise."""
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            taken = mapping_files.take_in(integration, file.read(), person(request))
        except FileFaultError as error:
            told = f"Nothing was taken in. {error}"
            self._note_file(request, integration, actions.Outcome.REFUSED, told)
            form.add_error("file", ["Nothing was taken in.", *error.faults])
            return False
        self._note_file(request, integration, actions.Outcome.DONE, str(taken))
        messages.success(request, str(taken))
        return True

    def _note_file(
        self,
        request: HttpRequest,
        integration: Integration,
        outcome: actions.Outcome,
        told: str,
    ) -> None:
        actions.note(request.user, TAKEN_IN, integration, outcome=outcome, sentence=told)

    def _file_page(self, request: HttpRequest, shown: abc.Mapping[str, object]) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, **shown}
        return render(request, "admin/integrations/mapping_file.html", context)
