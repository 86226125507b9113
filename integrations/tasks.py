"""What workers are woken for: each task takes one id and is safe to run twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.contrib.auth.models import User

from audit import trail
from audit.models import SyncRun
from config import clock
from connectors.errors import ConnectorError
from integrations import (
    alerts,
    nightly,
    refreshing,
    registry,
    replaying,
    retention,
    routines,
    schedule,
    vocabularies,
    wake,
)
from integrations.connect import disconnecting
from integrations.engine import due, failures, marks, plans, review
from integrations.engine.run import LegRun, legs
from integrations.flow import Leg
from integrations.models import Connection, Integration, Plan
from integrations.shutdown import shutdown
from integrations.webhooks import deliveries, subscriptions

log = logging.getLogger(__name__)

ABANDONED_AFTER = timedelta(minutes=30)
"""Longer than the slowest chunk of records takes."""


@shared_task(name="integrations.poll")
def poll(integration_id: int, everything: bool = False, only_due: bool = False) -> None:
    """Read what changed at the source of one integration and work it.

    ``only_due`` is beat's: legs that were polled a moment ago are left alone.
    """
    integration = running(integration_id)
    if integration is None:
        return
    trigger = SyncRun.Trigger.MANUAL if everything else SyncRun.Trigger.SCHEDULE
    closed: set[str] = set()
    for leg in legs(integration):
        if closed.intersection(leg.needs):
            closed.add(leg.name)
            continue
        if only_due and not schedule.take_due(integration, leg):
            continue
        if not marks.is_open(integration, leg.name):
            if not _open(integration, leg):
                closed.add(leg.name)
            continue
        run = LegRun(integration, leg, trigger, stop=shutdown).read_all(everything=everything)
        _offer(integration, leg)
        if run.state != SyncRun.State.DONE:
            return


def _offer(integration: Integration, leg: Leg) -> None:
    """Have a preview wait for whoever approves, where the leg's records wait for him."""
    if leg.asks is None or plans.is_refused(integration, leg):
        return
    try:
        plans.offer(integration, leg)
    except ConnectorError as error:
        failures.tell(integration, error)
        log.warning("preview of integration %s: %s", integration.pk, error.summary)


def _open(integration: Integration, leg: Leg) -> bool:
    """Bring a leg on that has not begun: its first preview is drawn up, and posted once approved.

    Legs that need this one have to wait: what they would do depends on what it will have done.
    """
    if plans.is_refused(integration, leg):
        return False
    try:
        plan = plans.first_of(integration, leg)
        run = plans.post(plan, leg, stop=shutdown) if plans.is_ready(plan) else None
    except plans.PlanError as error:
        log.info("leg %s of integration %s: %s", leg.name, integration.pk, error)
        return False
    except ConnectorError as error:
        failures.tell(integration, error)
        log.warning("first preview of integration %s: %s", integration.pk, error.summary)
        return False
    return run is not None and run.state == SyncRun.State.DONE


@shared_task(name="integrations.drain")
def drain(connection_id: int) -> None:
    """Work what is due at one target; asks to be woken again while more is due."""
    began_at = clock.now()
    try:
        is_more_due = due.drain(connection_id, shutdown)
        if not is_more_due:
            for integration, leg in due.asking_legs(connection_id):
                _offer(integration, leg)
    finally:
        wake.note_done(connection_id)
    # What was asked for between the last look and this line woke nobody.
    if is_more_due or due.became_due(connection_id, began_at):
        wake.drain(connection_id)


@shared_task(name="integrations.take_up_deliveries")
def take_up_deliveries() -> None:
    """Split the deliveries that wait into notices; asks to be woken again while more wait."""
    if deliveries.take_up():
        wake.deliveries()


@shared_task(name="integrations.mend_subscription")
def mend_subscription(connection_id: int) -> None:
    """Bring the webhook subscription of one connection to what is wanted."""
    subscriptions.mend(connection_id)


@shared_task(name=routines.SWEEP.task)
def sweep() -> None:
    """Wake a worker for every target at which something is due; close runs that nobody ended."""
    with routines.turn(routines.SWEEP) as is_mine:
        if is_mine:
            trail.interrupt_abandoned(clock.now() - ABANDONED_AFTER)
            for connection_id in due.connections_with_work():
                wake.drain(connection_id)
            for plan_id in plans.left_lying():
                wake.post_plan(plan_id)
            if deliveries.waiting().exists():
                wake.deliveries()
            for connection_id in subscriptions.due_connections():
                wake.mend_subscription(connection_id)


