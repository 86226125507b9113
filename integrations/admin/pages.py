"""What pages share: read-only ones, and short counts for big tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from integrations.admin.base import WalledAdmin

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
