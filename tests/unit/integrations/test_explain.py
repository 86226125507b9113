"""One record's story, in an operator's words."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from audit import trail
from audit.models import Body, Entry, SyncRun
from audit.outcomes import Outcome
from config import clock
from integrations.explain import explain
from integrations.models import Integration, Record, Write
from integrations.reasons import BEING_VERIFIED, REFUSED, UNMAPPED, Reason
from tests.clocks import StoppedClock
from tests.factories import make_integration, make_record

pytestmark = pytest.mark.django_db

RUN_KEY = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def integration(stopped_clock: StoppedClock) -> Integration:
    """It is Monday, 2 March 2026, nine o'clock."""
    integration = make_integration()
    integration.title = "People"
    integration.save()
    return integration


def told(record: Record) -> list[str]:
    return explain(record.integration, "employees", record.source_id).lines()


def append(record: Record, outcome: Outcome, text: trail.EntryText | None = None) -> Entry:
    """One more entry of the record."""
    integration = record.integration
    whose = trail.Whose(
        tenant_id=integration.tenant_id,
        tenant_name="x",
        integration_id=integration.pk,
        integration_title=integration.title,
        flow=integration.flow,
        leg=record.leg,
    )
    run = trail.open_run(whose, SyncRun.Trigger.MANUAL)
    return trail.append(run, text or trail.EntryText(record.pk, record.source_id, outcome))


def exchange(**content: object) -> trail.BodyText:
    """A changing call that was answered with 200, unless told otherwise."""
    usual: dict[str, object] = {
        "vendor": "acumatica",
        "method": "PUT",
        "url": "https://northwind.acumatica.com/Employee",
        "status": 200,
        "sent": {"Name": "<person: text>"},
        "received": {"EmployeeID": {"value": "E1"}},
        "effect": "done",
        "request_id": "",
        "fault": "",
    }
    return trail.BodyText(
        Body.Kind.EXCHANGE, usual | content, operation="create_employee", private='{"pay": {}}'
    )


def test_tells_how_a_record_was_carried(integration: Integration) -> None:
    record = make_record(integration, source_id="7", title="Ada Byron")
    Record.objects.filter(pk=record.pk).update(target_id="E1")
    read = trail.BodyText(
        Body.Kind.READ,
        {
            "version": "v3",
            "is_gone": False,
            "value": {"person": {"last_name": "<person: text>", "department": "Finance"}},
        },
        at=clock.now() - timedelta(seconds=2),
    )
    looked = exchange(method="GET", sent=None, received={"value": []}, effect="none")
    text = trail.EntryText(
        record.pk,
        "7",
        Outcome.CREATED,
        mappings=[
            {
                "mapping": 12,
                "kind": "department",
                "source_key": ["Finance"],
                "target": {"department": "FIN"},
                "version": 2,
            }
        ],
        differences=[{"field": "department", "found": "", "wanted": "FIN"}],
        steps=["create"],
        bodies=[read, looked, exchange()],
    )
    append(record, Outcome.CREATED, text)
    assert told(record) == [
        "Ada Byron (BambooHR 7), People, employees: Synced.",
        "It stands at the target as the source has it.",
        "It is tied to Acumatica E1.",
        "2026-03-02 09:00:00 UTC, manual: created by create.",
        "  Read at 2026-03-02 08:59:58 UTC, version v3: "
        "last_name <person: text>; department Finance.",
        "  department Finance means FIN (mapping 12, version 2).",
        "  department: (empty) → FIN",
        "  Acumatica, create_employee (GET https://northwind.acumatica.com/Employee): "
        "answered 200.",
        '    Answered: {"value": []}',
        "  Acumatica, create_employee (PUT https://northwind.acumatica.com/Employee): "
        "answered 200, it took effect.",
        '    Sent: {"Name": "<person: text>"}',
        '    Answered: {"EmployeeID": {"value": "E1"}}',
    ]


def held(integration: Integration, reason: Reason, *bodies: trail.BodyText) -> Record:
    """A record that waits for a person, and the entry that says so."""
    reasons = [reason.as_json()]
    record = make_record(
        integration, source_id="7", title="Ada Byron", state=Record.State.HELD, reasons=reasons
    )
    text = trail.EntryText(record.pk, "7", Outcome.HELD, reasons=reasons, bodies=bodies)
    append(record, Outcome.HELD, text)
    return record


def test_tells_what_mends_a_missing_mapping(integration: Integration) -> None:
    record = held(integration, UNMAPPED.because(mapping="department", value="Ops"))
    assert told(record) == [
        "Ada Byron (BambooHR 7), People, employees: Held.",
        "It waits for a person.",
        "department Ops has no counterpart at the target yet.",
        "What to do: Map Ops in the mapping table; the record goes on by itself.",
        "2026-03-02 09:00:00 UTC, manual: held.",
        "  department Ops has no counterpart at the target yet.",
        "  What to do: Map Ops in the mapping table; the record goes on by itself.",
    ]


