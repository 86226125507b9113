"""A vendor that is away for hours: nobody presses it, no record is given up, all goes on after."""

from __future__ import annotations

from functools import partial

import pytest

from connectors.transport import Door
from integrations.engine import access
from integrations.models import Budget, Record
from tests.company import Company
from tests.faults.test_lost_answers import assert_as_quiet

AWAY = {"vendor": "acumatica", "path": "/entity/", "times": None}


@pytest.mark.parametrize("how", [{"status": 503}, {}], ids=["503", "no answer"])
def test_presses_nobody_who_is_away_and_gives_no_record_up(
    company: Company, how: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    # A read is repeated after seconds; nobody waits for them here.
    monkeypatch.setattr(access, "Door", partial(Door, sleep=lambda seconds: None))
    company.sync()
    people = [company.hire(lastName=f"Quist {letter}") for letter in "ABCDEF"]
    company.sandbox.fault(**AWAY, action="status" if how else "drop_before", **how)
    company.sync()
    count = len(company.calls("acumatica"))
    for _ in range(36):
        company.advance(seconds=600)
        company.drain()
    attempts = len(company.calls("acumatica")) - count
    # Six hours: a few calls until it is known, then a probe in ten minutes, sent up to three times.
    assert 36 <= attempts <= 36 * 3 + 12
    for person_id in people:
        record = company.record(person_id)
        assert record.state in (Record.State.FAILED, Record.State.QUEUED), record.reasons
        assert company.employee_of(person_id) is None
    assert Budget.objects.get(scope__startswith="acumatica").reason
    company.sandbox.control("DELETE", "faults")
    company.settle()
    for person_id in people:
        assert_as_quiet(company, person_id)
