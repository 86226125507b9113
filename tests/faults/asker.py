"""A process of its own that makes one call at a vendor, when it is told to begin."""

from __future__ import annotations

import sys

import django

django.setup()

from integrations.engine.access import open_client  # noqa: E402  # Django is ready only now.
from integrations.models import Connection  # noqa: E402

connection = Connection.objects.select_related("app").get(pk=int(sys.argv[1]))
client = open_client(connection)
print("ready", flush=True)
sys.stdin.readline()
client.read_endpoints()
client.close()
print("answered", flush=True)
