"""Refuses a form that was filled in upon something that somebody else has changed since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from django import forms
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.db.models import Model
from django.utils.choices import normalize_choices
from django.utils.crypto import constant_time_compare, salted_hmac

from connectors.redaction import printable

M = TypeVar("M", bound=Model)
SEEN = "seen"
"""The hidden field in which a page says what its form showed."""
WITHOUT_TEXT = (forms.PasswordInput, forms.HiddenInput)

if TYPE_CHECKING:
    Form = forms.ModelForm[Model]
else:
    Form = object


class SeenForm(Form):
    """Mixed into the form of a row that exists."""

    def seen_digest(self) -> str:
        """Of what is stored now in the fields that the form shows; says nothing of it itself."""
        shown = {
            name: str(self.get_initial_for_field(field, name)) for name, field in self._shown()
        }
        return salted_hmac("seen", json.dumps(shown), algorithm="sha256").hexdigest()

    def clean(self) -> None:
        seen = self.data.get(SEEN, "")
        if seen and not constant_time_compare(seen, self.seen_digest()):
            self.add_error(None, self._both_versions())
            return
        super().clean()

    def _both_versions(self) -> str:
        versions = [
            f"{field.label or name}: stored is “{_said(field, stored)}”, you typed "
            f"“{_said(field, typed)}”"
            for name, field in self._shown()
            if _said(field, stored := self.get_initial_for_field(field, name))
            != _said(field, typed := self.cleaned_data.get(name))
        ]
        told = "; ".join(versions) or "what is stored is what you typed"
        return printable(
            f"Somebody has changed it since you loaded the page. {told}. Nothing was stored: "
            "save again to put yours in the place of what is stored."
        )

    def _shown(self) -> Iterator[tuple[str, forms.Field]]:
        for name, field in self.fields.items():
            is_secret = isinstance(field, ReadOnlyPasswordHashField)
            if not is_secret and not isinstance(field.widget, WITHOUT_TEXT):
                yield name, field


def guarded(form: type[forms.ModelForm[M]]) -> type[forms.ModelForm[M]]:
    """The form, refused where its row has changed since it was shown."""
    return type(form.__name__, (SeenForm, form), {})


def _said(field: forms.Field, value: object) -> str:
    """A value as the page shows it; what was typed and what is stored come in different types."""
    if isinstance(field, forms.ModelMultipleChoiceField) and isinstance(value, Iterable):
        return ", ".join(sorted(str(row) for row in value))
    if isinstance(field, forms.ModelChoiceField) and isinstance(value, int):
        rows = field.queryset
        return "" if rows is None else str(rows.filter(pk=value).first() or "")
    if isinstance(field, forms.ChoiceField):
        titles = {str(key): str(title) for key, title in _choices(field)}
        return titles.get(str(value), str(value or ""))
    return "" if value is None else str(value)


def _choices(field: forms.ChoiceField) -> Iterable[tuple[object, object]]:
    """The values that it offers, with their titles."""
    found: list[tuple[object, object]] = list(normalize_choices(field.choices))
    return found
