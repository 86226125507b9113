"""What people earn, owe and are called stays encrypted, whatever becomes of a payroll."""

from __future__ import annotations

import json
import logging
from io import StringIO

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from integrations import alerts, wake
from integrations.models import Integration, Membership
from tests.contract.test_canaries import broker_messages, dump
from tests.factories import make_member
from tests.posting_company import LEG, PostingCompany
from tests.reckoning import totals_of

PAY, WRONG = "31337.17", "77777.77"
CASE = "CS-998877"
NAMES = ("Zephyrine", "Quillfeather", "Ottoline", "Brackenbury")
NEWEST = 4
LONG = 7
"""Shorter amounts may be found anywhere by chance."""


class Story:
    """A payroll previewed, refused, posted, disagreeing, changed, reversed, lost, explained."""

    def __init__(self, books: PostingCompany) -> None:
        self.books = books
        self.told = StringIO()
        self.canaries = {PAY, WRONG, CASE, *NAMES}
        operator = make_member(books.tenant, Membership.Role.OPERATOR)
        operator.email = "ops@harborpine.example"
        operator.save()
        earner, leaver = list(books.people())[:2]
        books.change(earner, first_name=NAMES[0], last_name=NAMES[1])
        books.change(leaver, first_name=NAMES[2], last_name=NAMES[3])
        books.terminate(leaver, books.day(20))
        books.choose(approval="every", split_by="department")
        self.payroll_id = books.bonus(PAY, employees=[earner], check_date=books.day(10))
        self._deducted(self.payroll_id)
        self._seen()
        self._changed()
        self._disagreeing(books.bonus(PAY, employees=[earner, leaver]))
        self._lost(books.bonus(PAY, employees=[leaver], check_date=books.day(9)))
        self._looked_into()

    def _deducted(self, payroll_id: str) -> None:
        deduction = {"name": f"Garnishment - {CASE}", "amount": "12.34"}
        self.books.change_payroll(payroll_id, deduction=deduction)

    def _seen(self) -> None:
        """Refused, asked for again, approved and posted."""
        books = self.books
        books.look()
        self._command("sync", "--leg", LEG, "--dry-run")
        self._command("sync", "--leg", LEG, "--dry-run", "--json")
        assert books.approve() is not None
        assert books.standing(self.payroll_id) == ["r1 Posted"]
        self._note_amounts(self.payroll_id)

    def _note_amounts(self, payroll_id: str) -> None:
        amounts = self.books.payroll(payroll_id)["totals"].values()
        self.canaries |= {amount for amount in amounts if len(amount) >= LONG}

    def _changed(self) -> None:
        books = self.books
        books.run_again(self.payroll_id, "1.1")
        books.look()
        assert "payroll_amounts_changed_later" in books.why(self.payroll_id)
        assert books.approve() is not None
        self._note_amounts(self.payroll_id)

    def _disagreeing(self, payroll_id: str) -> None:
        books = self.books
        told = books.as_told(payroll_id)
        body = {**told, "totals": {**told["totals"], "gross_pay": WRONG}}
        path = f"/payrolls/{payroll_id}$"
        books.sandbox.fault(
            vendor="gusto", path=path, action="status", status=200, body=body, times=None
        )
        books.look()
        assert "payroll_disagrees" in books.why(payroll_id)

    def _lost(self, payroll_id: str) -> None:
        books = self.books
        books.choose(approval="none")
        books.sandbox.fault(
            vendor="acumatica", method="PUT", path="/JournalTransaction$", action="drop_after"
        )
        books.drain()
        books.look()
        books.wait_out()
        books.set_account("60100", Active=False)
        books.bonus(PAY, check_date=books.day(11))
        books.look()
        alerts.send()

    def _looked_into(self) -> None:
        for arguments in (("reconcile",), ("reconcile", "--json")):
            self._command(*arguments)
        self._command("explain", LEG, self.payroll_id)
        self._command("explain", LEG, self.payroll_id, "--json")
        entry = self.books.entries(self.payroll_id)[-1]
        self._run("replay", str(entry.pk))
        integration: Integration = self.books.fresh()
        assert wake.poll(integration.pk)
        assert wake.keep_plan(integration.pk, self.books.operator.pk)

    def _command(self, name: str, *arguments: str) -> None:
        self._run(name, self.books.integration.title, *arguments)

    def _run(self, *arguments: str) -> None:
        try:
            call_command(*arguments, stdout=self.told)
        except CommandError as error:
            self.told.write(str(error))

    def found_in(self, text: str) -> set[str]:
        """The canaries that have got there."""
        return {canary for canary in self.canaries if canary in text}


def test_keeps_pay_names_and_case_numbers_where_they_belong(
    books: PostingCompany,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    mailoutbox: list[EmailMessage],
    settings: Settings,
) -> None:
    caplog.set_level(logging.DEBUG)
    story = Story(books)
    printed = capsys.readouterr()
    assert PAY in " ".join(books.private_parts(story.payroll_id)), "the trail shows no amount"

    places = {f"table {table}": story.found_in(text) for table, text in dump()}
    assert {place: found for place, found in places.items() if found} == {}
    assert story.found_in(caplog.text) == set()
    assert story.found_in(printed.out + printed.err) == set()
    assert story.found_in(story.told.getvalue()) == set()
    assert mailoutbox
    mails = " ".join(str(mail.subject) + str(mail.message()) for mail in mailoutbox)
    assert story.found_in(mails) == set()
    messages = " ".join(broker_messages(settings.REDIS_URLS.redis))
    assert "integrations.poll" in messages
    assert story.found_in(messages) == set()

    at_acumatica = json.dumps([*books.journals(), *books.removed_journals()])
    assert PAY in at_acumatica
    assert story.found_in(at_acumatica) & {CASE, *NAMES} == set()
    shown_pages(story, client)


def shown_pages(story: Story, client: Client) -> None:
    """No page shows them to somebody without the right to see pay."""
    rights = Permission.objects.exclude(codename="see_pay").values_list("codename", flat=True)
    client.force_login(make_member(None, permissions=list(rights)))
    opened = 0
    for model in admin.site._registry:
        if model._meta.app_label not in ("integrations", "audit"):
            continue
        url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        # The newest tell most; a hundred accounts to choose from tell nothing.
        rows = model._default_manager.order_by("-pk").values_list("pk", flat=True)[:NEWEST]
        for page in (url, *(f"{url}{row}/change/" for row in rows)):
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert story.found_in(answer.content.decode()) == set(), page
            opened += 1
    assert opened > 40


def test_keeps_a_journal_s_total_with_its_document_alone(books: PostingCompany) -> None:
    payroll_id = books.bonus(PAY)
    books.look()
    total = f"{totals_of(books.journal(payroll_id))[0]:.2f}"
    tables = {table for table, text in dump() if total in text}
    assert tables <= {"integrations_document"}
