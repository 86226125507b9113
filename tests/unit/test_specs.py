"""The check against the vendors' contracts finds what departs, and lets pass only what is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.specs import Checker, Contract, Difference, as_2020, load_differences, main

PERSON = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "name": {"type": "string"}},
}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "components": {"schemas": {"Person": PERSON}},
    "paths": {
        "/people/{id}": {
            "get": {
                "parameters": [{"name": "since", "in": "query", "required": True, "schema": {}}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Person"}}
                        }
                    },
                    "404": {"description": "nobody"},
                },
            }
        }
    },
    "webhooks": {
        "person.changed": {
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"properties": {"at": {"type": "string"}}},
                        }
                    }
                }
            }
        }
    },
}


def check(*lines: dict[str, Any], named: list[Difference] | None = None) -> Checker:
    checker = Checker([Contract("toy", "", DOCUMENT, "urn:toy")], named or [])
    for line in lines:
        checker.check({"vendor": "toy", "is_own": True, **line})
    return checker


def exchange(value: Any, **changed: Any) -> dict[str, Any]:
    line = {
        "method": "GET",
        "path": "/people/7",
        "query": "since=1",
        "content_type": "",
        "body": "",
        "status": 200,
        "answer_type": "application/json",
        "answer": json.dumps(value),
    }
    return {**line, **changed}


def found(checker: Checker) -> list[tuple[str, str, str]]:
    return [(fault.where, fault.at, fault.says) for fault in checker.found]


def test_passes_what_the_contract_says() -> None:
    checker = check(exchange({"id": "7", "name": "x"}), exchange({}, status=404))
    assert found(checker) == []
    assert checker.requests["toy"] == 1
    assert checker.answers["toy"] == 1


def test_finds_a_wrong_type_a_missing_parameter_and_an_undeclared_status() -> None:
    assert found(check(exchange({"id": 7}))) == [("answer", "id", "7 is not of type 'string'")]
    assert found(check(exchange({"id": "7"}, query=""))) == [("request", "?since", "is required")]
    assert found(check(exchange({"id": "7"}, status=201))) == [
        ("answer", "", "status 201 is not declared")
    ]
    assert found(check(exchange({}, answer="<html>"))) == [("answer", "", "is no JSON")]
    assert found(check(exchange({}, answer_type="text/html"))) == [
        ("answer", "", "200 is text/html, not JSON")
    ]


def test_checks_deliveries() -> None:
    right = {"delivery": json.dumps({"type": "person.changed", "at": "x"}), "content_type": "json"}
    wrong = {"delivery": json.dumps({"type": "person.changed", "at": 1}), "content_type": "json"}
    assert found(check(right)) == []
    assert found(check(wrong)) == [("delivery", "at", "1 is not of type 'string'")]


def test_does_not_count_what_a_fault_or_a_softened_case_has_bent() -> None:
    checker = check(exchange({"id": 7}, is_own=False))
    assert found(checker) == []
    assert checker.answers["toy"] == 0


def test_lets_only_the_named_difference_pass() -> None:
    named = Difference("toy", "GET /people/*", "answer", "id", "not of type 'string'", "dossier")
    checker = check(exchange({"id": 7, "name": 8}), named=[named])
    assert found(checker) == [("answer", "name", "8 is not of type 'string'")]
    assert named.met == 1


def test_reads_nullable_as_a_second_type() -> None:
    assert as_2020({"type": "string", "nullable": True})["type"] == ["string", "null"]


def test_names_a_source_for_every_difference() -> None:
    assert all(difference.source for difference in load_differences())


@pytest.mark.parametrize(
    ("specs", "status", "said"), [("none", 0, "VENDOR_SPECS=none"), ("/nowhere", 1, "is absent")]
)
def test_says_so_when_nothing_is_checked(
    specs: str,
    status: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VENDOR_SPECS", specs)
    assert main(tmp_path) == status
    assert said in capsys.readouterr().out
