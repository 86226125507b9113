"""The crash proof from the command line; it goes on where it was stopped.

``python -m tests.crash`` proves everything on both databases, side by side; what has passed with
the same sources is not done again. ``--ci`` is the size of a suite: all cuts of the money stories
and of a delivery, every call held that changes something, every third disturbance of the rest, odd
ones on SQLite, even ones on PostgreSQL, and each safety taken out in one story on one of the two.
Where an approved preview is posted, every third cut at what is read before the first changing call,
and every ninth hold: nothing is written there, and all of it is read again whoever dies in it.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from typing import NoReturn

from tests.crash.databases import POSTGRES, PostgreSQL, SQLite
from tests.crash.disturbances import Disturbance, Part
from tests.crash.lane import Lane
from tests.crash.processes import REPOSITORY, CutFailed, ProofError
from tests.crash.proof import Proof, agreed_counts, counts, record, too_few
from tests.crash.report import Book, Report
from tests.crash.sampling import sample, thin_reads
from tests.crash.scenario import SCENARIOS, Opening, Scenario

DATABASES = (SQLite.name, PostgreSQL.name)
FAULTS = "faults"
PARTS = (*(f"{part}s" for part in Part), FAULTS)
CI_EVERY = 3


def prove(database: str, asked: argparse.Namespace) -> int:
    """What was asked for, on one database, story by story; the exit code."""
    code = 0
    for name in asked.story:
        try:
            code |= prove_story(SCENARIOS[name], database, asked)
        except (ProofError, CutFailed) as error:
            print(f"FAILED {name} on {database}: {error}", file=sys.stderr, flush=True)
            code = 1
    return code


def prove_story(scenario: Scenario, database: str, asked: argparse.Namespace) -> int:
    """The same of one story."""
    book = Book(database, scenario.name, is_fresh=asked.fresh)
    server_url = os.environ.get("DATABASE_URL") or POSTGRES
    with Lane(scenario, database, server_url, redis_url(database)) as lane:
        proof = Proof(lane)
        found = counts(proof.quiet)
        print(f"{database}: {scenario.full_title}: {found}, {proof.quiet.commits}", flush=True)
        if asked.record:
            record(scenario, proof.quiet, database)
            return 0
        chosen = wanted(proof, database, asked)
        plants = planted(lane, database, asked)
        report = Report(scenario.name, database, len(chosen) + len(plants))
        if few := too_few(found, agreed_counts(scenario, database)):
            report.fail(few)
        disturb_all(proof, chosen, book, report)
        take_out_all(proof, plants, chosen, book, report)
        return report.close()


def disturb_all(proof: Proof, chosen: list[Disturbance], book: Book, report: Report) -> None:
    """Each disturbance, unless it has passed."""
    for disturbance in chosen:
        key = repr(disturbance)
        if key in book.passed:
            report.passed_over()
            continue
        failure = proof.failure(disturbance)
        report.worked(proof.label(disturbance), failure)
        if not failure:
            book.note(key)


def take_out_all(
    proof: Proof, plants: dict[str, str], among: list[Disturbance], book: Book, report: Report
) -> None:
    """Each safety, unless its loss has been noticed."""
    for name, likely in plants.items():
        key = f"without {name}"
        if key in book.passed:
            report.notice(key, book.passed[key])
            report.passed_over()
            continue
        noticed, failure = caught(proof, name, likely, among)
        report.notice(key, noticed or "nothing")
        report.worked(key, failure)
        if not failure:
            book.note(key, noticed)


def redis_url(database: str) -> str:
    """The Redis that was named goes with the server that was named; SQLite's is a lane's own."""
    return os.environ.get("REDIS_URL", "") if database == PostgreSQL.name else ""


def wanted(proof: Proof, database: str, asked: argparse.Namespace) -> list[Disturbance]:
    """The disturbances that were asked for."""
    everything = [one for one in proof.disturbances if f"{one.part}s" in asked.part]
    if asked.ci:
        every = dict.fromkeys(Part, CI_EVERY) | {Part.REPEAT: 1}
        if proof.lane.scenario.is_cut_throughout:
            every[Part.CUT] = 1
        if proof.lane.scenario.opening is Opening.POST:
            everything = thin_reads(proof.quiet, everything, CI_EVERY)
        return sample(proof.quiet, everything, every, is_odd=database == SQLite.name)
    return everything[:: asked.every]


def planted(lane: Lane, database: str, asked: argparse.Namespace) -> dict[str, str]:
    """The safeties to be taken out here.

    For a suite it is enough to do so in one story, on one database.
    """
    plants = list(lane.plants(is_first=asked.ci).items()) if FAULTS in asked.part else []
    return dict(plants[DATABASES.index(database) :: len(DATABASES)] if asked.ci else plants)


def caught(proof: Proof, name: str, likely: str, among: list[Disturbance]) -> tuple[str, str]:
    """What noticed that this safety is out, and what is wrong where nothing did."""
    try:
        noticed = proof.catch(name, likely, among)
    except CutFailed as failed:
        return "", str(failed)
    return noticed, "" if noticed else "nothing noticed it"


def prove_both(arguments: list[str]) -> int:
    """Each database in a process of its own."""
    command = [sys.executable, "-m", "tests.crash", *arguments, "--database"]
    running = [subprocess.Popen([*command, name], cwd=REPOSITORY) for name in DATABASES]
    try:
        return max(abs(lane.wait()) for lane in running)
    finally:
        for lane in running:
            if lane.poll() is None:
                lane.terminate()
            lane.wait()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, help="only this one")
    parser.add_argument("--story", choices=SCENARIOS, action="append", help="only this; repeatable")
    parser.add_argument("--ci", action="store_true", help="the size of a suite")
    parser.add_argument("--every", type=int, default=1, help="of each N disturbances only one")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this; repeatable")
    parser.add_argument("--fresh", action="store_true", help="do again what has passed")
    parser.add_argument(
        "--record", action="store_true", help="write down how many marks there are, and no more"
    )
    asked = parser.parse_args()
    for known in (signal.SIGINT, signal.SIGTERM):
        signal.signal(known, interrupted)
    asked.part = asked.part or list(PARTS)
    asked.story = asked.story or list(SCENARIOS)
    try:
        return prove_both(sys.argv[1:]) if asked.database is None else prove(asked.database, asked)
    except KeyboardInterrupt:
        print("\nStopped; the next run goes on here.")
        return 130


def interrupted(number: int, frame: object) -> NoReturn:
    """End as with Ctrl-C: the lane is taken down, and not twice."""
    for known in (signal.SIGINT, signal.SIGTERM):
        signal.signal(known, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
