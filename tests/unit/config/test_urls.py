"""The addresses that belong to no app."""

from __future__ import annotations

from django.test import Client


def test_says_that_it_serves_without_asking_the_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.head("/healthz").status_code == 200


def test_changes_nothing_by_a_post_to_healthz(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
