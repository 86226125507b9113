"""What pages share: read-only ones, and such of big tables, which count nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from django.contrib.admin.views.main import PAGE_VAR
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from integrations.admin.base import WalledAdmin

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

M = TypeVar("M", bound=Model)
Fieldsets: TypeAlias = "_FieldsetSpec"
PAGES_AHEAD = 5
"""So many pages behind the one that is shown can be turned to; a filter finds the rest."""
TOLD_LATER = " No worker could be told just now: the sweep finds the work by itself."


class ReadAheadPaginator(Paginator[Model]):
    """Looks a few pages ahead along the list's own order, and counts nothing.

    To count the rows of a big table takes the longer the bigger it is, whatever is shown of it.
    """

    template_name = "admin/integrations/pagination.html"

    def __init__(self, rows: QuerySet[Model], per_page: int, page_number: int) -> None:
        super().__init__(rows, per_page)
        self._rows = rows
        self._limit = (page_number + PAGES_AHEAD) * per_page

    @cached_property
    def count(self) -> int:
        """How many rows can be turned to; ``has_more`` says whether there are others."""
        return len(self._ahead[: self._limit])

    @property
    def has_more(self) -> bool:
        """Whether rows follow that are not counted."""
        return len(self._ahead) > self._limit

    @cached_property
    def _ahead(self) -> Sequence[object]:
        return list(self._rows.values_list("pk", flat=True)[: self._limit + 1])


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

    show_full_result_count = False
    list_per_page = 50
    # By the primary key: any other order would sort the whole table.
    ordering = ("-pk",)
    sortable_by = ()

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[M],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,
    ) -> ReadAheadPaginator:
        asked = request.GET.get(PAGE_VAR, "")
        return ReadAheadPaginator(queryset, per_page, int(asked) if asked.isdecimal() else 1)
