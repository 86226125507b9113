"""One row of everything, for the pages that show it."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

from audit import trail
from audit.models import Body, SyncRun
from audit.outcomes import Outcome
from config import clock
from connectors.vendor import Tokens
from integrations import actions
from integrations.engine import sheets
from integrations.flow import Sheet, SheetLine
from integrations.models import (
    Comment,
    ConnectSession,
    Delivery,
    Document,
    Drift,
    Integration,
    Match,
    Membership,
    Plan,
    Record,
    Refused,
    Term,
    Write,
)
from tests.factories import (
    make_app,
    make_connected,
    make_integration,
    make_mapping,
    make_record,
    make_subscription,
    make_tenant,
    make_user,
)


def build_house(word: str) -> Integration:
    """A tenant with one row of everything; ``word`` is in its secrets, names and texts."""
    tenant = make_tenant(f"{word} Inc")
    app = make_app("bamboohr", tenant, client_id=f"{word}-client", client_secret=f"{word}-secret")
    source = make_connected(
        tenant, "bamboohr", app=app, tokens=Tokens(f"{word}-access", f"{word}-refresh")
    )
    integration = make_integration(source)
    for row in (source, integration.target, integration):
        row.title = f"{word} {row.title}"
        row.save()
    mapping = make_mapping(integration, f'["{word} department"]')
    Membership.objects.create(
        user=make_user(is_superuser=False), tenant=tenant, role=Membership.Role.AUDITOR
    )
    Term.objects.create(
        connection=integration.target, kind="department", key="FIN", title=f"{word}\u202e"
    )
    record = _record(word, integration)
    _decisions(word, integration, record)
    _trail(word, integration, record)
    _told(word, integration, record)
    actions.note(None, "mapping.confirm", mapping, sentence=f"{word}\x07 said")
    ConnectSession.objects.create(
        connection=source,
        app=app,
        state_digest=f"{word}-state",
        browser_digest="b" * 64,
        verifier=f"{word}-verifier",
        token_endpoint="https://northwind.bamboohr.com/token.php",
        redirect_uri="https://connector.example/connect/callback/bamboohr/",
        expires_at=clock.now(),
        outcome_reason=f"{word} was asked",
    )
    return integration


AMOUNT = Decimal("31337.17")
"""What only who may see pay is shown."""


def sheet_of(word: str) -> Sheet:
    """A money document that an approver looks at."""
    nothing = Decimal("0.00")
    lines = (
        SheetLine("6000", "SAL-000", f"{word} <i>x</i> wages", AMOUNT, nothing),
        SheetLine("2100", "", "Owed", nothing, AMOUNT),
    )
    facts = (("Date", "2026-01-05"), ("Period", f"01-2026 {word}\x07"))
    return Sheet(f"{word}\u202e journal", facts, lines, ("Every account is active.",))


def _record(word: str, integration: Integration) -> Record:
    reason: dict[str, object] = {
        "code": "unmapped",
        "sentence": f"{word} <b> has no",
        "remedy": "Map it.",
    }
    record = make_record(
        integration, state=Record.State.HELD, reasons=[reason], title=f"{word}\u202eLovelace"
    )
    Write.objects.create(
        record=record,
        run_key="00000000-0000-0000-0000-000000000001",
        step="create",
        reference=f"BHR-{word}-1",
        sent_at=clock.now(),
        settled_at=clock.now(),
        remark="An answer\x07 came.",
    )
    return record


def _decisions(word: str, integration: Integration, record: Record) -> None:
    """What people decide on: a pair, a preview, a difference, a comment."""
    problem = record.problems.get()
    problem.sentence = f"{word} <b> has no\x07"
    problem.save()
    Comment.objects.create(problem=problem, text=f"{word} <i>x</i>")
    Drift.objects.create(
        record=record, field="title", found=f"{word}\u202e", wanted="y", digest="d" * 64
    )
    Match.objects.create(
        integration=integration,
        leg="employees",
        source_id="1",
        source_title=f"{word}\u202eLovelace",
        target_id="EP1",
        target_title=f"{word} there",
        ground=Match.Ground.NAME,
    )
    Document.objects.create(
        record=record,
        connection=integration.target,
        vendor=integration.target.vendor,
        account_id=integration.target.account_id,
        number="1",
        kind="journal",
        reference=f"{word}\u202e r1",
        target_id=f"{word}-GL1",
        total_digits=str(AMOUNT),
        currency="USD",
        dated_on=date(2026, 1, 5),
    )
    line = {
        "source_id": "1",
        "title": f"{word}\u202eLovelace",
        "outcome": "updated",
        "steps": ["update"],
        "differences": [{"field": "title", "found": "<i>x</i>", "wanted": f"{word} wanted"}],
        "reasons": [f"{word} <b> has no"],
        "digest": "e" * 64,
        "sheets": [sheets.masked(sheet_of(word))],
    }
    Plan.objects.create(
        integration=integration,
        leg="employees",
        lines=[line],
        private=sheets.private_text({"1": [sheet_of(word)]}),
        counts={"updated": 1},
        digest="f" * 64,
        mapping_digest="0" * 64,
        drawn_up_on=date(2026, 1, 5),
        expires_at=clock.now() + timedelta(days=3),
    )


def _told(word: str, integration: Integration, record: Record) -> None:
    """A delivery that told of the record, and one that was refused."""
    subscription = make_subscription(
        integration.source, secret=f"{word}-secret", vendor_id=f"{word}-sub"
    )
    Delivery.objects.create(
        subscription=subscription,
        body=f"{word}-secret",
        headers={"x-signature": f"{word}-secret"},
        event_id=f"{word}\u202eevent",
        notices=[["employee", record.source_id], ["employee", f"{word}\x07"]],
        outcome=Delivery.Outcome.TAKEN_UP,
        handled_at=clock.now(),
        remark=f"{word} <b> said",
    )
    Refused.objects.create(
        subscription=subscription, minute_at=clock.now(), why=Refused.Why.FORGED, count=3
    )


def _trail(word: str, integration: Integration, record: Record) -> None:
    whose = trail.Whose(
        tenant_id=integration.tenant_id,
        tenant_name=f"{word} Inc",
        integration_id=integration.pk,
        integration_title=integration.title,
        flow=integration.flow,
        leg="employees",
    )
    run = trail.open_run(whose, SyncRun.Trigger.MANUAL)
    exchange = trail.BodyText(
        Body.Kind.EXCHANGE,
        {
            "vendor": "acumatica",
            "method": "PUT",
            "url": "https://northwind.acumatica.com/entity/Default/24.200.001/Employee",
            "status": 200,
            "sent": {"name": "<script>alert(1)</script>", "of": f"{word} exchanged"},
            "received": {},
            "effect": "done",
            "request_id": "",
            "fault": "",
        },
        operation="create_employee",
        private=json.dumps({"pay": {"/sent/rate": f"{word}-pay"}, "health": {}}),
    )
    entry = trail.EntryText(
        record_id=record.pk,
        source_id=record.source_id,
        outcome=Outcome.HELD,
        title=record.title,
        reasons=record.reasons,
        mappings=[
            {
                "mapping": 1,
                "version": 1,
                "kind": "department",
                "source_key": [word],
                "target": {"a": "FIN"},
            }
        ],
        differences=[{"field": "title", "found": "<i>x</i>", "wanted": "y"}],
        steps=["create"],
        bodies=[exchange],
    )
    trail.append(run, entry)
    trail.close_run(run, SyncRun.State.DONE, 1, {"held": 1})
