"""The two databases of the proof: kept once, restored before each cut, read without the product."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tests.crash.processes import ProofError, await_that

Row = dict[str, Any]
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")
POSTGRES = "postgresql://127.0.0.1:5432/postgres"
"""As whoever runs the proof, or as ``PGUSER`` says."""


class Database(Protocol):
    """One database, whose product side is a URL."""

    name: str
    url: str

    def create(self) -> None:
        """Make it, empty."""

    def keep(self) -> None:
        """What stands in it now is what each cut begins with; nobody may be connected."""

    def restore(self) -> None:
        """Make it as it was kept, whoever is still connected."""

    def rows(self, query: str, *values: object) -> list[Row]:
        """What a query answers; JSON is parsed, instants are aware."""

    def tables(self) -> list[str]:
        """The product's own tables."""

    def change(self, statement: str, *values: object) -> int:
        """Change rows as another process of the product would; answers how many."""

    def count_commits(self) -> Any:
        """A context whose value counts, once it is left, the commits that the database saw."""

    def close(self) -> None:
        """Leave nothing behind."""


class Commits:
    """How many transactions changed something; None where the database does not tell."""

    def __init__(self) -> None:
        self.count: int | None = None
        self.why_not = ""


class SQLite:
    """The file of the embedded default."""

    name = "sqlite"
    url = ""

    def __init__(self, var_dir: Path) -> None:
        self._file = var_dir / "db.sqlite3"
        self._kept = var_dir / "kept.sqlite3"

    def create(self) -> None:
        """The first who connects does."""

    def keep(self) -> None:
        with closing(sqlite3.connect(self._file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(self._file, self._kept)

    def restore(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._file.with_name(self._file.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self._kept, self._file)

    def rows(self, query: str, *values: object) -> list[Row]:
        with closing(self._connect()) as connection:
            connection.row_factory = sqlite3.Row
            found = connection.execute(query, values).fetchall()
        return [{name: read(row[name]) for name in row.keys()} for row in found]  # noqa: SIM118

    def tables(self) -> list[str]:
        named = self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return own([row["name"] for row in named])

    def change(self, statement: str, *values: object) -> int:
        with closing(self._connect()) as connection, connection:
            written = (str(value) if isinstance(value, datetime) else value for value in values)
            return connection.execute(statement, tuple(written)).rowcount

    @contextmanager
    def count_commits(self) -> Iterator[Commits]:
        commits = Commits()
        with closing(self._connect()) as reader:
            # While somebody reads an old state the WAL is kept whole.
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
            before = commit_frames(self._wal())
            yield commits
            commits.count = commit_frames(self._wal()) - before

    def close(self) -> None:
        """The file goes with its directory."""

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._file, timeout=10)

    def _wal(self) -> Path:
        return self._file.with_name(self._file.name + "-wal")


def commit_frames(wal: Path) -> int:
    """The frames of a WAL that end a transaction (https://sqlite.org/fileformat.html#walformat)."""
    if not wal.exists():
        return 0
    content = wal.read_bytes()
    if len(content) < 32:
        return 0
    page_bytes = struct.unpack(">I", content[8:12])[0]
    salts = content[16:24]
    count = 0
    for start in range(32, len(content) - 24 - page_bytes + 1, 24 + page_bytes):
        size_after, frame_salts = content[start + 4 : start + 8], content[start + 8 : start + 16]
        if frame_salts != salts:
            break
        count += size_after != b"\0\0\0\0"
    return count


class PostgreSQL:
    """A database of the server that ``server_url`` names; what is kept is a schema beside.

    Not a template to copy: the server writes everything of everybody to disk when a database goes.
    """

    name = "postgresql"

    def __init__(self, server_url: str, key: str) -> None:
        parts = urlsplit(server_url)
        self._server_url = urlunsplit(parts._replace(path="/postgres"))
        self._named = f"crash_{key}"
        self._sequences: list[tuple[str, int, bool]] = []
        self.url = urlunsplit(parts._replace(path=f"/{self._named}"))
        self._reader: psycopg.Connection[Any] | None = None

    def create(self) -> None:
        self._at_server(
            sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(self._named)
            )
        )

    def keep(self) -> None:
        with self._connect() as connection:
            connection.execute("CREATE SCHEMA kept")
            for name in public_tables(connection):
                copied = sql.SQL("CREATE TABLE kept.{0} AS TABLE public.{0}")
                connection.execute(copied.format(sql.Identifier(name)))
            named = connection.execute("SELECT sequencename FROM pg_sequences").fetchall()
            for (name,) in named:
                standing = sql.SQL("SELECT last_value, is_called FROM {}").format(
                    sql.Identifier(name)
                )
                found = connection.execute(standing).fetchall()
                self._sequences += [(name, *row) for row in found]

    def restore(self) -> None:
        self._leave()
        with psycopg.connect(self.url, autocommit=True) as connection:
            end_others(connection)
            names = [sql.Identifier(name) for name in public_tables(connection)]
            # Foreign keys are looked at when all is there again.
            with connection.transaction():
                connection.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
                for name in names:
                    copied = sql.SQL("INSERT INTO public.{0} SELECT * FROM kept.{0}")
                    connection.execute(copied.format(name))
                for sequence in self._sequences:
                    connection.execute("SELECT setval(quote_ident(%s), %s, %s)", sequence)

    def rows(self, query: str, *values: object) -> list[Row]:
        if self._reader is None:
            self._reader = psycopg.connect(self.url, autocommit=True)
        with self._reader.cursor(row_factory=dict_row) as cursor:
            cursor.execute(placed(query).encode(), values)
            return list(cursor.fetchall())

    def tables(self) -> list[str]:
        named = self.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
        return own([row["name"] for row in named])

    def change(self, statement: str, *values: object) -> int:
        with self._connect() as connection:
            return connection.execute(placed(statement).encode(), values).rowcount

    @contextmanager
    def count_commits(self) -> Iterator[Commits]:
        commits = Commits()
        with self._connect() as connection:
            try:
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_walinspect")
            except psycopg.Error as error:
                commits.why_not = f"pg_walinspect cannot be installed: {str(error).strip()}"
                connection.rollback()
            connection.commit()
            before = self._written_until(connection)
            yield commits
            after = self._written_until(connection)
            if not commits.why_not:
                found = connection.execute(COMMITS, {"before": before, "after": after}).fetchone()
                commits.count = found[0] if found else None

    def close(self) -> None:
        self._leave()
        self._at_server(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self._named))
        )

    def _at_server(self, *statements: sql.Composed) -> None:
        try:
            connection = psycopg.connect(self._server_url, autocommit=True)
        except psycopg.OperationalError as error:
            why = str(error).splitlines()[0]
            raise ProofError(
                f"No PostgreSQL lets us in ({why}): start one on 127.0.0.1:5432, name one in "
                "DATABASE_URL, or run with --database sqlite."
            ) from error
        with connection:
            for statement in statements:
                connection.execute(statement)

    def _leave(self) -> None:
        if self._reader is not None:
            self._reader.close()
        self._reader = None

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url)

    @staticmethod
    def _written_until(connection: psycopg.Connection[Any]) -> str:
        found = connection.execute("SELECT pg_current_wal_flush_lsn()").fetchone()
        connection.commit()
        return str(found[0]) if found else ""


