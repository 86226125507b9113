"""What the story of a delivery is judged by, and the order that a web process's marks have."""

from __future__ import annotations

import shlex
import signal
from pathlib import Path
from typing import Any

import pytest
from gunicorn.http.wsgi import Response

from integrations.webhooks.bell import Bell
from tests.crash import probe
from tests.crash.disturbances import Disturbance, Part, enumerated
from tests.crash.probe import Probe, marked_answer
from tests.crash.processes import REPOSITORY, CutFailed, Web
from tests.crash.scenario import DELIVERY
from tests.crash.state import State, read_lost
from tests.crash.story import Quiet, check_answers
from tests.crash.web import COMMAND, Turns

REFUSED, HEARD, UNHEARD = {"status": 503}, {"status": 200}, {"status": None}
ANSWERED = ("before answer 200 OK", "after answer 200 OK")


def delivery(number: int = 7, **changed: Any) -> dict[str, Any]:
    """A row of ours, whose notices are taken up."""
    return {"id": number, "outcome": "taken_up", "remark": ""} | changed


def quiet(*labels: str, cut_count: int) -> Quiet:
    """A quiet run with these marks."""
    call = ("acumatica", "PUT", "/entity/Employee")
    return Quiet(labels, cut_count, (call,), State({}, {}, {}, {}, {}), 0, "", frozenset())


def test_cuts_the_web_process_alone_and_repeats_the_delivery() -> None:
    found = enumerated(quiet(*ANSWERED, "before acknowledge", cut_count=2), DELIVERY)
    assert list(found) == [
        Disturbance(Part.CUT, 1),
        Disturbance(Part.CUT, 2, loses_redis=True),
        Disturbance(Part.REPEAT, 1),
        Disturbance(Part.REPEAT, 1, is_worked=True),
    ]


def test_says_how_a_delivery_is_repeated() -> None:
    at_once, afterwards = Disturbance(Part.REPEAT, 1), Disturbance(Part.REPEAT, 1, is_worked=True)
    assert at_once.label(quiet(cut_count=0)) == "repeat delivery 1 at once"
    assert afterwards.label(quiet(cut_count=0)) == "repeat delivery 1 once it is worked"


def test_finds_nothing_lost_where_each_answered_delivery_is_stored() -> None:
    assert read_lost([delivery()], [HEARD]) == []
    # Stored, but its process died before the answer: the vendor sent it again.
    assert read_lost([delivery(7), delivery(8, outcome="repeated")], [UNHEARD, HEARD]) == []
    assert read_lost([delivery()], [REFUSED, HEARD]) == []
    assert read_lost([], []) == []


def test_finds_a_delivery_that_was_answered_and_not_stored() -> None:
    assert read_lost([], [HEARD]) == ["of 1 deliveries 1 were answered and 0 are stored"]
    assert read_lost([delivery()], [HEARD, HEARD]) == [
        "of 2 deliveries 2 were answered and 1 are stored"
    ]


def test_finds_a_delivery_that_was_stored_more_often_than_sent() -> None:
    assert read_lost([delivery(7), delivery(8)], [HEARD]) == [
        "of 1 deliveries 1 were answered and 2 are stored"
    ]


@pytest.mark.parametrize("outcome", ["not_listened_to", "unreadable", "defect"])
def test_finds_a_delivery_that_came_to_nothing(outcome: str) -> None:
    found = read_lost([delivery(outcome=outcome, remark="Why not.")], [HEARD])
    assert found == [f"delivery 7 came to nothing: {outcome} Why not."]


def test_takes_marked_answers_for_what_the_vendor_heard() -> None:
    check_answers(ANSWERED, [UNHEARD, HEARD])
    check_answers(ANSWERED[:1], [UNHEARD])
    for labels, attempts in ((ANSWERED, [UNHEARD]), (ANSWERED[:1], [HEARD]), ((), [HEARD])):
        with pytest.raises(CutFailed, match="answers are marked and the vendor heard"):
            check_answers(labels, attempts)


def test_is_idle_once_each_request_is_over(tmp_path: Path) -> None:
    marks = tmp_path / "marks"
    web = Web(1, marks, tmp_path / "log", lambda pid: None)
    assert web.is_idle()
    marks.write_text("# begin POST\n1 before answer 200 OK\n2 after answer 200 OK\n")
    assert not web.is_idle()
    with marks.open("a") as file:
        file.write("# end\n")
    assert web.is_idle()
    assert web.labels() == list(ANSWERED)


@pytest.fixture
def marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a probe of the test's own writes its marks."""
    marks = tmp_path / "marks"
    fresh = Probe()
    fresh.arm(str(marks), 0, signal.SIGKILL)
    fresh.begin("POST")
    monkeypatch.setattr(probe, "PROBE", fresh)
    return marks


def test_marks_an_answer_once_around_its_first_bytes(marks: Path) -> None:
    answer = Response.__new__(Response)
    answer.headers_sent, answer.status = False, "200 OK"

    def send_headers(self: Response) -> None:
        assert marks.read_text().splitlines()[1:] == ["1 before answer 200 OK"]
        self.headers_sent = True

    for _ in range(2):
        marked_answer(send_headers)(answer)
    assert marks.read_text().splitlines()[1:] == ["1 before answer 200 OK", "2 after answer 200 OK"]


def test_wakes_a_worker_after_the_answer_and_before_the_request_is_over() -> None:
    events: list[str] = []
    bell = Bell(lambda: events.append("woken"))
    turns = Turns(bell)
    for _ in range(2):
        bell.ring()
        events.append("answered")
        turns.take()
        events.append("over")
    assert events == ["answered", "woken", "over"] * 2


def test_waits_for_no_bell_that_was_not_rung() -> None:
    Turns(Bell(lambda: None)).take()


def test_serves_what_the_procfile_serves_with_its_kind_of_worker() -> None:
    lines = (REPOSITORY / "Procfile").read_text(encoding="utf-8").splitlines()
    (web,) = [shlex.split(line) for line in lines if line.startswith("web:")]
    *as_there, width = COMMAND[1:]
    assert as_there == ["config.wsgi", "--worker-class", "gthread", "--threads"]
    assert set(as_there) <= set(web)
    assert width == "1"
