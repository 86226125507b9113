"""Every address of the product."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from config.health import healthz, metrics, readyz

urlpatterns = [
    path("admin/", admin.site.urls),
    path("connect/", include("integrations.connect.urls")),
    path("webhooks/", include("integrations.webhooks.urls")),
    path("healthz", healthz),
    path("readyz", readyz),
    path("metrics", metrics),
]