def public_tables(connection: psycopg.Connection[Any]) -> list[str]:
    """All tables there, the libraries' too."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    return [name for (name,) in connection.execute(query).fetchall()]


def end_others(connection: psycopg.Connection[Any]) -> None:
    """End every other session in this database and see that none is left.

    Raises:
        CutFailed: one stays.
    """
    others = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid() "
        "AND backend_type = 'client backend'"
    )
    await_that(
        lambda: connection.execute(others).fetchone() == (0,), "a session of a dead worker stays"
    )


# Transactions that changed a row of ours: those of the server's own upkeep and of other databases
# changed none. A relation is named in the log as tablespace/database/file. Other databases may have
# written a thousand times as much meanwhile: they are left out before anything else is done.
COMMITS = r"""
    WITH this AS (
        SELECT oid::text AS database FROM pg_database WHERE datname = current_database()
    ), log AS MATERIALIZED (
        SELECT xid::text AS xid, block_ref FROM this,
               pg_get_wal_records_info(%(before)s, %(after)s)
        WHERE block_ref LIKE '%%rel %%/' || database || '/%%'
           OR (resource_manager = 'Transaction' AND record_type = 'COMMIT')
    ), ours AS (
        SELECT pg_relation_filenode(c.oid)::text AS file
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'S')
    ), changed AS (
        SELECT xid FROM this, log,
               regexp_matches(block_ref, 'rel \d+/(\d+)/(\d+) ', 'g') AS place
        WHERE place[1] = database AND place[2] IN (SELECT file FROM ours)
    )
    SELECT count(DISTINCT xid) FROM log
    WHERE coalesce(block_ref, '') = '' AND xid IN (SELECT xid FROM changed)
"""


def own(names: list[str]) -> list[str]:
    """Those tables that are the product's and no library's."""
    return sorted(name for name in names if name.startswith(("integrations_", "audit_")))


def placed(query: str) -> str:
    """A query with psycopg's placeholders."""
    return query.replace("?", "%s")


def read(value: object) -> object:
    """A value of SQLite's in the type that it means."""
    if isinstance(value, str):
        if value[:1] in "[{" and value:
            return json.loads(value)
        if INSTANT.fullmatch(value):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value
