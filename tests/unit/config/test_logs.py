"""Logs: one JSON object a line, which no text of a vendor can break and no traceback makes leak."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import sys
from collections.abc import Iterator

import pytest
import structlog
from django.http import HttpResponseServerError
from django.test import RequestFactory
from django.utils.log import log_response

from config.logs import LOGGING


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What goes to standard error while the logging of the product is in force."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    former = root.handlers[:], root.level
    logging.config.dictConfig(LOGGING)
    yield stream
    root.handlers[:], root.level = former


def test_writes_one_object_a_line_for_either_kind_of_logger(written: io.StringIO) -> None:
    logging.getLogger("integrations.engine").warning("held %s", 3)
    structlog.get_logger("integrations.tasks").info("woken", connection=7)
    first, second = [json.loads(line) for line in written.getvalue().splitlines()]
    assert (first["event"], first["level"], first["logger"]) == (
        "held 3",
        "warning",
        "integrations.engine",
    )
    assert (second["event"], second["connection"], second["logger"]) == (
        "woken",
        7,
        "integrations.tasks",
    )
    assert first["timestamp"].endswith("Z")


def test_shows_line_breaks_and_turned_text_as_escapes(written: io.StringIO) -> None:
    logging.getLogger("connectors").info("name: %s", "Eve\nadmin logged in \u202e")
    assert written.getvalue().count("\n") == 1
    assert written.getvalue().isascii()
    assert json.loads(written.getvalue())["event"] == "name: Eve\nadmin logged in \u202e"


def test_leaves_local_variables_out_of_tracebacks(written: io.StringIO) -> None:
    access_token = "hunter2"
    try:
        int(access_token[:0] or "no number")
    except ValueError:
        structlog.get_logger("integrations").exception("defect")
        logging.getLogger("integrations").exception("defect")
    assert "hunter2" not in written.getvalue()
    for line in written.getvalue().splitlines():
        assert "ValueError: invalid literal" in json.loads(line)["exception"]


def test_keeps_quiet_below_info(written: io.StringIO) -> None:
    structlog.get_logger("integrations").debug("a body")
    logging.getLogger("urllib3").debug("a URL")
    assert written.getvalue() == ""


def test_never_shows_the_query_of_an_address_that_failed(written: io.StringIO) -> None:
    request = RequestFactory().get("/connect/callback/toy/", {"code": "c0de-canary"})
    log_response(
        "%s: %s",
        "Internal Server Error",
        request.path,
        request=request,
        response=HttpResponseServerError(),
    )
    assert json.loads(written.getvalue())["status_code"] == 500
    assert "canary" not in written.getvalue()
