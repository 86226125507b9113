"""The admin's look for a form's fields, outside the admin's own pages.

django-unfold ships no types: for the checker they are Django's own, from which they derive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.forms import CheckboxSelectMultiple as Checkboxes
    from django.forms import Select as Select
    from django.forms import TextInput as TextInput
else:
    from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget as Checkboxes
    from unfold.widgets import UnfoldAdminSelectWidget as Select
    from unfold.widgets import UnfoldAdminTextInputWidget as TextInput

__all__ = ["Checkboxes", "Select", "TextInput"]
