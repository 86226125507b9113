"""Processes that each make one call at a vendor, when they are told to begin.

They are forked from one that has loaded the product and opened nothing yet, as web and workers are.
"""

from __future__ import annotations

import os
import sys

import django

django.setup()

from integrations.engine.access import open_client  # noqa: E402  # Django is ready only now.
from integrations.models import Connection  # noqa: E402


def ask(connection_id: int) -> None:
    """Make ready, say so, wait until the input ends, and ask; says when it is answered."""
    connection = Connection.objects.select_related("app").get(pk=connection_id)
    client = open_client(connection)
    say("ready")
    sys.stdin.read()
    client.read_endpoints()
    client.close()
    say("answered")


def say(word: str) -> None:
    """One line in one piece: all processes write to the same pipe."""
    os.write(sys.stdout.fileno(), f"{word}\n".encode())


def main(connection_id: int, count: int) -> int:
    """So many processes; how many of them did not end well."""
    for _ in range(count):
        if os.fork() == 0:
            ask(connection_id)
            return 0
    statuses = [os.wait()[1] for _ in range(count)]
    return sum(status != 0 for status in statuses)


sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
