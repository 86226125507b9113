"""Starts real workers and web processes at an order, with the probe in them; lines of JSON.

``python -m tests.crash.launcher`` puts the probe in before anything of the product is imported.
"""

from __future__ import annotations

import django

from tests.crash import probe

probe.install()
django.setup()

from tests.crash.workers import main  # noqa: E402  # what the probe wraps must not be in use yet

if __name__ == "__main__":
    main()
