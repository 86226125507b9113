"""Which target record a draft means, one by one and from the bulk read alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from integrations.engine.index import Index
from integrations.flow import Draft, Finding, Found, Lookalike, MatchKey, Several
from integrations.matching import choose

Find = Callable[[Draft, str, Sequence[Found]], Finding]
DRAFT = Draft(
    None,
    "BHR-1",
    (MatchKey("reference", "BHR-1"), MatchKey("email", "rosa@x.example")),
    name="rosa lindqvist",
)


def found(target_id: str, *keys: tuple[str, str], name: str = "") -> Found:
    return Found(target_id, None, tuple(MatchKey(*key) for key in keys), name=name)


def from_index(draft: Draft, target_id: str, candidates: Sequence[Found]) -> Finding:
    return Index(datetime(2026, 3, 2, tzinfo=UTC), candidates).find(draft, target_id)


@pytest.fixture(params=[choose, from_index])
def find(request: pytest.FixtureRequest) -> Find:
    chosen: Find = request.param
    return chosen


def test_goes_by_the_tie_before_anything_else(find: Find) -> None:
    tied, other = found("E1"), found("E2", ("reference", "BHR-1"))
    assert find(DRAFT, "E1", [tied, other]) is tied


def test_finds_nothing_where_the_tied_record_is_gone(find: Find) -> None:
    assert find(DRAFT, "E1", [found("E2", ("reference", "BHR-1"))]) is None


def test_trusts_the_reference_before_the_e_mail(find: Find) -> None:
    ours, same = found("E1", ("reference", "BHR-1")), found("E2", ("email", "rosa@x.example"))
    assert find(DRAFT, "", [same, ours]) is ours
    assert find(DRAFT, "", [same]) is same


def test_chooses_nobody_among_several_of_one_e_mail(find: Find) -> None:
    twins = [found("E1", ("email", "rosa@x.example")), found("E2", ("email", "rosa@x.example"))]
    finding = find(DRAFT, "", twins)
    assert isinstance(finding, Several)
    assert {one.target_id for one in finding.candidates} == {"E1", "E2"}


def test_only_warns_of_a_namesake(find: Find) -> None:
    finding = find(DRAFT, "", [found("E3", ("email", "other@x.example"), name="rosa lindqvist")])
    assert isinstance(finding, Lookalike)
    assert find(DRAFT, "", [found("E4", name="ivo marsh")]) is None


def test_never_takes_a_reference_for_its_beginning(find: Find) -> None:
    assert find(DRAFT, "", [found("E1", ("reference", "BHR-11"))]) is None


def test_forgets_what_a_record_was_before_it_was_written() -> None:
    index = Index(datetime(2026, 3, 2, tzinfo=UTC), [found("E1", ("email", "rosa@x.example"))])
    index.note(found("E1", ("email", "ivo@x.example")))
    assert index.find(DRAFT, "") is None
