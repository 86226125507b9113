"""Addresses under ``/webhooks/``."""

from __future__ import annotations

from django.urls import path

from integrations.webhooks.views import receive

app_name = "webhooks"
urlpatterns = [path("<slug:vendor>/<str:key>/", receive, name="receive")]
