"""Answers in the shapes the vendor gives them: JSON, ``HttpError``, HTML pages, plain text."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

from connectors.sandbox.standin import JSON, Answer

JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}
HTML_TYPE = {"Content-Type": "text/html; charset=utf-8"}
TEXT_TYPE = {"Content-Type": "text/plain; charset=utf-8"}
PX_EXCEPTION = "PX.Data.PXException"


class RefusedError(Exception):
    """A request that ends here; carries the answer it gets."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def dumps(value: JSON) -> bytes:
    """JSON as the vendor writes it: compact, UTF-8."""
    return ENCODER.encode(value).encode()


def as_json(status: int, value: JSON, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON answer."""
    return Answer(status, {**JSON_TYPE, **(headers or {})}, dumps(value))


def empty(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer without a body."""
    return Answer(status, dict(headers or {}))


def page(status: int, title: str, text: str) -> Answer:
    """An HTML page, as IIS and the ERP show for what is no API answer."""
    body = (
        f"<!DOCTYPE html>\n<html><head><title>{html.escape(title)}</title>"
        "<style>body{font-family:Arial,sans-serif}</style></head>"
        f"<body><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></body></html>"
    )
    return Answer(status, dict(HTML_TYPE), body.encode())


def http_error(status: int, message: str, **more: JSON) -> Answer:
    """An ``HttpError`` of which only ``message`` and what is named are there."""
    return as_json(status, {"message": message, **more})


def exception(
    text: str, kind: str = PX_EXCEPTION, status: int = 500, headers: Mapping[str, str] | None = None
) -> Answer:
    """An ``HttpError`` made of an exception of the ERP."""
    return as_json(
        status,
        {
            "message": "An error has occurred.",
            "exceptionMessage": text,
            "exceptionType": kind,
            "stackTrace": "   at PX.Api.ContractBased.WebApi.Controllers.EntityController",
        },
        headers,
    )


def bad_request(where: str, text: str) -> Answer:
    """400: the body is not what the contract says."""
    return http_error(400, "The request is invalid.", modelState={where: [text]})
