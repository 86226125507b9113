"""The trail's triggers: what was written cannot be changed, by whatever speaks to the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from audit import append_only, trail
from audit.models import Action, Body, Entry, Opening, SyncRun
from audit.opening import opened
from audit.outcomes import Outcome
from config import clock

pytestmark = pytest.mark.django_db(transaction=True)

WHOSE = trail.Whose(
    tenant_id=1,
    tenant_name="Northwind",
    integration_id=2,
    integration_title="People",
    flow="a_flow",
    leg="employees",
)


@pytest.fixture
def run() -> SyncRun:
    """One run with one entry, its body, and one action."""
    run = trail.open_run(WHOSE, SyncRun.Trigger.MANUAL)
    body = trail.BodyText(Body.Kind.EXCHANGE, {"name": "Ada"}, private="4000.00")
    trail.append(run, trail.EntryText(1, "42", Outcome.CREATED, bodies=[body]))
    trail.record_action(trail.Who(7, "ops"), "integration.pause", trail.OnWhat(1))
    return run


CHANGES: dict[str, Callable[[], object]] = {
    "audit_entry is append-only: UPDATE": lambda: Entry.objects.update(title="other"),
    "audit_entry is append-only: DELETE": lambda: _deleted("audit_entry"),
    "audit_action is append-only: UPDATE": lambda: Action.objects.update(sentence="other"),
    "audit_action is append-only: DELETE": lambda: Action.objects.all().delete(),
    "audit_body is append-only: UPDATE": lambda: Body.objects.update(private="1.00"),
    "audit_body is append-only: DELETE": lambda: Body.objects.all().delete(),
    "audit_syncrun is append-only: DELETE": lambda: _deleted("audit_syncrun"),
}


def _deleted(table: str) -> None:
    """Past Django's own protection of what is pointed at."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def _leave_open() -> None:
    with transaction.atomic():
        Opening.objects.create(purpose=Opening.Purpose.RETENTION)
        Body.objects.all().delete()


def _rows() -> list[dict[str, object]]:
    models: tuple[type[Model], ...] = (Entry, Action, Body, SyncRun)
    return [row for model in models for row in model._default_manager.values()]


@pytest.mark.parametrize("sentence", CHANGES)
def test_refuses_to_change_what_was_written(run: SyncRun, sentence: str) -> None:
    before = _rows()

    with pytest.raises(IntegrityError, match=f"{sentence} is refused"):
        CHANGES[sentence]()

    assert _rows() == before


def test_counts_in_a_run_until_it_ends_and_never_after(run: SyncRun) -> None:
    trail.note_progress(run, 3, {"created": 1})
    trail.close_run(run, SyncRun.State.DONE, 5, {"created": 1, "unchanged": 4})

    with pytest.raises(IntegrityError, match="audit_syncrun is append-only: UPDATE is refused"):
        SyncRun.objects.update(seen_count=6)

    assert SyncRun.objects.get().seen_count == 5


@pytest.mark.parametrize("table", append_only.TABLES)
def test_refuses_to_replace_a_row(run: SyncRun, table: str) -> None:
    # Only a run that has ended is frozen.
    SyncRun.objects.filter(ended_at=None).update(ended_at=clock.now())
    before = _rows()
    # PostgreSQL has no such statement; what comes nearest turns into an UPDATE.
    statement, refused = {
        "sqlite": (f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}", "INSERT"),
        "postgresql": (
            f"INSERT INTO {table} SELECT * FROM {table} "
            f"ON CONFLICT (id) DO UPDATE SET tenant_id = excluded.tenant_id",
            "UPDATE",
        ),
    }[connection.vendor]

    with (
        connection.cursor() as cursor,
        pytest.raises(IntegrityError, match=f"{table} is append-only: {refused} is refused"),
    ):
        cursor.execute(statement)

    assert _rows() == before


def test_lets_retention_delete_bodies_and_nothing_else(run: SyncRun) -> None:
    with opened(Opening.Purpose.RETENTION):
        assert Body.objects.all().delete()[0] == 1

    with (
        pytest.raises(IntegrityError, match="audit_entry is append-only: DELETE"),
        opened(Opening.Purpose.RETENTION),
    ):
        _deleted("audit_entry")

    assert Entry.objects.count() == 1
    assert not Body.objects.exists()


def test_lets_nobody_change_a_body_while_retention_is_open(run: SyncRun) -> None:
    with (
        pytest.raises(IntegrityError, match="audit_body is append-only: UPDATE"),
        opened(Opening.Purpose.RETENTION),
    ):
        Body.objects.update(private="1.00")

    assert Body.objects.get().private == "4000.00"


def test_lets_new_keys_change_the_ciphertext_and_nothing_else(run: SyncRun) -> None:
    with opened(Opening.Purpose.KEYS):
        assert Body.objects.update(private="4000.00") == 1

    with (
        pytest.raises(IntegrityError, match="audit_body is append-only: UPDATE"),
        opened(Opening.Purpose.KEYS),
    ):
        Body.objects.update(private="1.00", content={"name": "Eve"})

    with pytest.raises(IntegrityError), opened(Opening.Purpose.KEYS):
        Body.objects.all().delete()

    assert Body.objects.get().content == {"name": "Ada"}


def test_is_closed_again_when_the_transaction_ends(run: SyncRun) -> None:
    with opened(Opening.Purpose.RETENTION):
        pass

    assert not Opening.objects.exists()
    with pytest.raises(IntegrityError, match="audit_body is append-only"):
        Body.objects.all().delete()


def test_commits_no_transaction_that_leaves_it_open(run: SyncRun) -> None:
    with pytest.raises(IntegrityError):
        _leave_open()

    with pytest.raises(IntegrityError, match="opening_ends_with_its_transaction"):
        Opening.objects.create(purpose=Opening.Purpose.RETENTION, entry=Entry.objects.get())

    assert not Opening.objects.exists()
    assert Body.objects.count() == 1


def test_finds_a_trigger_that_is_gone_and_one_that_says_something_else(run: SyncRun) -> None:
    assert append_only.missing(connection) == []
    with connection.cursor() as cursor:
        name = "audit_body_refuses_delete"
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE DELETE ON audit_body BEGIN SELECT 1; END")
            cursor.execute("DROP TRIGGER audit_entry_refuses_update")
        else:
            cursor.execute(f"ALTER TABLE audit_body DISABLE TRIGGER {name}")
            cursor.execute("DROP TRIGGER audit_entry_refuses_update ON audit_entry")

    assert append_only.missing(connection) == ["audit_entry_refuses_update", name]

    append_only.install(connection)

    assert append_only.missing(connection) == []