def test_tells_what_a_refusal_said_and_that_it_had_no_effect(integration: Integration) -> None:
    answer = exchange(status=422, effect="none", sent=None, received={"error": "<text 12>"})
    record = held(integration, REFUSED.because(answer="No such branch."), answer)
    assert told(record)[-2:] == [
        "  Acumatica, create_employee (PUT https://northwind.acumatica.com/Employee): "
        "answered 422, it had no effect.",
        '    Answered: {"error": "<text 12>"}',
    ]


def test_tells_that_an_outcome_is_not_known(integration: Integration) -> None:
    reason = BEING_VERIFIED.because(until="2026-03-02 09:15 UTC").as_json()
    record = make_record(integration, source_id="7", state=Record.State.WRITING, reasons=[reason])
    until = clock.now() + timedelta(minutes=15)
    Record.objects.filter(pk=record.pk).update(due_at=until)
    Write.objects.create(
        record=record,
        run_key=RUN_KEY,
        step="create",
        reference="BHR-x-7",
        sent_at=clock.now(),
        settled_at=until,
    )
    cut = exchange(status=None, effect="unknown", received=None, fault="the line was cut")
    text = trail.EntryText(record.pk, "7", Outcome.WAITING, reasons=[reason], bodies=[cut])
    append(record, Outcome.WAITING, text)
    assert told(record)[1:6] == [
        "A change was sent and its outcome is being verified.",
        "It is not known whether the last call had its effect; that is verified until "
        "2026-03-02 09:15 UTC.",
        "What to do: Nothing to do: it goes on by itself.",
        "create was sent at 2026-03-02 09:00:00 UTC and what became of it is not known "
        "before 2026-03-02 09:15:00 UTC.",
        "It is worked again at 2026-03-02 09:15:00 UTC.",
    ]
    assert told(record)[-2] == (
        "  Acumatica, create_employee (PUT https://northwind.acumatica.com/Employee): "
        "the line was cut, whether it took effect is not known."
    )


def test_tells_that_a_record_is_gone_and_which_entry_ran_again(integration: Integration) -> None:
    record = make_record(integration, source_id="7")
    first = append(record, Outcome.UPDATED)
    gone = trail.BodyText(Body.Kind.READ, {"version": "", "is_gone": True, "value": None})
    text = trail.EntryText(
        record.pk, "7", Outcome.DEACTIVATED, bodies=[gone], error_id="ab12", replay_of_id=first.pk
    )
    append(record, Outcome.DEACTIVATED, text)
    assert told(record)[2:] == [
        "2026-03-02 09:00:00 UTC, manual: deactivated.",
        f"  It ran entry {first.pk} again.",
        "  Read at 2026-03-02 09:00:00 UTC: it no longer exists at the source.",
        "  Error ab12.",
        "2026-03-02 09:00:00 UTC, manual: updated.",
    ]


def test_spells_out_what_cannot_be_seen(integration: Integration) -> None:
    record = make_record(integration, source_id="7", title="Ada\u202eByron")
    assert told(record)[0].startswith("Ada\\u202eByron (")


def test_tells_machines_the_same_and_nothing_private(integration: Integration) -> None:
    secret = trail.BodyText(Body.Kind.EXCHANGE, {"status": 200}, private='{"pay": {"/a": "77.31"}}')
    record = held(integration, UNMAPPED.because(mapping="department", value="Ops"), secret)
    content = explain(integration, "employees", "7").as_json()
    text = json.dumps(content)
    assert "77.31" not in text
    assert content["state"] == "held"
    assert content["problems"] == [{"code": "unmapped", "subject": "department:Ops", "remedy": ""}]
    (entry,) = json.loads(text)["entries"]
    assert entry["bodies"] == [
        {"kind": "exchange", "operation": "", "at": entry["at"], "content": {"status": 200}}
    ]
    assert entry["reasons"] == record.reasons


def test_asks_the_database_as_often_for_many_entries_as_for_one(
    integration: Integration, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    record = held(integration, UNMAPPED.because(mapping="department", value="Ops"), exchange())
    for _ in range(5):
        append(record, Outcome.UPDATED)
    with django_assert_num_queries(5):
        explain(integration, "employees", "7").lines()


def test_says_where_to_look_when_nothing_was_seen(integration: Integration) -> None:
    with pytest.raises(LookupError, match=r"^People has never seen '8' in employees: "):
        explain(integration, "employees", "8")
