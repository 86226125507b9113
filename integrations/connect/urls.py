"""Addresses under ``/connect/``."""

from __future__ import annotations

from django.urls import path

from integrations.connect import customer, link_views, views

app_name = "connect"
urlpatterns = [
    path("start/<int:connection_id>/", views.start, name="start"),
    path("callback/<str:vendor>/", views.callback, name="callback"),
    path("callback/<str:vendor>/<str:key>/", views.callback, name="callback_of_tenant"),
    path("links/<int:tenant_id>/", link_views.links_of, name="links"),
    path("links/<int:link_id>/revoke/", link_views.revoke, name="revoke_link"),
    path("to/<str:key>/consent/", customer.connect, name="consent"),
    path("to/<str:key>/secrets/", customer.enter_secrets, name="secrets"),
    path("to/<str:key>/disconnect/", customer.disconnect, name="disconnect"),
    path("", customer.page, name="page"),
    # Last: a token is any one part.
    path("<str:token>/", customer.enter, name="link"),
]
