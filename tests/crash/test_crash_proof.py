"""The crash proof in the size of a suite: every third instant, all safeties taken out once.

Odd ones on SQLite, even ones where ``DATABASE_URL`` names PostgreSQL; ``make crash-test`` has all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.crash.databases import POSTGRES
from tests.crash.disturbances import sample
from tests.crash.lane import Lane
from tests.crash.plants import PLANTS
from tests.crash.proof import Proof, too_few_marks

DATABASE = "postgresql" if os.environ.get("DATABASE_URL") else "sqlite"
EVERY = 3
SHARD_COUNT = 8

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def proof() -> Iterator[Proof]:
    """A lane of its own for each test process; the quiet run was made twice and was the same."""
    with Lane(DATABASE, os.environ.get("DATABASE_URL") or POSTGRES) as lane:
        yield Proof(lane)


def test_cuts_at_no_fewer_instants_than_agreed(proof: Proof) -> None:
    assert too_few_marks(proof.quiet, DATABASE) == ""


def test_counts_the_commits_that_the_database_counts(proof: Proof) -> None:
    is_told = proof.quiet.commits.endswith("as the database saw")
    assert is_told or "pg_walinspect cannot be installed" in proof.quiet.commits


@pytest.mark.parametrize("shard", range(SHARD_COUNT))
def test_ends_as_if_undisturbed(proof: Proof, shard: int) -> None:
    chosen = sample(proof.disturbances, EVERY, is_odd=DATABASE == "sqlite")[shard::SHARD_COUNT]
    failures = {proof.label(one): proof.failure(one) for one in chosen}
    assert failures
    assert {label: failure for label, failure in failures.items() if failure} == {}


@pytest.mark.parametrize("plant", PLANTS)
def test_notices_that_a_safety_is_out(proof: Proof, plant: str) -> None:
    among = sample(proof.disturbances, EVERY, is_odd=DATABASE == "sqlite")
    assert proof.catch(plant, PLANTS[plant].likely, among) != "", PLANTS[plant].sentence
