"""Where vendors post: answers 200 only for what is committed, and 401 only for what is forged."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from connectors.vendor import Delivery as Arrived
from integrations.webhooks import keys
from integrations.webhooks.bell import BELL
from integrations.webhooks.bodies import CutOffError, EncodedError, TooLargeError, read_body
from integrations.webhooks.intake import Intake, take_up

log = logging.getLogger(__name__)

ANSWERS: Final = {
    Intake.STORED: HTTPStatus.OK,
    # No vendor sends again what it was refused, and none may be made to send it for ever.
    Intake.STALE: HTTPStatus.OK,
    Intake.UNKNOWN: HTTPStatus.NOT_FOUND,
    Intake.FORGED: HTTPStatus.UNAUTHORIZED,
    Intake.CANDIDATE: HTTPStatus.OK,
}


@csrf_exempt
@require_POST
def receive(request: WSGIRequest, vendor: str, key: str) -> HttpResponse:
    """One delivery."""
    if not keys.is_ours(key):
        return HttpResponse(status=HTTPStatus.NOT_FOUND)
    try:
        body = read_body(request.META, request.environ["wsgi.input"])
        intake = take_up(vendor, key, Arrived(body, _headers(request), _query(request)))
    except EncodedError:
        return HttpResponse(status=HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    except TooLargeError:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except CutOffError:
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    except Exception:  # whatever kept us from it, the vendor sends it again
        log.exception("a delivery of %s could not be taken up", vendor)
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)
    if intake is Intake.STORED:
        BELL.ring()
    return HttpResponse(status=ANSWERS[intake])


def _headers(request: WSGIRequest) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _query(request: WSGIRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.GET.lists() for value in values]
