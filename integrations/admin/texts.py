"""Shows what came from outside: escaped, and what cannot be seen spelt out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from connectors.redaction import printable

EMPTY = "-"


def shown(column: str, title: str) -> Callable[[object, Model], str]:
    """A page's method for a column that holds text from outside."""

    @admin.display(description=title, ordering=column)
    def show(page: object, row: Model) -> str:
        return printable(getattr(row, column)) or EMPTY

    return show


def lines(texts: Iterable[str]) -> SafeString | str:
    """Texts below each other."""
    rows = [(printable(text),) for text in texts]
    return format_html_join("", "<div>{}</div>", rows) if rows else EMPTY


def reasons(stored: Sequence[Mapping[str, object]]) -> SafeString | str:
    """Each reason of a record as a sentence, with what to do about it."""
    rows = [
        (printable(str(reason.get("sentence", ""))), printable(str(reason.get("remedy", ""))))
        for reason in stored
    ]
    return format_html_join("", "<div>{} <em>{}</em></div>", rows) if rows else EMPTY


def first_sentence(stored: Sequence[Mapping[str, object]]) -> str:
    """The first reason, for a list."""
    return printable(str(stored[0].get("sentence", ""))) if stored else ""


def structure(value: object) -> SafeString | str:
    """A JSON value, laid out to be read."""
    if value in (None, "", [], {}):
        return EMPTY
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str)
    shown = "\n".join(printable(line) for line in text.split("\n"))
    return format_html("<pre>{}</pre>", shown)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> SafeString | str:
    """Rows of text, or of links of ours, under their titles."""
    if not rows:
        return EMPTY
    titles = format_html_join("", "<th>{}</th>", ((title,) for title in head))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((_cell(cell),) for cell in row)),) for row in rows),
    )
    return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", titles, body)


def _cell(cell: object) -> str:
    return cell if isinstance(cell, SafeString) else printable(str(cell))


def link_to_list(model: str, text: str, **filters: str | int) -> SafeString:
    """A link to a list, narrowed down; ``model`` like ``integrations_record``."""
    url = reverse(f"admin:{model}_changelist")
    return format_html('<a href="{}?{}">{}</a>', url, urlencode(filters), printable(text))


def list_url(model: type[Model]) -> str:
    """The list of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def row_url(row: Model) -> str:
    """The page of a row."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def row_links(rows: Iterable[Model]) -> SafeString | str:
    """Links to the pages of rows, below each other."""
    links = [(row_url(row), printable(str(row))) for row in rows]
    return format_html_join("", '<div><a href="{}">{}</a></div>', links) if links else EMPTY


def stored_secret(stored_at: object) -> str:
    """All that is ever shown of a secret."""
    return f"stored, changed on {stored_at:%Y-%m-%d %H:%M} UTC" if stored_at else "not stored yet"
