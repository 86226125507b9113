"""Starts the real worker at an order, with the probe in it; one line of JSON in, one out.

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
