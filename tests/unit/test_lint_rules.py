"""The lint rules bite where they should: one clock, no late import, no blind except."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.unit.sources import ROOT


def linted(source: str, place: str, *options: str) -> str:
    """What ruff prints for this source at this place."""
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", *options]
    return subprocess.run(
        [*command, f"--stdin-filename={place}", "-"],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def refused(source: str, place: str) -> list[str]:
    """The codes of what ruff finds."""
    return [
        finding["code"] for finding in json.loads(linted(source, place, "--output-format=json"))
    ]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\n\nnow = datetime.now(UTC)\n",
        "import datetime\n\nnow = datetime.datetime.now(datetime.UTC)\n",
        "from datetime import date\n\ntoday = date.today()\n",
        "import time\n\nnow = time.time()\n",
        "from django.utils import timezone\n\nnow = timezone.now()\n",
        "from django.utils.timezone import now\n\nat = now()\n",
        "from django.db.models.functions import Now\n\nat = Now()\n",
    ],
)
def test_refuses_any_clock_but_the_product_s(source: str) -> None:
    documented = f'"""Tells the time."""\n\n{source}'
    assert "TID251" in refused(documented, "config/somewhere.py")
    assert "TID251" in refused(documented, "integrations/engine/somewhere.py")
    assert "TID251" not in refused(documented, "tests/unit/somewhere.py")
    assert "TID251" not in refused(documented, "connectors/sandbox/somewhere.py")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("def late() -> None:\n    import json\n\n    json.loads('1')\n", "PLC0415"),
        ("try:\n    pass\nexcept Exception:\n    pass\n", "BLE001"),
        ("size = 1  # type: ignore\n", "PGH003"),
        ("# TODO: later\n", "FIX002"),
        ("print(1)\n", "T201"),
    ],
)
def test_refuses_a_habit_of_haste(source: str, code: str) -> None:
    assert code in refused(f'"""Hurries."""\n\n{source}', "integrations/somewhere.py")


def test_refuses_a_module_without_a_word() -> None:
    assert refused("size = 1\n", "integrations/somewhere.py") == ["D100"]


def test_says_why_there_is_one_clock() -> None:
    printed = linted('"""Tells the time."""\n\nimport time\n\nnow = time.time()\n', "audit/x.py")
    assert "The product has one clock, which the sandbox can move: config.clock.now()." in printed
