"""A bare Django view that inserts one row: a fresh project's settings, one model, one line.

Served beside the product's intake, by the same server on the same database.
"""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

TABLE = "bench_bare"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""As ``startproject`` writes it."""

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()


class Row(models.Model):  # noqa: DJ008  # nobody reads it
    """What was posted."""

    body = models.TextField()

    class Meta:
        app_label = "bench"
        db_table = TABLE
        managed = False


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """One row."""
    Row(body=request.body.decode()).save(force_insert=True)
    return HttpResponse()


def healthz(request: HttpRequest) -> HttpResponse:
    """It serves."""
    return HttpResponse()


urlpatterns = [path("bare/", receive), path("healthz", healthz)]


def make_application() -> WSGIHandler:
    """The project."""
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = MIDDLEWARE
    return WSGIHandler()
