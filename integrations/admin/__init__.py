"""The pages of ops staff, one module per model family; importing it registers all of them."""

from __future__ import annotations

from django.contrib import admin

from integrations.admin import connecting, installing, mapping, tenancy, trail, working

__all__ = ["connecting", "installing", "mapping", "tenancy", "trail", "working"]

admin.site.site_header = admin.site.site_title = "ml-connector"
# There is no site beside these pages.
admin.site.site_url = None
