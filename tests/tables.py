"""Keeps what stands in a test database's tables and puts it back, quicker than Django empties it.

Django ends a test that commits by emptying every table and by making content types, permissions and
roles anew: most of the time that such a test takes. Here only what differs is put back.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from audit.append_only import TABLES as APPEND_ONLY


class Kept(Protocol):
    """The rows of all tables at one instant."""

    def put_back(self) -> None:
        """Let the tables hold these rows and no others; numbers once given are not given again."""


def keep() -> Kept:
    """The rows of all tables as they stand now, committed; nothing may be under way."""
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return _File.of(connection.connection)
    return _Rows.of_all_tables()


@dataclass(frozen=True, slots=True)
class _File:
    """SQLite's: the whole file, triggers and all."""

    copy: sqlite3.Connection

    @classmethod
    def of(cls, opened: sqlite3.Connection) -> _File:
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        opened.backup(copy)
        return cls(copy)

    def put_back(self) -> None:
        connection.ensure_connection()
        opened: sqlite3.Connection = connection.connection
        given = opened.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
        self.copy.backup(opened)
        with transaction.atomic():
            opened.execute("DELETE FROM sqlite_sequence")
            opened.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", given)


@dataclass(frozen=True, slots=True)
class _Rows:
    """PostgreSQL's: each table that is not empty, as COPY writes it."""

    digests: Mapping[str, str]
    contents: Mapping[str, bytes]

    @classmethod
    def of_all_tables(cls) -> _Rows:
        with transaction.atomic(), connection.cursor() as cursor:
            digests = _digests(cursor)
            return cls(digests, {table: _copied(cursor, table) for table in digests})

    def put_back(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            now = _digests(cursor)
            tables = now.keys() | self.digests.keys()
            others = [name for name in tables if now.get(name) != self.digests.get(name)]
            with _open(cursor, [name for name in others if name in now]):
                for table in others:
                    cursor.execute(f'DELETE FROM "{table}"')
                for table in others:
                    if table in self.contents:
                        with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                            copy.write(self.contents[table])
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _Litter.note(others)


class _Litter:
    """PostgreSQL's rows that were deleted: they are swept up before they slow what is read."""

    SWEPT_EVERY = 20
    tables: ClassVar[Counter[str]] = Counter()

    @classmethod
    def note(cls, tables: list[str]) -> None:
        """These were emptied once more."""
        cls.tables.update(tables)
        full = [name for name, count in cls.tables.items() if count >= cls.SWEPT_EVERY]
        if full:
            with connection.cursor() as cursor:
                cursor.execute("VACUUM " + ", ".join(f'"{name}"' for name in full))
            for name in full:
                del cls.tables[name]


def _digests(cursor: CursorWrapper) -> dict[str, str]:
    """What tells the content of each table that is not empty from another content."""
    digest = "md5(string_agg(t::text, '|' ORDER BY t::text))"
    tables = connection.introspection.table_names(cursor)
    cursor.execute(
        " UNION ALL ".join(f"SELECT '{name}', {digest} FROM \"{name}\" t" for name in tables)
    )
    return {name: digest for name, digest in cursor.fetchall() if digest is not None}


def _copied(cursor: CursorWrapper, table: str) -> bytes:
    with cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(copy)


@contextlib.contextmanager
def _open(cursor: CursorWrapper, tables: list[str]) -> Iterator[None]:
    """The trail refuses that its rows go, as it must: for this moment, by a test's own hand."""
    shut = [table for table in tables if table in APPEND_ONLY]
    for table in shut:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    for table in shut:
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
