"""The classes of django-unfold that pages derive from.

The package ships no types: for the checker they are Django's own, from which they derive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as ModelAdmin
    from django.contrib.admin import StackedInline as StackedInline
    from django.contrib.admin import TabularInline as TabularInline
    from django.contrib.auth import forms
    from django.contrib.auth.forms import AdminPasswordChangeForm as AdminPasswordChangeForm
    from django.contrib.auth.models import User

    UserChangeForm = forms.UserChangeForm[User]
    UserCreationForm = forms.UserCreationForm[User]
else:
    from unfold.admin import ModelAdmin as ModelAdmin
    from unfold.admin import StackedInline as StackedInline
    from unfold.admin import TabularInline as TabularInline
    from unfold.forms import AdminPasswordChangeForm as AdminPasswordChangeForm
    from unfold.forms import UserChangeForm as UserChangeForm
    from unfold.forms import UserCreationForm as UserCreationForm
