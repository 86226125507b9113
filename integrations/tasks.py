"""What workers are woken for: each task takes one id and is safe to run twice."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.contrib.auth.models import User

from audit import trail
from audit.models import SyncRun
from config import clock
from integrations import registry, vocabularies, wake
from integrations.engine import due, plans, review
from integrations.engine.run import LegRun, legs
from integrations.models import Connection, Integration, Plan

log = logging.getLogger(__name__)

ABANDONED_AFTER = timedelta(minutes=30)
"""Longer than the slowest chunk of records takes."""


@shared_task(name="integrations.poll")
def poll(integration_id: int, everything: bool = False) -> None:
    """Read what changed at the source of one integration and work it."""
    integration = running(integration_id)
    if integration is None:
        return
    trigger = SyncRun.Trigger.MANUAL if everything else SyncRun.Trigger.SCHEDULE
    for leg in legs(integration):
        run = LegRun(integration, leg, trigger).read_all(everything=everything)
        if run.state != SyncRun.State.DONE:
            return


@shared_task(name="integrations.drain")
def drain(connection_id: int) -> None:
    """Work what is due at one target; asks to be woken again while more is due."""
    try:
        is_more_due = due.drain(connection_id)
    finally:
        wake.note_done(connection_id)
    if is_more_due:
        wake.drain(connection_id)


@shared_task(name="integrations.sweep")
def sweep() -> None:
    """Wake a worker for every target at which something is due; close runs that nobody ended."""
    trail.interrupt_abandoned(clock.now() - ABANDONED_AFTER)
    for connection_id in due.connections_with_work():
        wake.drain(connection_id)


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
            plans.keep(integration, leg, asked_by)


@shared_task(name="integrations.post_plan")
def post_plan(plan_id: int) -> None:
    """Post one approved plan; posted or stopped before, it is left alone."""
    rows = Plan.objects.select_related(
        "integration__tenant", "integration__source", "integration__target"
    )
    plan = rows.filter(pk=plan_id).first()
    if plan is None or running(plan.integration_id) is None:
        return
    try:
        plans.post(plan, registry.flow(plan.integration.flow).leg(plan.leg))
    except plans.PlanError as error:
        log.info("plan %s was not posted: %s", plan_id, error)


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
