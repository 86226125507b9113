"""Bodies of vendors' answers, kept as JSON files that name where each comes from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def payload(slug: str, name: str) -> Any:
    """The body of this name, new for each caller."""
    return json.loads((HERE / slug / "payloads" / f"{name}.json").read_text("utf-8"))
