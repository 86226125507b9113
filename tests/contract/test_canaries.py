"""Nothing secret and nothing private leaves the places where it is kept encrypted."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from decimal import InvalidOperation
from io import StringIO
from urllib.parse import urlsplit

import pytest
import redis
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client
from pytest_django import Settings

from audit.models import Body, Entry
from connectors.errors import ConnectorError
from integrations import switching, tasks, wake
from integrations.connect import service
from integrations.engine import plans
from integrations.models import Connection, Delivery, Record
from tests.contract.toy.house import House
from tests.contract.toy.office import HOOK_SECRET, Office, begin, way_back
from tests.factories import make_app, make_connection, make_member

pytestmark = pytest.mark.django_db(transaction=True)

PAY, HEALTH = "31337.17", "canary-diet"
SECRETS = (
    "canary-access-1",
    "canary-refresh-1",
    "canary-client-secret",
    "canary-api-key",
    "canary-code",
    "canary-cookie",
    HOOK_SECRET,
)


class Story:
    """A consent, a failed consent, a key, a sync, refusals, lost answers, a defect, a replay."""

    def __init__(self, office: Office, browser: Client) -> None:
        office.cookie = "canary-cookie"
        self.told = StringIO()
        self.house = House(office, browser, client_secret="canary-client-secret")
        self.canaries = {*SECRETS, PAY, HEALTH, *self.house.passed}
        office.file("1", drawer="Garden", allowance=PAY, diet=HEALTH)
        office.file("2", drawer="Cellar", allowance=PAY, diet=HEALTH)
        self.house.set_up()
        self._key()
        self._failed_consent(browser)
        self._refused_and_lost()
        self._replayed()
        self._told(browser)
        self._defect()
        self._messages()

    def _key(self) -> None:
        connection = make_connection(vendor="rolodex", app=make_app("rolodex"))
        service.connect_with_secrets(connection, {"api_key": "canary-api-key"})
        self.house.office.me_status = 503
        kept = Connection.objects.get(pk=connection.pk)
        assert kept.status == Connection.Status.ACTIVE
        self._fails(lambda: service.check(kept))
        self.house.office.me_status = 200

    def _failed_consent(self, browser: Client) -> None:
        office = self.house.office
        app = make_app("rolodex", client_secret="canary-client-secret")
        connection = make_connection(self.house.tenant, "rolodex", app=app)
        tokens, office.token_status = office.tokens, 400
        office.tokens = {"error": "invalid_grant", "error_description": " ".join(SECRETS)}
        query = begin(browser, connection)
        self.canaries |= {query["state"], browser.cookies["connect"].value}
        answer = browser.get(way_back(query, code="canary-code"))
        assert answer.status_code == 400
        self.told.write(answer.content.decode())
        office.token_status, office.tokens = 200, tokens

    def _refused_and_lost(self) -> None:
        office = self.house.office
        office.refused["guests"] = 422
        self._command("sync", "Guests", "--json")
        assert self.house.record("1").state in (Record.State.HELD, Record.State.WRITING)
        office.refused.clear()
        office.file("4", drawer="Garden", allowance=PAY, diet=HEALTH)
        office.lost_after.add("confirm")
        self._command("sync", "Guests", "--json")
        office.file("5", drawer="Garden", allowance=PAY, diet=HEALTH)
        self._command("sync", "Guests", "--json")
        assert self.house.record("5").state == Record.State.SYNCED
        self._command("sync", "Guests", "--dry-run", "--json")
        self._command("sync", "Guests", "--dry-run")
        plans.keep(self.house.fresh(), self.house.leg, self.house.operator)

    def _replayed(self) -> None:
        entry = Entry.objects.get(source_id="5")
        self.house.office.guests[entry.target_id]["is_confirmed"] = "no"
        self._command("reconcile", "Guests", "--json")
        self._command("reconcile", "Guests")
        self._command("replay", str(entry.pk))
        for card_id in ("1", "2", "4", "5"):
            self._command("explain", "Guests", "guests", card_id)
            self._command("explain", "Guests", "guests", card_id, "--json")

    def _told(self, browser: Client) -> None:
        """By webhooks: rightly, forged, and with what cannot be read."""
        integration = self.house.integration
        switching.pause(self.house.fresh())
        switching.switch_on(self.house.fresh())
        tasks.mend_subscription(integration.source_id)
        assert self.house.office.tell(browser, event="e1", cards=["1"], note=PAY) == 200
        assert self.house.office.tell(browser, other=HEALTH) == 200
        (hook,) = self.house.office.hooks.values()
        path = urlsplit(hook["url"]).path
        assert browser.post(path, HEALTH, content_type="text/plain").status_code == 401
        tasks.take_up_deliveries()
        assert set(Delivery.objects.values_list("outcome", flat=True)) == {"taken_up", "unreadable"}

    def _defect(self) -> None:
        """An answer that the toy's own parsing does not bear."""
        self.house.office.file("6", allowance=f"{PAY} a month", diet=HEALTH)
        with pytest.raises(InvalidOperation) as caught:
            call_command("sync", "Guests", "--json", stdout=self.told)
        self.told.write("".join(traceback.format_exception(caught.value)))
        del self.house.office.cards["6"]

    def _messages(self) -> None:
        integration_id = self.house.integration.pk
        assert wake.poll(integration_id)
        assert wake.keep_plan(integration_id, self.house.operator.pk)
        assert wake.drain(self.house.integration.target_id)

    def _command(self, *arguments: str) -> None:
        try:
            call_command(*arguments, stdout=self.told)
        except CommandError as error:
            self.told.write("".join(traceback.format_exception(error)))

    def _fails(self, call: Callable[[], object]) -> None:
        with pytest.raises(ConnectorError) as caught:
            call()
        self.told.write("".join(traceback.format_exception(caught.value)))
        self.told.write(repr(caught.value) + caught.value.summary + caught.value.detail)

    def found_in(self, text: str) -> set[str]:
        """The canaries that have got there."""
        return {canary for canary in self.canaries if canary in text}


