"""``make demo`` and ``make demo-once``: sets the stage and has the story played."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from types import FrameType

from config.demo.stage import REPOSITORY, Stage, StageError

DEFAULT_PORT = 8000
GLANCE_SECONDS = 2.0


def main() -> int:
    """Run the demo; 0 only if all was as expected."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, _interrupt)
    var_dir = REPOSITORY / "var" / ("demo-once" if arguments.once else "demo")
    port = arguments.port if arguments.port is not None else (0 if arguments.once else DEFAULT_PORT)
    try:
        is_fresh = arguments.once or arguments.fresh
        with Stage(
            Path(var_dir), arguments.people, arguments.seed, port, is_fresh=is_fresh
        ) as stage:
            stage.start()
            how = ["--again"] if stage.goes_on else []
            how += ["--kill-worker"] if arguments.kill_worker else []
            stage.manage("play_demo", "--web", stage.web_url, *how)
            if not arguments.once:
                _stay_up(stage)
    except StageError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130 if arguments.once else 0
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.demo", description=main.__doc__)
    parser.add_argument("--once", action="store_true", help="end when the story is told")
    parser.add_argument(
        "--kill-worker", action="store_true", help="cut the first sync off with SIGKILL"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="forget what the last demo left, and play it anew"
    )
    parser.add_argument("--people", type=int, default=120, help="how many people the company has")
    parser.add_argument("--seed", type=int, default=1, help="which company is generated")
    parser.add_argument("--port", type=int, help=f"of the pages (default {DEFAULT_PORT})")
    return parser.parse_args()


def _stay_up(stage: Stage) -> None:
    print("Running until Ctrl-C.", file=sys.stderr)
    while True:
        time.sleep(GLANCE_SECONDS)
        stage.tend()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """End as on Ctrl-C, so that nothing is left running."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
