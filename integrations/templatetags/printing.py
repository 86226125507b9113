"""Text from outside, in templates: what cannot be seen is spelt out."""

from __future__ import annotations

from django import template

from connectors.redaction import printable as spelt_out

register = template.Library()


@register.filter
def printable(text: object) -> str:
    """The text with what cannot be seen spelt out; the template escapes it."""
    return spelt_out(str(text))
