"""Draws form fields from what vendors and flows declare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from connectors.vendor import Field
from integrations.choosing import Option

Clean = Callable[[str], str]


class DeclaredText(forms.CharField):
    """A text that the declaration reduces to its canonical form, or says what to type instead."""

    def __init__(self, declared_clean: Clean | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._declared_clean = declared_clean

    def clean(self, value: object) -> str:
        text = str(super().clean(value))
        if not text or self._declared_clean is None:
            return text
        try:
            return self._declared_clean(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class SuggestingInput(forms.TextInput):
    """A text for which the browser proposes values; others may be typed too."""

    def __init__(self, offered: Sequence[tuple[str, str]]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self._offered = offered

    def render(
        self,
        name: str,
        value: object,
        attrs: Mapping[str, object] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        list_id = f"{name}_offered"
        typed = super().render(name, value, {**(attrs or {}), "list": list_id}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self._offered)
        return format_html('{}<datalist id="{}">{}</datalist>', typed, list_id, options)


def field_of(declared: Field, stored: str | None) -> forms.Field:
    """The form field of a vendor's plain field."""
    return DeclaredText(
        declared.clean,
        label=declared.label,
        help_text=_help(declared.help, declared.example),
        required=declared.required,
        initial=declared.default if stored is None else stored,
    )


def secret_field_of(declared: Field, *, is_stored: bool) -> forms.Field:
    """The form field of a vendor's secret: it is typed into and never shows anything."""
    kept = "It is stored; leave this empty to keep it." if is_stored else ""
    return DeclaredText(
        declared.clean,
        label=declared.label,
        help_text=_help(f"{declared.help} {kept}".strip(), declared.example),
        required=declared.required and not is_stored,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "size": 60}),
    )


def option_field_of(option: Option, stored: str | None) -> forms.Field:
    """The form field of a flow's option."""
    initial = option.default if stored is None else stored
    if option.choices:
        return forms.ChoiceField(
            label=option.title,
            help_text=escape(option.help),
            choices=[(choice, choice) for choice in option.choices],
            required=False,
            initial=initial,
        )
    return DeclaredText(
        option.clean,
        label=option.title,
        help_text=escape(option.help),
        required=False,
        initial=initial,
    )


def _help(text: str, example: str) -> str:
    """The admin prints a help text as HTML."""
    return escape(f"{text} For example: {example}" if example else text)
