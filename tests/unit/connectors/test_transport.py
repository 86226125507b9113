"""The one door: what it refuses, repeats, reports, and what it says of an effect."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from decimal import Decimal

import pytest
import responses
from requests import ConnectionError as RequestsConnectionError

from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    CredentialError,
    Effect,
    RateLimitError,
    RetryableError,
)
from connectors.exchange import Answer, Exchange
from connectors.transport import Door, NotAllowed, Session
from connectors.vendor import Limits, Operation, Privacy, Vendor
from connectors.verdicts import COMMON, Verdict, Verdicts
from tests.unit.connectors.servers import (
    READ,
    WRITE,
    Received,
    Script,
    Server,
    always,
    answer,
    in_turn,
    toy_vendor,
)

ORIGIN = "https://acme.example.com"
URL = f"{ORIGIN}/people/7"
BUSY = answer(b"", status="503 Service Unavailable")


class Renewing:
    """A credential that can be renewed a few times; counts what it was asked."""

    def __init__(self, *tokens: str) -> None:
        self.tokens = list(tokens)
        self.renewals_count = 0

    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.tokens[0]}"}

    def renew(self) -> bool:
        self.renewals_count += 1
        if len(self.tokens) == 1:
            return False
        self.tokens.pop(0)
        return True


class Places:
    """Paces nothing, and remembers what it was asked for."""

    def __init__(self, refusal: ConnectorError | None = None) -> None:
        self.refusal = refusal
        self.asked: list[tuple[str, str, int, str]] = []
        self.held_count = 0
        self.pauses: list[tuple[str, float | None, str]] = []
        self.fared: list[tuple[str, str]] = []

    @contextmanager
    def slot(self, vendor: str, scope: str, limits: Limits, operation: Operation) -> Iterator[None]:
        self.asked.append((vendor, scope, limits.concurrent_calls, operation.name))
        if self.refusal is not None:
            raise self.refusal
        self.held_count += 1
        try:
            yield
        finally:
            self.held_count -= 1

    def pause(self, scope: str, seconds: float | None, reason: str) -> None:
        self.pauses.append((scope, seconds, reason))

    def answered(self, scope: str) -> None:
        self.fared.append((scope, "answered"))

    def failed(self, scope: str, reason: str) -> None:
        self.fared.append((scope, "failed"))


class Spoken:
    """One session to a scripted server, and all that came of it."""

    def __init__(self, script: Script, auth: Renewing | None = None, **options: object) -> None:
        self.waits: list[float] = []
        self.exchanges: list[Exchange] = []
        self.server = Server(script)
        self.door = Door(
            private_hosts=frozenset({"127.0.0.1"}),
            on_exchange=self.exchanges.append,
            sleep=self.waits.append,
            **options,  # type: ignore[arg-type]  # Door's own keywords
        )
        self.session = self.door.session(toy_vendor(), self.server.url, "toy:1", auth)

    def __enter__(self) -> Spoken:
        self.server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()
        self.server.__exit__()

    @property
    def tokens(self) -> list[str]:
        return [one.headers["authorization"] for one in self.server.received]


def plain_session(
    vendor: Vendor | None = None, auth: Renewing | None = None, **options: object
) -> Session:
    """A session over ``responses``, which refuses what is not registered."""
    door = Door(sleep=lambda seconds: None, **options)  # type: ignore[arg-type]  # Door's own
    return door.session(vendor or toy_vendor(), ORIGIN, "toy:1", auth)


class TestSending:
    @responses.activate
    def test_sends_json_with_decimals_as_digits(self) -> None:
        sent = responses.put(URL, json={"id": 7})
        reply = plain_session().send(
            WRITE, "/people/7", json={"pay": Decimal("1E+2"), "tax": Decimal("0.10")}
        )
        assert reply.json() == {"id": 7}
        request = sent.calls[0].request
        assert request.body == b'{"pay":100,"tax":0.10}'
        assert request.headers["Content-Type"] == "application/json"
        assert request.headers["Accept"] == "application/json"
        assert request.headers["Accept-Encoding"] == "gzip"

    @responses.activate
    def test_sends_forms_and_own_headers(self) -> None:
        sent = responses.put(URL)
        plain_session().send(
            WRITE, "/people/7", form={"name": "a b&c", "q": "ä"}, headers={"Accept": "text/xml"}
        )
        request = sent.calls[0].request
        assert request.body == b"name=a+b%26c&q=%C3%A4"
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert request.headers["Accept"] == "text/xml"

    @responses.activate
    def test_sends_a_query_as_it_was_given(self) -> None:
        sent = responses.get(URL)
        query = [("$filter", "Name eq 'a&b+c'"), ("page[limit]", "100"), ("x", ""), ("x", "2")]
        reply = plain_session().send(READ, "/people/7", query=query)
        expected = f"{URL}?$filter=Name%20eq%20'a%26b%2Bc'&page%5Blimit%5D=100&x=&x=2"
        assert sent.calls[0].request.url == expected
        assert reply.url == expected

    def test_says_that_an_empty_write_is_empty(self) -> None:
        """IIS answers 411 to a POST without a length."""
        with Spoken(always(answer())) as spoken:
            spoken.session.send(replace(WRITE, method="POST"), "/people/7")
        assert spoken.server.received[0].headers["content-length"] == "0"

    @responses.activate
    def test_sets_the_headers_of_the_way_in_last(self) -> None:
        sent = responses.get(URL)
        plain_session(auth=Renewing("one")).send(
            READ, "/people/7", headers={"Authorization": "none"}
        )
        assert sent.calls[0].request.headers["Authorization"] == "Bearer one"

    @pytest.mark.parametrize(
        "path",
        [
            "people/7",
            "//evil.example/x",
            "/people/../admin",
            "/people/%2e%2E/x",
            "/people/7?x=1",
            "/people/7#x",
            "/people/a b",
            "/people/\\x",
            "/people/%zz",
            "/pe\nople",
            "/people//7",
            "/ä",
        ],
    )
    def test_refuses_a_path_that_could_lead_elsewhere(self, path: str) -> None:
        with pytest.raises(
            ValueError, match=r"^read_person: the path is not one of /people/\{id\}\.$"
        ):
            plain_session().send(READ, path)

    def test_refuses_floats(self) -> None:
        with pytest.raises(TypeError, match="float"):
            plain_session().send(WRITE, "/people/7", json={"pay": 0.1})

    @pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\0b", "schlüsse\u0142"])
    def test_refuses_header_values_that_no_header_may_hold(self, value: str) -> None:
        with pytest.raises(ConfigurationError, match="Authorization holds characters") as caught:
            plain_session(auth=Renewing(value)).send(WRITE, "/people/7")
        assert value not in str(caught.value)
        assert caught.value.effect is Effect.NONE


class TestPermission:
    def test_refuses_what_a_flow_does_not_declare(self) -> None:
        refusal = r"^toy: this flow may not call save_person\.$"
        with Spoken(always(answer()), allowed=frozenset({"read_person"})) as spoken:
            with pytest.raises(NotAllowed, match=refusal):
                spoken.session.send(WRITE, "/people/7", json={})
            spoken.session.send(READ, "/people/7")
        assert [one.method for one in spoken.server.received] == ["GET"]
        assert not issubclass(NotAllowed, ConnectorError)

    def test_always_allows_what_grants_access(self) -> None:
        login = Operation("log_in", "POST", "/login", writes=True, grants_access=True)
        with Spoken(always(answer()), allowed=frozenset()) as spoken:
            spoken.session.send(login, "/login")
        assert len(spoken.server.received) == 1

    def test_asks_before_each_attempt_and_sends_nothing_when_refused(self) -> None:
        asked: list[tuple[str, float]] = []

        def may_begin(operation: Operation, deadline_seconds: float) -> None:
            asked.append((operation.name, deadline_seconds))
            if len(asked) == 3:
                raise InterruptedError("the lease is over")

        places = Places()
        with (
            Spoken(always(BUSY), may_begin=may_begin, pacer=places) as spoken,
            pytest.raises(InterruptedError),
        ):
            spoken.session.send(READ, "/people/7")
        assert asked == [("read_person", 5.0)] * 3
        assert len(spoken.server.received) == 2
        assert places.held_count == 0


class TestOrigin:
    @pytest.mark.parametrize(
        "origin",
        [
            "http://acme.example.com",
            "ftp://acme.example.com",
            "https://acme.example.com/x@evil.example\\",
            "https://a@b.example",
        ],
    )
    def test_refuses_what_is_no_https_origin(self, origin: str) -> None:
        with pytest.raises(ConfigurationError, match="the account's address cannot be used"):
            Door().session(toy_vendor(), origin, "toy:1", None)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_refuses_private_addresses_as_a_configuration_fault(self, host: str) -> None:
        with Server(always(answer())) as server:
            session = Door().session(toy_vendor(), f"https://{host}:{server.port}", "toy:1", None)
            with pytest.raises(ConfigurationError, match="not public") as caught:
                session.send(WRITE, "/people/7", json={})
            assert caught.value.effect is Effect.NONE
        assert server.received == []

    def test_takes_paths_of_its_own_origin_from_answers_and_no_others(self) -> None:
        session = plain_session()
        assert session.own_path(f"{ORIGIN}:443/jobs/1?x=2") == ("/jobs/1", "x=2")
        assert session.own_path("/jobs/1") == ("/jobs/1", "")
        for url in (
            "https://evil.example/jobs/1",
            "http://acme.example.com/jobs",
            "//evil.example/",
            "javascript:1",
            "https://[::1",
        ):
            with pytest.raises(ContractError, match="outside the account's own host"):
                session.own_path(url)


class TestSandbox:
    def test_rewrites_as_the_last_step_and_answers_with_real_addresses(self) -> None:
        seen: list[Exchange] = []

        def script(received: Received, line: socket.socket) -> None:
            location = f"Location: http://{received.headers['host']}/toy/acme.example.com/jobs/1"
            line.sendall(answer(b"{}", location, status="202 Accepted"))

        with Server(script) as server:
            door = Door(sandbox_url=f"{server.url}/", on_exchange=seen.append)
            with door.session(toy_vendor(), ORIGIN, "toy:1", None) as session:
                reply = session.send(READ, "/people/7", query=[("a", "b")])
        assert server.received[0].target == "/toy/acme.example.com/people/7?a=b"
        assert reply.url == f"{URL}?a=b"
        assert reply.headers["location"] == f"{ORIGIN}/jobs/1"
        assert seen[0].url.startswith(URL)

    def test_still_demands_https_of_the_vendor(self) -> None:
        with pytest.raises(ConfigurationError, match="is not https"):
            Door(sandbox_url="http://127.0.0.1:9").session(
                toy_vendor(), "http://a.example", "x", None
            )


class TestRepeating:
    @pytest.mark.parametrize("status", [502, 503, 504])
    def test_repeats_a_read_twice_at_most(self, status: int) -> None:
        with (
            Spoken(always(answer(b"", status=f"{status} X"))) as spoken,
            pytest.raises(RetryableError) as caught,
        ):
            spoken.session.send(READ, "/people/7")
        assert caught.value.status == status
        assert len(spoken.server.received) == 3
        assert len(spoken.waits) == 2
        assert 0.25 <= spoken.waits[0] <= 0.5
        assert 0.75 <= spoken.waits[1] <= 1.5
        assert [one.status for one in spoken.exchanges] == [status] * 3

    def test_ends_repeating_with_the_first_answer(self) -> None:
        with Spoken(in_turn(b"", BUSY, answer(b'{"id": 7}'))) as spoken:
            assert spoken.session.send(READ, "/people/7").json() == {"id": 7}
        assert [one.status for one in spoken.exchanges] == [None, 503, 200]
        assert [one.fault for one in spoken.exchanges] == ["the line was cut", "", ""]

    @pytest.mark.parametrize(
        "broken",
        [b"", answer(b"{", length=10), answer(b"x", "Content-Encoding: gzip")],
    )
    def test_repeats_a_read_after_a_broken_answer(self, broken: bytes) -> None:
        def script(received: Received, line: socket.socket) -> None:
            if len(spoken.server.received) == 1:
                line.sendall(broken)
                line.shutdown(socket.SHUT_RDWR)
            else:
                line.sendall(answer(b"[]"))

        with Spoken(script) as spoken:
            assert spoken.session.send(READ, "/people/7").json() == []
        assert len(spoken.server.received) == 2

    @pytest.mark.parametrize(
        "status", ["400 X", "404 X", "408 X", "429 X", "500 X", "302 X", "501 X"]
    )
    def test_repeats_nothing_after_other_answers(self, status: str) -> None:
        with Spoken(always(answer(b"", status=status))) as spoken, pytest.raises(ConnectorError):
            spoken.session.send(READ, "/people/7")
        assert len(spoken.server.received) == 1

    def test_believes_a_vendor_that_says_when(self) -> None:
        reply = answer(b"", "Retry-After: 7", status="503 Service Unavailable")
        with Spoken(always(reply)) as spoken, pytest.raises(RetryableError) as caught:
            spoken.session.send(READ, "/people/7")
        assert caught.value.retry_after_seconds == 7.0
        assert len(spoken.server.received) == 1
        assert spoken.waits == []

    def test_begins_no_attempt_later_than_ten_seconds_after_the_first(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connectors.transport.REPEAT_WITHIN_SECONDS", 0.1)
        with Spoken(always(BUSY)) as spoken, pytest.raises(RetryableError):
            spoken.session.send(READ, "/people/7")
        assert len(spoken.server.received) == 1

    @pytest.mark.parametrize(
        "reply", [b"", BUSY, answer(b"", status="502 X"), answer(b"", status="504 X")]
    )
    def test_never_repeats_a_write_whose_effect_is_unknown(self, reply: bytes) -> None:
        with Spoken(in_turn(reply)) as spoken, pytest.raises(RetryableError) as caught:
            spoken.session.send(WRITE, "/people/7", json={})
        assert caught.value.effect is Effect.UNKNOWN
        assert len(spoken.server.received) == 1
        assert [one.effect for one in spoken.exchanges] == [Effect.UNKNOWN]

    @pytest.mark.parametrize("operation", [READ, WRITE])
    def test_sends_once_more_after_a_401_when_there_is_a_new_credential(
        self, operation: Operation
    ) -> None:
        auth = Renewing("old", "new")
        with Spoken(in_turn(answer(status="401 X"), answer(b"[]")), auth) as spoken:
            assert spoken.session.send(operation, "/people/7").status == 200
        assert spoken.tokens == ["Bearer old", "Bearer new"]
        assert [one.effect for one in spoken.exchanges[:-1]] == [Effect.NONE]

    def test_sends_once_more_only(self) -> None:
        auth = Renewing("one", "two", "three")
        with (
            Spoken(always(answer(status="401 X")), auth) as spoken,
            pytest.raises(ContractError) as caught,
        ):
            spoken.session.send(READ, "/people/7")
        assert caught.value.status == 401
        assert spoken.tokens == ["Bearer one", "Bearer two"]
        assert auth.renewals_count == 1

    def test_does_not_try_a_refused_key_again(self) -> None:
        with (
            Spoken(always(answer(status="401 X")), Renewing("only")) as spoken,
            pytest.raises(ContractError),
        ):
            spoken.session.send(READ, "/people/7")
        assert len(spoken.server.received) == 1
        assert len(spoken.exchanges) == 1

    def test_never_sleeps_for_a_throttle(self) -> None:
        places = Places()
        reply = answer(b"", "Retry-After: 120", status="429 Too Many Requests")
        with Spoken(always(reply), pacer=places) as spoken, pytest.raises(RateLimitError) as caught:
            spoken.session.send(WRITE, "/people/7", json={})
        assert caught.value.effect is Effect.NONE
        assert caught.value.retry_after_seconds == 120.0
        assert spoken.waits == []
        assert places.pauses == [("toy:1", 120.0, "Toy asks for fewer calls; tried again later.")]

    def test_lets_a_moment_pass_where_a_client_asks_for_it(self) -> None:
        with Spoken(always(answer())) as spoken:
            spoken.session.wait(0.5)
        assert spoken.waits == [0.5]
        assert spoken.server.received == []


class TestEffect:
    def test_is_none_when_nobody_listens(self) -> None:
        with Server(always(answer())) as server:
            pass
        door = Door(private_hosts=frozenset({"127.0.0.1"}))
        session = door.session(toy_vendor(), server.url, "toy:1", None)
        with pytest.raises(RetryableError) as caught:
            session.send(WRITE, "/people/7", query=[("key", "secret")], json={"a": "secret"})
        assert caught.value.effect is Effect.NONE
        assert str(caught.value) == (
            f"Toy: {server.url} cannot be reached: connection refused "
            f"(PUT {server.url}/people/{{id}})."
        )

    def test_is_unknown_after_a_deadline_for_a_write_and_none_for_a_read(self) -> None:
        is_over = threading.Event()

        def stay_silent(received: Received, line: socket.socket) -> None:
            is_over.wait(5)

        with Spoken(stay_silent) as spoken:
            for operation, effect in ((WRITE, Effect.UNKNOWN), (READ, Effect.NONE)):
                hasty = replace(operation, deadline_seconds=0.15)
                with pytest.raises(
                    RetryableError, match=r"no whole answer within 0\.15 seconds"
                ) as caught:
                    spoken.session.send(hasty, "/people/7")
                assert caught.value.effect is effect
            is_over.set()
        assert len(spoken.server.received) == 2

    @pytest.mark.parametrize("operation", [READ, WRITE])
    def test_follows_the_operation_for_an_undocumented_answer(self, operation: Operation) -> None:
        with (
            Spoken(always(answer(b"{}", status="418 X"))) as spoken,
            pytest.raises(ContractError) as caught,
        ):
            spoken.session.send(operation, "/people/7")
        assert caught.value.effect is (Effect.UNKNOWN if operation.writes else Effect.NONE)

    def test_is_unknown_when_a_success_cannot_be_read(self) -> None:
        with Spoken(always(answer(b"<html>"))) as spoken:
            reply = spoken.session.send(WRITE, "/people/7")
            with pytest.raises(ContractError, match="the answer is an HTML page") as caught:
                reply.json()
        assert caught.value.effect is Effect.UNKNOWN

    def test_is_unknown_for_a_write_with_an_answer_too_large(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("connectors.wire.MAX_BYTES", 1_000)
        with Spoken(always(answer(b" " * 2_000))) as spoken:
            for operation, effect in ((WRITE, Effect.UNKNOWN), (READ, Effect.NONE)):
                with pytest.raises(ContractError, match="the answer is larger than") as caught:
                    spoken.session.send(operation, "/people/7")
                assert caught.value.effect is effect
        assert len(spoken.server.received) == 2

    def test_is_done_for_a_write_that_the_vendor_took(self) -> None:
        with Spoken(always(answer())) as spoken:
            spoken.session.send(WRITE, "/people/7")
            spoken.session.send(READ, "/people/7")
        assert [one.effect for one in spoken.exchanges] == [Effect.DONE, Effect.NONE]


class TestJudging:
    @pytest.mark.parametrize("status", ["302 Found", "301 X", "304 X", "307 X"])
    def test_never_takes_a_redirect_for_a_success(self, status: str) -> None:
        with Spoken(
            always(answer(b"<html>Log in</html>", "Location: /Frames/Login.aspx", status=status))
        ) as spoken:
            lenient = toy_vendor(judge=lambda operation, reply: None)
            session = spoken.door.session(lenient, spoken.server.url, "toy:1", None)
            for one in (session, spoken.session):
                with pytest.raises(ContractError):
                    one.send(READ, "/people/7")
            session.close()
        assert len(spoken.server.received) == 2

    def test_lets_the_table_pass_what_a_client_understands(self) -> None:
        table = Verdicts("Toy", {**COMMON, 404: Verdict(None)})
        with Spoken(always(answer(b"", status="404 X"))) as spoken:
            session = spoken.door.session(toy_vendor(table.judge), spoken.server.url, "toy:1", None)
            assert session.send(READ, "/people/7").status == 404
            session.close()

    def test_completes_what_an_error_does_not_say_of_itself(self) -> None:
        def judge(operation: Operation, reply: Answer) -> None:
            raise CredentialError("no", effect=Effect.NONE)

        with Spoken(always(answer(b"{}", "X-Request-Id: r-1"))) as spoken:
            session = spoken.door.session(toy_vendor(judge), spoken.server.url, "toy:1", None)
            with pytest.raises(CredentialError) as caught:
                session.send(WRITE, "/people/7")
            session.close()
        error = caught.value
        assert (error.vendor, error.operation, error.status, error.request_id) == (
            "toy",
            "save_person",
            200,
            "r-1",
        )
        assert spoken.exchanges[0].effect is Effect.NONE


class TestPacing:
    def test_holds_a_place_while_sending_and_not_between_attempts(self) -> None:
        held: list[int] = []
        places = Places()

        def script(received: Received, line: socket.socket) -> None:
            held.append(places.held_count)
            line.sendall(BUSY)

        with Spoken(script, pacer=places) as spoken, pytest.raises(RetryableError):
            spoken.session.send(READ, "/people/7")
        assert held == [1, 1, 1]
        assert places.held_count == 0
        assert places.asked == [("toy", "toy:1", 2, "read_person")] * 3

    def test_sends_nothing_without_a_place(self) -> None:
        places = Places(RateLimitError("full"))
        with (
            Spoken(always(answer()), pacer=places) as spoken,
            pytest.raises(RateLimitError, match="full"),
        ):
            spoken.session.send(READ, "/people/7")
        assert spoken.server.received == []
        assert spoken.exchanges == []
        assert places.pauses == []

    @pytest.mark.parametrize(
        ("reply", "fared"),
        [
            (answer(), "answered"),
            (answer(status="404 X"), "answered"),
            (answer(status="500 X"), "answered"),
            (answer(status="503 X"), "failed"),
            (b"", "failed"),
        ],
        ids=["well", "refused", "its own fault", "away", "cut"],
    )
    def test_tells_the_budget_how_the_vendor_fares(self, reply: bytes, fared: str) -> None:
        places = Places()
        with Spoken(always(reply), pacer=places) as spoken, suppress(ConnectorError):
            spoken.session.send(READ, "/people/7")
        assert places.fared == [("toy:1", fared)]

    def test_renews_the_way_in_before_it_takes_a_place(self) -> None:
        places = Places()
        held: list[int] = []

        class Watching(Renewing):
            def headers(self) -> Mapping[str, str]:
                held.append(places.held_count)
                return super().headers()

            def renew(self) -> bool:
                held.append(places.held_count)
                return super().renew()

        with Spoken(
            in_turn(answer(status="401 X"), answer()), Watching("a", "b"), pacer=places
        ) as spoken:
            spoken.session.send(READ, "/people/7")
        assert held == [0, 0, 0]


class TestExchange:
    def test_tells_what_was_said_without_what_nobody_may_see(self) -> None:
        operation = replace(
            WRITE,
            sends={
                "LastName": Privacy.PERSON,
                "Salary": Privacy.PAY,
                "Status": Privacy.PLAIN,
                "since": Privacy.PLAIN,
            },
            reads={"id": Privacy.PLAIN, "Salary": Privacy.PAY, "Leave": Privacy.HEALTH},
        )
        reply = answer(
            b'{"id": "E7", "Salary": {"value": 5100.50}, "Leave": "burnout", "Iban": "XX12"}',
            "X-Request-Id: r-9",
        )
        with Spoken(always(reply), Renewing("token")) as spoken:
            spoken.session.send(
                operation,
                "/people/7",
                query=[("since", "2026-01-01"), ("$filter", "mail eq 'ann@x.example'")],
                json={
                    "LastName": {"value": "Doe"},
                    "Salary": Decimal("4000"),
                    "Status": {"value": "Active"},
                    "Other": "xyz",
                },
            )
        [exchange] = spoken.exchanges
        assert exchange.vendor == "toy"
        assert exchange.operation == "save_person"
        assert exchange.method == "PUT"
        assert exchange.url == f"{spoken.server.url}/people/7?since=2026-01-01&$filter=<text 23>"
        assert exchange.status == 200
        assert 0 < exchange.seconds < 5
        assert exchange.started_at.tzinfo is not None
        assert exchange.sent == {
            "LastName": {"value": "<person: text>"},
            "Salary": "<pay: number>",
            "Status": {"value": "Active"},
            "Other": "<text 3>",
        }
        assert exchange.received == {
            "id": "E7",
            "Salary": {"value": "<pay: number>"},
            "Leave": "<health: text>",
            "Iban": "<text 4>",
        }
        assert exchange.effect is Effect.DONE
        assert exchange.request_id == "r-9"
        assert exchange.private.pay == {
            "/sent/Salary": 4000,
            "/received/Salary/value": Decimal("5100.50"),
        }
        assert exchange.private.health == {"/received/Leave": "burnout"}
        assert "5100" not in repr(exchange)
        assert "burnout" not in repr(exchange)

    def test_describes_a_body_that_is_no_json(self) -> None:
        page = b"<html><head><title>API Login Limit</title></head><body>ann@x.example</body></html>"
        with Spoken(always(answer(page))) as spoken:
            spoken.session.send(READ, "/people/7")
        assert (
            spoken.exchanges[0].received
            == "<application/json, 82 bytes, a page titled 'API Login Limit'>"
        )

    def test_reads_cookies_apart(self) -> None:
        raw = answer(
            b"",
            "Set-Cookie: ASP.NET_SessionId=abc; path=/; HttpOnly",
            "Set-Cookie: .ASPXAUTH=0F; path=/",
            "Set-Cookie: gone=; expires=Thu, 01 Jan 1970 00:00:00 GMT",
        )
        with Spoken(always(raw)) as spoken:
            reply = spoken.session.send(READ, "/login")
        assert reply.cookies == {"ASP.NET_SessionId": "abc", ".ASPXAUTH": "0F", "gone": ""}
        assert "abc" not in repr(reply)


@responses.activate
def test_tells_a_failure_of_the_library_from_an_answer() -> None:
    responses.get(URL, body=RequestsConnectionError("https://acme.example.com/people/7?key=secret"))
    with pytest.raises(RetryableError) as caught:
        plain_session().send(READ, "/people/7")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_reports_a_refused_call_also_when_the_renewal_fails() -> None:
    class Spent(Renewing):
        def renew(self) -> bool:
            raise CredentialError("connect it again")

    refused = always(answer(status="401 X"))
    with Spoken(refused, Spent("old")) as spoken, pytest.raises(CredentialError):
        spoken.session.send(WRITE, "/people/7")
    assert [(one.status, one.effect) for one in spoken.exchanges] == [(401, Effect.NONE)]
