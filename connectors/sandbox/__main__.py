"""Starts the sandbox alone: ``python -m connectors.sandbox --port 0``."""

from __future__ import annotations

import argparse

from connectors.sandbox.arguments import add_arguments, run

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m connectors.sandbox", description=__doc__)
    add_arguments(parser)
    run(**vars(parser.parse_args()))
