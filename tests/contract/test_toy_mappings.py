"""Targets of several parts: each is chosen from its own vocabulary, at every door."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from integrations import mapping, mapping_completeness, mapping_files, mapping_targets
from integrations.engine import marks
from integrations.mapping import MappingError
from integrations.models import Mapping, Term
from integrations.registry import flow
from tests.contract.toy.house import FLOW, House
from tests.factories import make_mapping
from tests.unit.integrations.admin.pages import Answered, address_of, page

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/admin/integrations/mapping/"
State = Mapping.State


@pytest.fixture
def ready(house: House) -> House:
    """Three accounts, one of them inactive; subaccounts of a wing and a room."""
    for key, is_active in (("6000", True), ("6100", True), ("6999", False)):
        term(house, "account", key, is_active=is_active)
    for key in ("SAL-00", "OPS-00", "OPS-17"):
        term(house, "subaccount", key)
    marks.open_leg(house.integration, "bills")
    return house


def term(house: House, kind: str, key: str, *, is_active: bool = True) -> None:
    """One value of a vocabulary at the target."""
    target = house.integration.target
    Term.objects.create(connection=target, kind=kind, key=key, title=key, is_active=is_active)


def row(house: House, key: str = "Garden", kind: str = "coding") -> Mapping:
    """The row of one drawer."""
    found = house.integration.mappings.filter(kind=kind, source_key=mapping.key_text([key])).first()
    return found or make_mapping(house.integration, mapping.key_text([key]), kind=kind)


def confirm(
    house: House, target: dict[str, str], key: str = "Garden", kind: str = "coding"
) -> None:
    mapping.confirm(row(house, key, kind), target, house.operator)


def refusal(house: House, target: dict[str, str], kind: str = "coding") -> str:
    """Why it is not stored; nothing of it is."""
    with pytest.raises(MappingError) as caught:
        confirm(house, target, kind=kind)
    assert (row(house, kind=kind).state, row(house, kind=kind).target) == (State.UNMAPPED, {})
    return caught.value.summary


def use_option(house: House, mask: str) -> None:
    """Somebody writes a mask into an option."""
    house.integration.options |= {"kept_back": mask}
    house.integration.save()


def test_takes_each_part_from_its_own_vocabulary(ready: House) -> None:
    confirm(ready, {"account": "6000", "subaccount": "SAL-00"})
    assert row(ready).target == {"account": "6000", "subaccount": "SAL-00"}


@pytest.mark.parametrize("target", [{"account": "6000"}, {"account": "6000", "subaccount": ""}])
def test_lets_an_optional_part_be_empty(ready: House, target: dict[str, str]) -> None:
    confirm(ready, target)
    assert (row(ready).state, row(ready).target) == (State.CONFIRMED, {"account": "6000"})


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ({"account": ""}, "It needs exactly account."),
        ({"subaccount": "SAL-00"}, "It needs exactly account."),
        ({"account": "6000", "room": "1"}, "It has exactly these parts: account, subaccount."),
        ({"account": "SAL-00"}, "'SAL-00' is no account at the target. There are: 6000, 6100."),
        ({"account": "6999"}, "'6999' is not active at the target any more"),
        ({"account": "6000", "subaccount": "6000"}, "'6000' is no subaccount at the target."),
        ({"account": "6000", "subaccount": "???-9"}, "is a mask that no subaccount at the target"),
        ({"account": "6000", "subaccount": "OP?-99"}, "is a mask that no subaccount"),
        ({"account": "6000", "subaccount": "OPS"}, "'OPS' is no subaccount at the target."),
        ({"account": "6?00"}, "'6?00' is no account at the target."),
    ],
)
def test_refuses_what_does_not_stand_there(
    ready: House, target: dict[str, str], sentence: str
) -> None:
    assert sentence in refusal(ready, target)


@pytest.mark.parametrize("mask", ["???-00", "OPS-??", "??????"])
def test_takes_a_mask_that_a_term_fits(ready: House, mask: str) -> None:
    confirm(ready, {"account": "6000", "subaccount": mask})
    assert row(ready).target["subaccount"] == mask


def test_takes_what_fills_the_mask_of_an_option(ready: House) -> None:
    assert "is no subaccount" in refusal(ready, {"subaccount": "OPS"}, "wing")
    use_option(ready, "???-00")
    confirm(ready, {"subaccount": "OPS"}, kind="wing")
    assert row(ready, kind="wing").target == {"subaccount": "OPS"}
    with pytest.raises(MappingError, match="'XYZ' is no subaccount"):
        confirm(ready, {"subaccount": "XYZ"}, "Cellar", "wing")
    with pytest.raises(MappingError, match=r"'\?\?\?-00' is no subaccount"):
        confirm(ready, {"subaccount": "???-00"}, "Cellar", "wing")
    assert "'OPS' is no subaccount" in refusal(ready, {"account": "6000", "subaccount": "OPS"})


def test_takes_what_fills_the_mask_of_another_row(ready: House) -> None:
    confirm(ready, {"account": "6000", "subaccount": "OPS-??"})
    confirm(ready, {"subaccount": "17"}, kind="wing")
    with pytest.raises(MappingError, match="'18' is no subaccount"):
        confirm(ready, {"subaccount": "18"}, "Cellar", "wing")
    mapping.ignore(row(ready), ready.operator)
    with pytest.raises(MappingError, match="'00' is no subaccount"):
        confirm(ready, {"subaccount": "00"}, "Cellar", "wing")


def test_takes_no_mask_for_a_value_of_its_own_vocabulary(ready: House) -> None:
    term(ready, "room", "12")
    make_mapping(ready.integration, '["Attic"]', kind="room")
    with pytest.raises(MappingError, match="is no room at the target"):
        confirm(ready, {"room": "1?"}, "Attic", "room")


def test_takes_anything_where_nothing_was_read_yet(ready: House) -> None:
    Term.objects.filter(kind="subaccount").delete()
    confirm(ready, {"account": "6000", "subaccount": "ANY"})
    assert row(ready).target["subaccount"] == "ANY"


def test_names_few_of_many_terms(ready: House) -> None:
    for number in range(30):
        term(ready, "account", f"7{number:03}")
    assert "7017 and 12 more." in refusal(ready, {"account": "1"})


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("6000 / SAL-00", {"account": "6000", "subaccount": "SAL-00"}),
        ("6000", {"account": "6000"}),
        ("6000 /", {"account": "6000"}),
        ("/ SAL-00", {"subaccount": "SAL-00"}),
        ("6000 / SAL-00 / 1", None),
    ],
)
def test_reads_parts_from_one_cell(ready: House, text: str, target: dict[str, str] | None) -> None:
    kind = flow(FLOW).mapping_kind("coding")
    assert mapping_targets.parsed(kind, text) == target
    if target is not None:
        shown = mapping_targets.shown(kind, target)
        assert mapping_targets.parsed(kind, shown) == target


def give(browser: Client, house: House, *lines: str) -> Answered:
    """Give a file back."""
    text = "\r\n".join(("kind,source,target", *lines, ""))
    file = SimpleUploadedFile("mappings.csv", text.encode(), content_type="text/csv")
    return browser.post(f"{LIST}csv/{house.integration.pk}/", {"file": file})


def test_takes_several_parts_out_and_in_as_a_file(ready: House, client: Client) -> None:
    for key in ("Attic", "Cellar", "Garden"):
        row(ready, key)
    row(ready, kind="wing")
    # What fills a mask stands before it, as the file is sorted.
    answer = give(
        client,
        ready,
        "wing,Garden,OPS",
        "coding,Attic,6000",
        "coding,Cellar,6100 / ???-00",
        "coding,Garden,6000 / OPS-17",
    )
    assert answer.status_code == 302, answer.content.decode()
    stands = {key: row(ready, key).target for key in ("Attic", "Cellar", "Garden")}
    assert stands == {
        "Attic": {"account": "6000"},
        "Cellar": {"account": "6100", "subaccount": "???-00"},
        "Garden": {"account": "6000", "subaccount": "OPS-17"},
    }
    assert row(ready, kind="wing").target == {"subaccount": "OPS"}
    assert "<code>account / subaccount</code>" in page(client, f"{LIST}csv/{ready.integration.pk}/")
    rows = ready.integration.mappings.filter(kind__in=("coding", "wing")).order_by("pk")
    text = mapping_files.write(ready.integration, rows)
    for part in ("coding,Attic,6000,", "6100 / ???-00", "6000 / OPS-17", "wing,Garden,OPS,"):
        assert part in text
    taken = mapping_files.take_in(ready.fresh(), text.encode(), ready.operator)
    assert (taken.confirmed_count, taken.unchanged_count) == (0, 4)


def test_names_the_lines_of_a_file_in_their_order(ready: House, client: Client) -> None:
    for key in ("Attic", "Garden"):
        row(ready, key)
    text = give(client, ready, "coding,Attic,6999", "coding,Garden,6000 / 9?").content.decode()
    assert text.index("Line 2, column target") < text.index("Line 3, column target")
    assert "is not active at the target any more" in text
    assert row(ready, "Attic").state == State.UNMAPPED


def test_offers_the_terms_of_each_part_in_its_field(ready: House, client: Client) -> None:
    text = page(client, address_of(row(ready)))
    account, subaccount = text.index('name="part_account"'), text.index('name="part_subaccount"')
    assert 'list="part_account_offered"' in text
    assert '<option value="6100">6100</option>' in text[account:subaccount]
    assert '<option value="OPS-17">OPS-17</option>' in text[subaccount:]
    assert "6999" not in text
    assert "or a mask: with ?" not in text[account:subaccount]
    assert "or a mask: with ?" in text[subaccount:]
    assert "what fills its open places" in page(client, address_of(row(ready, kind="wing")))


def test_says_at_the_field_what_is_wrong_with_it(ready: House, client: Client) -> None:
    typed = {"seen_version": 1, "part_account": "6000", "part_subaccount": "nowhere"}
    answer = client.post(address_of(row(ready)), typed)
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["part_subaccount"]
    assert "is no subaccount at the target. There are: OPS-00, OPS-17" in str(errors.as_data())
    typed["part_subaccount"] = ""
    assert client.post(address_of(row(ready)), typed).status_code == 302
    assert row(ready).target == {"account": "6000"}
    assert "6000" in page(client, LIST)


def source_term(house: House, key: str, parent: str = "", *, is_active: bool = True) -> None:
    """One value of the source, with its row."""
    source = house.integration.source
    Term.objects.create(
        connection=source, kind="coding", key=key, title=key, parent=parent, is_active=is_active
    )
    row(house, key)


def counted(house: House) -> str:
    """What is said of the kind."""
    (told,) = [
        str(one)
        for one in mapping_completeness.completeness(house.fresh())
        if one.kind.kind == "coding"
    ]
    return told


def test_calls_a_value_complete_that_goes_by_its_sections_default(
    ready: House, client: Client
) -> None:
    source_term(ready, "pay:*")
    for key in ("pay:wages", "pay:bonus"):
        source_term(ready, key, parent="pay:*")
    source_term(ready, "draw")
    source_term(ready, "gone", parent="pay:*", is_active=False)
    assert counted(ready) == ("Coding: 0 mapped, 0 by default, 2 unmapped, 1 unmapped, not needed")
    missing = f"{LIST}?kind__exact=coding&counterpart=missing"
    shown = client.get(missing).context["cl"].result_list
    assert {mapping.key_parts(one.source_key)[0] for one in shown} == {"pay:wages", "pay:bonus"}
    confirm(ready, {"account": "6100"}, "pay:wages")
    assert counted(ready).startswith("Coding: 1 mapped, 0 by default, 1 unmapped")
    confirm(ready, {"account": "6000"}, "pay:*")
    assert counted(ready) == ("Coding: 2 mapped, 1 by default, 0 unmapped, 1 unmapped, not needed")
    assert list(client.get(missing).context["cl"].result_list) == []
    by_default = client.get(f"{LIST}?counterpart=default").context["cl"].result_list
    assert "pay:bonus" in {mapping.key_parts(one.source_key)[0] for one in by_default}


def test_calls_unmapped_again_what_lost_its_default(ready: House) -> None:
    source_term(ready, "pay:*")
    source_term(ready, "pay:wages", parent="pay:*")
    confirm(ready, {"account": "6000"}, "pay:*")
    mapping.ignore(row(ready, "pay:*"), ready.operator)
    assert counted(ready) == "Coding: 0 mapped, 0 by default, 1 unmapped, 1 not carried"


def test_lets_an_exception_go_by_its_value(ready: House) -> None:
    confirm(ready, {"account": "6000"})
    make_mapping(ready.integration, '["Garden", "West"]', kind="coding")
    assert counted(ready) == "Coding: 1 mapped, 1 by default, 0 unmapped"


def test_says_on_the_integrations_page_what_lacks_of_each_kind(
    house: House, client: Client
) -> None:
    house.office.file("1")
    house.set_up()
    text = page(client, address_of(house.integration))
    assert "Room: 1 mapped, 0 by default, 2 unmapped" in text
    assert "Coding: 0 mapped, 0 by default, 0 unmapped" in text
    assert "counterpart=missing" in text