def dump() -> Iterator[tuple[str, str]]:
    """Every row of every table as the database has it."""
    with database.cursor() as cursor:
        for table in database.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {database.ops.quote_name(table)}")
            for row in cursor.fetchall():
                cells = (bytes(one) if isinstance(one, memoryview) else one for one in row)
                yield (
                    table,
                    " ".join(
                        one.decode("latin-1") if isinstance(one, bytes) else str(one)
                        for one in cells
                    ),
                )


def broker_messages(url: str) -> Iterator[str]:
    """Everything that Redis keeps, by whatever kind of key."""
    client = redis.Redis.from_url(url)
    read: dict[object, Callable[[bytes | str], object]] = {
        b"string": client.get,
        b"list": lambda name: client.lrange(name, 0, -1),
        b"set": client.smembers,
        b"zset": lambda name: client.zrange(name, 0, -1),
        b"hash": client.hgetall,
    }
    for key in client.scan_iter():
        yield f"{key!r} {read[client.type(key)](key)!r}"


def test_leaves_no_secret_and_nothing_private_anywhere(
    office: Office,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    settings: Settings,
) -> None:
    settings.PUBLIC_URL = "https://connector.example"
    caplog.set_level(logging.DEBUG)
    story = Story(office, client)
    logged = caplog.text
    printed = capsys.readouterr()
    kept = [body.private for body in Body.objects.all()]
    assert any(PAY in text and HEALTH in text for text in kept), "the story has no private part"

    places = {f"table {table}": text for table, text in dump() if story.found_in(text)}
    assert places == {}
    assert "ended in a defect" in logged
    assert story.found_in(logged) == set()
    assert story.found_in(printed.out + printed.err) == set()
    assert story.found_in(story.told.getvalue()) == set()
    messages = list(broker_messages(settings.REDIS_URLS.redis))
    assert any("integrations.poll" in text for text in messages)
    assert story.found_in(" ".join(messages)) == set()

    everything = Permission.objects.exclude(codename="see_pay").values_list("codename", flat=True)
    client.force_login(make_member(None, permissions=list(everything)))
    opened = 0
    for model in admin.site._registry:
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        pages = [url] + [
            f"{url}{row}/change/" for row in model._default_manager.values_list("pk", flat=True)
        ]
        if model._meta.app_label not in ("integrations", "audit"):
            continue
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert story.found_in(answer.content.decode()) == set(), page
            opened += 1
    assert opened > 50
