"""Addresses under ``/connect/``."""

from __future__ import annotations

from django.urls import path

from integrations.connect import views

app_name = "connect"
urlpatterns = [
    path("start/<int:connection_id>/", views.start, name="start"),
    path("callback/<str:vendor>/", views.callback, name="callback"),
    path("callback/<str:vendor>/<str:key>/", views.callback, name="callback_of_tenant"),
]
