"""What machines ask: does it serve, can it work, how much is there."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from config.variables import is_loopback
from integrations.metrics import exposition
from integrations.readiness import readiness

FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Says that the process serves requests, and nothing about what lies behind it."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Says what keeps the installation from working; 503 where anything does."""
    wrong = {part: sentence for part, sentence in readiness().items() if sentence}
    return JsonResponse({"ready": not wrong, "wrong": wrong}, status=503 if wrong else 200)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts and ages for Prometheus; from another machine only with METRICS_TOKEN."""
    if not (_is_from_here(request) or _has_token(request)):
        return HttpResponse(
            "Set METRICS_TOKEN and send it as Authorization: Bearer TOKEN.\n",
            content_type="text/plain",
            status=403,
        )
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _is_from_here(request: HttpRequest) -> bool:
    """A proxy on this machine is not the one who asks."""
    is_forwarded = any(name in request.META for name in FORWARDED)
    return not is_forwarded and is_loopback(str(request.META.get("REMOTE_ADDR", "")))


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    is_right = hmac.compare_digest(token.strip().encode(), expected.encode())
    return bool(expected) and scheme.lower() == "bearer" and is_right
