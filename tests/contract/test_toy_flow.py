"""A seventh vendor and a sixth flow are folders: nothing else changes, and everything works."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client

from audit.models import Body, Entry, SyncRun
from connectors import registry as vendors
from integrations import registry, vocabularies
from integrations.engine import plans, review
from integrations.engine.reconcile import reconcile
from integrations.explain import explain
from integrations.models import Integration, Match, Plan, Problem, Record, Write
from integrations.replaying import replay
from tests.clocks import StoppedClock
from tests.contract.toy.house import FLOW, House
from tests.contract.toy.office import FLOWS, Office
from tests.unit.sources import PRODUCT, ROOT, modules

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(house: House) -> House:
    """Ada's card lies in the Garden, Bob's in the Cellar; only the Garden is mapped."""
    house.office.file("1", name="Ada Byron", drawer="Garden")
    house.office.file("2", name="Bob Cole", drawer="Cellar")
    house.office.file("3", name="Cy Dee", drawer="Attic")
    house.set_up()
    return house


def test_finds_vendors_and_flow_by_their_folders(office: Office) -> None:
    assert {"rolodex", "homestead"} <= set(vendors.vendors())
    assert registry.flow(FLOW).title == "Rolodex → Homestead"
    registry.remove_path(FLOWS)
    with pytest.raises(LookupError, match=f"^No flow '{FLOW}': there are "):
        registry.flow(FLOW)


def test_is_named_by_no_module_of_the_product() -> None:
    words = ("rolodex", "homestead")
    named = [
        str(path.relative_to(ROOT))
        for path in modules(*PRODUCT)
        if any(word in path.read_text().lower() for word in words)
    ]
    assert named == []


def test_names_a_flow_folder_without_a_declaration(tmp_path: Path) -> None:
    (tmp_path / "a_to_b").mkdir()
    (tmp_path / "a_to_b" / "__init__.py").write_text("")
    registry.add_path(tmp_path)
    try:
        with pytest.raises(registry.FlowMissingError, match="a_to_b has no FLOW"):
            registry.flows()
    finally:
        registry.remove_path(tmp_path)


def test_suggests_what_has_the_same_name(house: House) -> None:
    assert vocabularies.pull(house.fresh()) == 1
    rows = house.integration.mappings.values_list("source_key", "state", "target")
    assert sorted(rows) == [
        ('["Attic"]', "unmapped", {}),
        ('["Cellar"]', "unmapped", {}),
        ('["Garden"]', "suggested", {"room": "1"}),
    ]


def test_lays_cards_beside_guests(ready: House) -> None:
    ready.office.guests["G9"] = {
        "id": "G9",
        "reference": "",
        "name": "Ada Byron",
        "email": "somebody@northwind.example",
        "is_confirmed": "yes",
    }
    review.draw_up(ready.fresh(), ready.leg)
    rows = {(one.source_id, one.target_id): one.ground for one in Match.objects.all()}
    assert rows["1", "G9"] == Match.Ground.NAME
    assert ready.office.writes() == []


def test_posts_an_approved_preview(ready: House) -> None:
    plan = plans.keep(ready.fresh(), ready.leg, ready.operator)
    assert plan.counts == {"created": 1, "held": 1, "filtered": 1}
    plans.approve(plan, ready.operator)
    run = plans.post(Plan.objects.get(pk=plan.pk), ready.leg)
    assert run is not None
    assert run.counts == {"created": 1, "held": 1, "filtered": 1}


def test_stops_a_preview_when_an_allowance_changed_that_it_does_not_show(ready: House) -> None:
    plan = plans.keep(ready.fresh(), ready.leg, ready.operator)
    assert "100.00" not in json.dumps(plan.lines)
    plans.approve(plan, ready.operator)
    ready.office.file("1", allowance="200.00")
    assert plans.post(Plan.objects.get(pk=plan.pk), ready.leg) is None
    plan.refresh_from_db()
    assert plan.stopped_by == ["Record 1 would be written otherwise."]


def test_invites_and_confirms_and_then_writes_nothing_more(ready: House) -> None:
    run = ready.sync()
    assert (run.state, run.seen_count) == (SyncRun.State.DONE, 3)
    assert run.counts == {"created": 1, "held": 1, "filtered": 1}
    assert ready.office.writes() == ["guests", "confirm"]
    (guest,) = ready.office.guests.values()
    assert (guest["reference"], guest["room"]) == ("ROL-northwind-1", "1")
    assert (Decimal(guest["allowance"]), guest["is_confirmed"]) == (Decimal("100.00"), "yes")
    assert (ready.codes("2"), ready.codes("3")) == (["unmapped"], ["kept_back"])
    assert ready.sync().seen_count == 0
    assert ready.sync(everything=True).counts == {"unchanged": 1, "held": 1, "filtered": 1}
    assert ready.office.writes() == ["guests", "confirm"]


def test_goes_on_when_the_drawer_is_mapped(ready: House) -> None:
    ready.sync()
    assert Problem.objects.get(closed_at=None).subject == "room:Cellar"
    assert ready.map("Cellar", "2") == 1
    ready.drain()
    assert ready.record("2").state == Record.State.SYNCED
    assert Problem.objects.filter(closed_at=None).count() == 0


def test_obeys_its_option(ready: House) -> None:
    Integration.objects.update(options={"kept_back": "Garden"})
    ready.sync()
    assert ready.codes("1") == ["kept_back"]
    assert ready.codes("3") == ["unmapped"]


@pytest.mark.parametrize(
    ("fault", "calls"),
    [
        ("lost_after", ["guests", "confirm"]),
        ("lost_before", ["guests", "confirm", "confirm"]),
    ],
)
def test_goes_on_at_the_second_step_when_its_answer_was_lost(
    stopped_clock: StoppedClock, ready: House, fault: str, calls: list[str]
) -> None:
    getattr(ready.office, fault).add("confirm")
    ready.sync()
    assert ready.record("1").state == Record.State.WRITING
    assert ready.record("1").target_id != ""
    asked = len(ready.office.asked)
    ready.drain()
    assert len(ready.office.asked) == asked, "looked before the call had settled"
    stopped_clock.advance(seconds=400)
    ready.drain()
    assert ready.record("1").state == Record.State.SYNCED
    assert ready.office.writes() == calls
    assert [guest["is_confirmed"] for guest in ready.office.guests.values()] == ["yes"]
    assert Write.objects.filter(outcome__in=Write.OPEN).count() == 0


def test_replays_by_reading_afresh(ready: House) -> None:
    ready.sync()
    entry = Entry.objects.get(source_id="1")
    guest = ready.office.guests[ready.record("1").target_id]
    guest["is_confirmed"] = "no"
    replayed = replay(entry.pk)
    assert (replayed.outcome, replayed.steps) == ("updated", ["confirm"])
    assert guest["is_confirmed"] == "yes"
    assert replay(entry.pk).outcome == "unchanged"


def test_reports_what_was_changed_at_the_house_and_writes_nothing(ready: House) -> None:
    ready.sync()
    ready.office.guests[ready.record("1").target_id]["is_confirmed"] = "no"
    report = reconcile(ready.fresh(), ready.leg)
    assert [line.source_id for line in report.drifted] == ["1"]
    assert ready.office.writes() == ["guests", "confirm"]


def test_makes_due_what_no_notice_told(ready: House) -> None:
    ready.sync()
    ready.office.file("4", name="Di Eve", drawer="Garden")
    assert reconcile(ready.fresh(), ready.leg).missed == ["4"]


def test_explains_a_guest(ready: House) -> None:
    ready.sync()
    told = explain(ready.integration, "guests", "1").lines()
    assert told[0] == "Ada Byron (Rolodex 1), Guests, guests: Synced."
    assert told[2] == f"It is tied to Homestead {ready.record('1').target_id}."
    assert any(line.startswith("  room Garden means 1 (mapping ") for line in told)
    assert not any("100.00" in line for line in told)


def test_keeps_allowance_and_diet_apart(ready: House) -> None:
    ready.sync()
    kept = [body.private for body in Body.objects.filter(entry__source_id="1") if body.private]
    assert any("100.00" in text for text in kept)
    assert "100.00" not in json.dumps([*Body.objects.values_list("content", flat=True)])
    differences = Entry.objects.get(source_id="1").differences
    assert {"field": "allowance", "found": "", "wanted": "<pay>"} in differences
    assert {"field": "diet", "found": "", "wanted": "<health>"} in differences


def test_previews_at_the_command_line(ready: House) -> None:
    printed = StringIO()
    call_command("sync", "Guests", "--dry-run", "--json", stdout=printed)
    lines = json.loads(printed.getvalue())["lines"]
    assert [line["outcome"] for line in lines] == ["created", "held", "filtered"]


def test_is_shown_by_every_page(ready: House, client: Client) -> None:
    ready.sync()
    plans.keep(ready.fresh(), ready.leg, ready.operator)
    opened = 0
    for model in admin.site._registry:
        if model._meta.app_label not in ("integrations", "audit"):
            continue
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert client.get(url).status_code == 200, url
        for row in model._default_manager.values_list("pk", flat=True):
            assert client.get(f"{url}{row}/change/").status_code == 200, f"{url}{row}"
            opened += 1
    assert opened > 15
