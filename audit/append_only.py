"""Triggers by which the database itself refuses to change or delete what was written.

SQLite drops a table's triggers when Django remakes the table, so every later migration of this app
ends with ``set_again()``; a system check finds those that are missing. PostgreSQL's TRUNCATE fires
no row trigger: it empties a table visibly and as a whole, and changes no row in silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps.registry import Apps
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython

ALWAYS = "1 = 1"
ENDED = "OLD.ended_at IS NOT NULL"
NO_RETENTION = "NOT EXISTS (SELECT 1 FROM audit_opening WHERE purpose = 'retention')"
NO_KEYS = "NOT EXISTS (SELECT 1 FROM audit_opening WHERE purpose = 'keys')"
REPLACED = "EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
TABLES = ("audit_entry", "audit_action", "audit_body", "audit_syncrun")


@dataclass(frozen=True, slots=True)
class Refusal:
    """One event on one table that is refused where the condition holds."""

    table: str
    event: str
    condition: str = ALWAYS

    @property
    def name(self) -> str:
        """The trigger's name, and on PostgreSQL its function's."""
        return f"{self.table}_refuses_{self.event.lower()}"

    @property
    def sentence(self) -> str:
        """What the database says."""
        return f"{self.table} is append-only: {self.event} is refused"


def install(connection: BaseDatabaseWrapper) -> None:
    """Set every trigger anew."""
    with connection.cursor() as cursor:
        for refusal in _refusals(connection):
            for statement in _statements(connection, refusal):
                cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take every trigger away; for a migration backwards, and for tests that empty tables."""
    with connection.cursor() as cursor:
        for refusal in _refusals(connection):
            for statement in _drops(connection, refusal):
                cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The triggers that are not there, are switched off, or were set with another text."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            there = {str(name): str(sql) for name, sql in cursor.fetchall()}
        else:
            cursor.execute(
                "SELECT t.tgname, p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
                "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') "
                "AND t.tgrelid IN (SELECT to_regclass(name) FROM unnest(%s::text[]) AS name)",
                [list(TABLES)],
            )
            there = {str(name): str(source) for name, source in cursor.fetchall()}
    return [
        refusal.name
        for refusal in _refusals(connection)
        if there.get(refusal.name) != _told(connection, refusal)
    ]


def set_again() -> RunPython:
    """The last operation of every migration that changes a table of the trail."""
    return RunPython(_install_by_migration, _remove_by_migration)


def _install_by_migration(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    install(schema_editor.connection)


def _remove_by_migration(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    remove(schema_editor.connection)


def _refusals(connection: BaseDatabaseWrapper) -> list[Refusal]:
    refusals = [
        Refusal("audit_entry", "UPDATE"),
        Refusal("audit_entry", "DELETE"),
        Refusal("audit_action", "UPDATE"),
        Refusal("audit_action", "DELETE"),
        Refusal("audit_body", "UPDATE", _all_but_encrypted_anew(connection)),
        Refusal("audit_body", "DELETE", NO_RETENTION),
        Refusal("audit_syncrun", "UPDATE", ENDED),
        Refusal("audit_syncrun", "DELETE"),
    ]
    if connection.vendor == "sqlite":
        # INSERT OR REPLACE deletes there without a trigger for it.
        refusals += [Refusal(table, "INSERT", REPLACED.format(table=table)) for table in TABLES]
    return refusals


def _all_but_encrypted_anew(connection: BaseDatabaseWrapper) -> str:
    """A body's private part may be encrypted with another key; its digest is over the text."""
    differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "audit_body")
    fixed = sorted(column.name for column in columns if column.name != "private")
    changed = " OR ".join(f'OLD."{name}" {differs} NEW."{name}"' for name in fixed)
    return f"{NO_KEYS} OR {changed}"


def _statements(connection: BaseDatabaseWrapper, refusal: Refusal) -> Sequence[str]:
    if connection.vendor == "sqlite":
        return (*_drops(connection, refusal), _sqlite_trigger(refusal))
    return (
        *_drops(connection, refusal),
        f"CREATE FUNCTION {refusal.name}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $refusal${_postgresql_body(refusal)}$refusal$",
        f"CREATE TRIGGER {refusal.name} BEFORE {refusal.event} ON {refusal.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {refusal.name}()",
    )


def _drops(connection: BaseDatabaseWrapper, refusal: Refusal) -> Sequence[str]:
    if connection.vendor == "sqlite":
        return (f"DROP TRIGGER IF EXISTS {refusal.name}",)
    return (
        f"DROP TRIGGER IF EXISTS {refusal.name} ON {refusal.table}",
        f"DROP FUNCTION IF EXISTS {refusal.name}()",
    )


def _told(connection: BaseDatabaseWrapper, refusal: Refusal) -> str:
    """The text that the database keeps of a trigger."""
    if connection.vendor == "sqlite":
        return _sqlite_trigger(refusal)
    return _postgresql_body(refusal)


def _sqlite_trigger(refusal: Refusal) -> str:
    return (
        f"CREATE TRIGGER {refusal.name} BEFORE {refusal.event} ON {refusal.table} "
        f"FOR EACH ROW WHEN {refusal.condition} "
        f"BEGIN SELECT RAISE(ABORT, '{refusal.sentence}'); END"
    )


def _postgresql_body(refusal: Refusal) -> str:
    row = "OLD" if refusal.event == "DELETE" else "NEW"
    return (
        f"BEGIN IF {refusal.condition} THEN RAISE EXCEPTION '{refusal.sentence}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        f"RETURN {row}; END"
    )