@shared_task(name=routines.REFRESH.task)
def refresh_grants() -> None:
    """Renew what lets us in ahead of its end, so that no record has to wait for it."""
    with routines.turn(routines.REFRESH) as is_mine:
        if is_mine:
            refreshing.refresh_ahead()


@shared_task(name=routines.ALERTS.task)
def send_alerts() -> None:
    """Tell people by mail what waits for them and was not told yet."""
    with routines.turn(routines.ALERTS) as is_mine:
        if is_mine:
            alerts.send()


@shared_task(name=routines.NIGHT.task)
def begin_nightly() -> None:
    """Have the integrations compared whose night it is."""
    with routines.turn(routines.NIGHT) as is_mine:
        if is_mine:
            for integration_id in nightly.due_ids():
                wake.reconcile(integration_id)


@shared_task(name="integrations.reconcile")
def compare(integration_id: int) -> None:
    """Compare both sides of one integration whole; twice in one night it is done once."""
    integration = running(integration_id)
    if integration is not None and nightly.take(integration):
        nightly.compare(integration)


@shared_task(name=routines.RETENTION.task)
def retain() -> None:
    """Delete what is kept no longer, and give back what a disconnected vendor could not take."""
    with routines.turn(routines.RETENTION) as is_mine:
        if is_mine:
            retention.retain()
            disconnecting.finish_all()


@shared_task(name=routines.SCHEDULE.task)
def keep_schedule() -> None:
    """Set beat's table to what the integrations say."""
    with routines.turn(routines.SCHEDULE) as is_mine:
        if is_mine:
            schedule.keep_all()


@shared_task(name="integrations.read_vocabularies")
def read_vocabularies(integration_id: int) -> None:
    """Read the lists of both sides of one integration and suggest mappings."""
    integration = standing(integration_id)
    if integration is not None:
        vocabularies.pull(integration)


@shared_task(name="integrations.draw_up_review")
def draw_up_review(integration_id: int) -> None:
    """Lay both sides of one integration side by side for a person to confirm."""
    integration = standing(integration_id)
    if integration is not None:
        for leg in legs(integration):
            review.draw_up(integration, leg)


@shared_task(name="integrations.keep_plan")
def keep_plan(integration_id: int, user_id: int | None = None) -> None:
    """Draw up a preview of each leg and keep it for approval."""
    integration = standing(integration_id)
    if integration is not None:
        asked_by = User.objects.filter(pk=user_id).first() if user_id is not None else None
        for leg in legs(integration):
            try:
                plans.keep(integration, leg, asked_by)
            except ConnectorError as error:
                failures.tell(integration, error)
                log.warning("preview of integration %s: %s", integration_id, error.summary)
                return


@shared_task(name="integrations.post_plan")
def post_plan(plan_id: int) -> None:
    """Post one approved plan; posted or stopped before, it is left alone."""
    rows = Plan.objects.select_related(
        "integration__tenant", "integration__source", "integration__target"
    )
    plan = rows.filter(pk=plan_id).first()
    if plan is None or running(plan.integration_id) is None or not plans.take(plan):
        return
    try:
        plans.post(plan, registry.flow(plan.integration.flow).leg(plan.leg))
    except plans.PlanError as error:
        log.info("plan %s was not posted: %s", plan_id, error)
    except ConnectorError as error:
        # Nothing was begun: it stays approved.
        plans.put_off(plan)
        failures.tell(plan.integration, error)
        log.warning("plan %s was not posted: %s", plan_id, error.summary)


@shared_task(name="integrations.replay_entry")
def replay_entry(entry_id: int) -> None:
    """Run one entry again; a second time finds nothing left to write."""
    try:
        replaying.replay(entry_id)
    except replaying.ReplayError as error:
        log.info("entry %s was not replayed: %s", entry_id, error)


def standing(integration_id: int) -> Integration | None:
    """The integration, unless it is gone or closed."""
    integration = (
        Integration.objects.select_related("tenant", "source", "target")
        .exclude(status=Integration.Status.CLOSED)
        .filter(pk=integration_id)
        .first()
    )
    if integration is None:
        log.info("integration %s is gone or closed: nothing done", integration_id)
    return integration


def running(integration_id: int) -> Integration | None:
    """The integration, where it is switched on and both its connections work."""
    integration = (
        Integration.objects.select_related("tenant", "source", "target")
        .filter(
            pk=integration_id,
            status=Integration.Status.ON,
            source__status=Connection.Status.ACTIVE,
            target__status=Connection.Status.ACTIVE,
        )
        .first()
    )
    if integration is None:
        log.info("integration %s does not run: nothing polled", integration_id)
    return integration
