"""Numbers each instant at which a process may end, and ends it at the one that was asked for.

Imported first of all where workers and web processes come from. It imports nothing of the product
and the product knows nothing of it: it wraps what Django, requests, kombu and gunicorn do for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlsplit

from celery import signals
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from gunicorn.http.wsgi import Response
from kombu.transport.redis import Channel, QoS
from requests.adapters import HTTPAdapter

CHANGING = re.compile(r'\s*(INSERT|UPDATE|DELETE)\b[^"]*"(\w+)"', re.IGNORECASE)
ACKNOWLEDGE = "acknowledge"
NOTHING = " (none)"
"""Closes the label of a statement that changed no row."""

Method = Callable[..., Any]


class Probe:
    """The marks of one process. A line is a number and a label; lines with ``#`` are no marks."""

    def __init__(self) -> None:
        self._file = -1
        self._number = 0
        self._end_at = 0
        self._signal = 0
        self._is_at_work = False
        self._written: dict[int, list[str]] = {}
        self.sent_count = 0
        """The messages that this process has sent, whatever it was at."""

    def arm(self, path: str, end_at: int, signal: int) -> None:
        """Write marks into this file from now on; at mark ``end_at`` send ourselves ``signal``."""
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._end_at, self._signal = end_at, signal

    def mark(self, label: str) -> None:
        """One instant; nothing outside of a task and of a request."""
        if self._file < 0 or not self._is_at_work:
            return
        self._number += 1
        os.write(self._file, f"{self._number} {label}\n".encode())
        if self._number == self._end_at:
            os.kill(os.getpid(), self._signal)

    def remark(self, text: str) -> None:
        """A line that is no mark."""
        if self._file >= 0:
            os.write(self._file, f"# {text}\n".encode())

    def begin(self, name: str) -> None:
        """A task or a request begins."""
        self._is_at_work = True
        self.remark(f"begin {name}")

    def end(self) -> None:
        """A task has ended and its message is acknowledged, or a request is answered and over."""
        self._is_at_work = False
        self.remark("end")

    def wrote(self, connection: BaseDatabaseWrapper, label: str) -> None:
        """A statement of a transaction that has not been committed yet."""
        self._written.setdefault(id(connection), []).append(label)

    def take_written(self, connection: BaseDatabaseWrapper) -> list[str]:
        """The statements of the transaction that ends now."""
        return self._written.pop(id(connection), [])


PROBE = Probe()


def install() -> None:
    """Wrap everything that leaves a trace outside of the process."""
    wrap(BaseDatabaseWrapper, "_commit", marked_commit)
    wrap(BaseDatabaseWrapper, "_rollback", forgetting_rollback)
    wrap(CursorWrapper, "_execute", marked_statement)
    wrap(CursorWrapper, "_executemany", marked_statement)
    wrap(HTTPAdapter, "send", partial(marked, call_label))
    wrap(Channel, "_put", partial(marked, put_label))
    wrap(QoS, "ack", partial(marked, acknowledge_label))
    wrap(Response, "send_headers", marked_answer)
    signals.task_prerun.connect(note_begin, weak=False)


def wrap(owner: type, name: str, wrapped: Callable[[Method], Method]) -> None:
    """Put another method in the place of one that must be there."""
    method = getattr(owner, name)
    setattr(owner, name, wraps(method)(wrapped(method)))


def marked_commit(commit: Method) -> Method:
    """The same, with marks that name what the transaction changed."""

    def wrapper(self: BaseDatabaseWrapper) -> None:
        changes = [label for label in PROBE.take_written(self) if not label.endswith(NOTHING)]
        label = f"commit {', '.join(changes)}" if changes else f"commit{NOTHING}"
        PROBE.mark(f"before {label}")
        commit(self)
        PROBE.mark(f"after {label}")

    return wrapper


def forgetting_rollback(rollback: Method) -> Method:
    """The same; what the transaction changed is not named any more."""

    def wrapper(self: BaseDatabaseWrapper) -> None:
        PROBE.take_written(self)
        rollback(self)

    return wrapper


def marked(labelled: Callable[..., str], method: Method) -> Method:
    """The same method, with a mark before and after it."""

    def wrapper(self: object, *arguments: Any, **named: Any) -> Any:
        label = labelled(*arguments)
        PROBE.mark(f"before {label}")
        answer = method(self, *arguments, **named)
        PROBE.mark(f"after {label}")
        if label == ACKNOWLEDGE:
            PROBE.end()
        return answer

    return wrapper


def marked_statement(execute: Method) -> Method:
    """The same, with marks around what changes rows outside of a transaction."""

    def wrapper(self: CursorWrapper, sql: Any, *arguments: Any) -> Any:
        found = CHANGING.match(str(sql))
        if found is None:
            return execute(self, sql, *arguments)
        label = f"{found[1].upper()} {found[2]}"
        if not self.db.in_atomic_block:
            PROBE.mark(f"before {label}")
        answer = execute(self, sql, *arguments)
        # SQLite counts an INSERT … RETURNING only once its rows are fetched.
        if self.cursor.rowcount == 0 and "RETURNING" not in str(sql):
            label += NOTHING
        if self.db.in_atomic_block:
            PROBE.wrote(self.db, label)
        else:
            PROBE.mark(f"after {label}")
        return answer

    return wrapper


def marked_answer(send_headers: Method) -> Method:
    """The same, with marks around the bytes that tell a status: a vendor goes by them alone."""

    def wrapper(self: Response) -> None:
        if self.headers_sent:
            return
        PROBE.mark(f"before answer {self.status}")
        send_headers(self)
        PROBE.mark(f"after answer {self.status}")

    return wrapper


def call_label(request: Any, *_: object) -> str:
    """Method and path of an HTTP call."""
    return f"{request.method} {urlsplit(request.url).path}"


def put_label(queue: str, message: Any, *_: object) -> str:
    """Queue and task of a message."""
    PROBE.sent_count += 1
    return f"put {queue} {message['headers'].get('task')}"


def acknowledge_label(*_: object) -> str:
    """The end of a message."""
    return ACKNOWLEDGE


def note_begin(task: Any, **_: object) -> None:
    """Celery's signal that a task begins."""
    PROBE.begin(task.name)
