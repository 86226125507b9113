"""New keys: every row moves to the first one, a bad row stays behind alone, an old key may go."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.db.models import BinaryField, ExpressionWrapper, F, Model
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from audit import append_only
from audit.models import Action, Body, Opening
from audit.sealed_text import Ciphertext, key_id, key_of
from connectors.errors import ConfigurationError, CredentialError
from connectors.vendor import Tokens
from integrations import key_rotation
from integrations.grants import DatabaseGrantStore, read_tokens, write_tokens
from integrations.models import Connection, ConnectSession, Grant, Integration, OAuthApp, Plan
from integrations.models.connecting import SealedError
from tests.factories import make_app
from tests.unit.integrations.admin.house import build_house

pytestmark = pytest.mark.django_db(transaction=True)

NEW = Fernet.generate_key().decode()


@pytest.fixture
def house() -> Integration:
    """One row of everything, sealed with the key that is old in a moment."""
    return build_house("alpha")


@pytest.fixture
def old_key(settings: Settings, house: Integration) -> str:
    """The key of all rows; a new one has just been put before it."""
    old: str = settings.FERNET_KEYS[0]
    settings.FERNET_KEYS = [NEW, old]
    return old


def rotated(*options: str) -> str:
    """What the command says."""
    told = io.StringIO()
    call_command("rotate_keys", *options, stdout=told, stderr=io.StringIO())
    return told.getvalue()


def stored(model: type[Model], name: str) -> list[bytes]:
    """What stands in the database, as it stands there."""
    raw = ExpressionWrapper(F(name), output_field=BinaryField())
    rows = model._default_manager.annotate(raw=raw).order_by("pk")
    return [bytes(one) for one in rows.values_list("raw", flat=True)]


def break_row(row: Model, name: str = "sealed") -> None:
    """Nobody has the key of this row."""
    lost = Fernet(Fernet.generate_key()).encrypt(b"lost")
    type(row)._default_manager.filter(pk=row.pk).update(**{name: Ciphertext(lost)})


def grant_of(connection: Connection) -> Grant:
    """A connection's grant as it stands now."""
    return Grant.objects.get(connections=connection)


def no_report(title: str, count: int) -> None:
    """Nobody watches."""


def test_knows_every_encrypted_column_of_the_product() -> None:
    assert {column.title for column in key_rotation.columns()} == {
        "audit.body.private",
        "integrations.connectsession.verifier",
        "integrations.delivery.body",
        "integrations.grant.sealed",
        "integrations.keyproof.text",
        "integrations.oauthapp.sealed",
        "integrations.plan.private",
        "integrations.subscription.sealed",
    }


def test_moves_every_row_to_the_first_key(
    settings: Settings, house: Integration, old_key: str
) -> None:
    sealed = {one: stored(one.model, one.name) for one in key_rotation.columns()}
    assert {key_of(raw) for rows in sealed.values() for raw in rows} == {key_id(old_key)}

    told = rotated()

    assert told.splitlines() == [
        f"Key {key_id(NEW)} encrypts: 9 rows.",
        f"Key {key_id(old_key)}: no row needs it, it may go.",
        "Encrypted anew: 9 rows.",
    ]
    settings.FERNET_KEYS = [NEW]
    assert read_tokens(grant_of(house.source)).access_token == "alpha-access"
    assert ConnectSession.objects.get().verifier == "alpha-verifier"
    assert json.loads(Body.objects.get().private)["pay"] == {"/sent/rate": "alpha-pay"}
    assert "31337.17" in Plan.objects.get().private
    assert OAuthApp.objects.get(client_id="alpha-client").credentials().client_secret == (
        "alpha-secret"
    )
    action = Action.objects.get(what="keys.rotate")
    assert action.details == {"key": key_id(NEW), "rotated": 9, "unreadable": 0}


def test_leaves_the_trail_closed_behind_it(old_key: str) -> None:
    rotated()

    assert not Opening.objects.exists()
    assert append_only.missing(database) == []


def test_changes_nothing_in_a_dry_run(old_key: str) -> None:
    before = {one: stored(one.model, one.name) for one in key_rotation.columns()}

    told = rotated("--dry-run")

    assert f"Key {key_id(old_key)}: 9 rows need it." in told
    assert {one: stored(one.model, one.name) for one in key_rotation.columns()} == before
    assert not Action.objects.filter(what="keys.rotate").exists()


def test_proves_that_an_old_key_may_go(old_key: str) -> None:
    with pytest.raises(CommandError, match=f"rows still need: {key_id(old_key)}"):
        rotated("--check")

    rotated()

    assert f"Key {key_id(old_key)}: no row needs it, it may go." in rotated("--check")


def test_goes_on_where_it_was_stopped(old_key: str) -> None:
    seen: list[str] = []

    def stop_at_the_third(title: str, count: int) -> None:
        seen.append(title)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        key_rotation.rotate(stop_at_the_third, is_dry=False, batch_count=1)

    tally = key_rotation.rotate(no_report, is_dry=False)

    assert tally.rotated_count == 6
    assert tally.rows_by_key == {key_id(NEW): 9}


def test_reports_a_bad_row_and_goes_on_with_the_rest(house: Integration, old_key: str) -> None:
    bad = grant_of(house.source)
    break_row(bad)
    before = stored(Grant, "sealed")[0]
    errors = io.StringIO()

    with pytest.raises(CommandError, match="Rows that no key opens: 1"):
        call_command("rotate_keys", stdout=io.StringIO(), stderr=errors)

    assert f"integrations.grant.sealed {bad.pk}: no key opens it." in errors.getvalue()
    assert stored(Grant, "sealed")[0] == before
    assert {key_of(raw) for raw in stored(Grant, "sealed")[1:]} == {key_id(NEW)}
    assert {key_of(raw) for raw in stored(OAuthApp, "sealed")} == {key_id(NEW)}


def test_lets_a_refresh_win_that_stored_a_pair_meanwhile(house: Integration, old_key: str) -> None:
    grant = grant_of(house.source)
    (column,) = (one for one in key_rotation.columns() if one.model is Grant)
    read = next(row for batch in column.batches() for row in batch if row[0] == grant.pk)
    DatabaseGrantStore(grant.pk).renew(read_tokens(grant), lambda spent: Tokens("fresh", "next"))

    assert column.replace(*read) is False

    assert read_tokens(Grant.objects.get(pk=grant.pk)).access_token == "fresh"


def test_lets_no_refresh_lose_its_pair_to_new_keys(house: Integration, old_key: str) -> None:
    grant = grant_of(house.source)

    def refresh(spent: Tokens) -> Tokens:
        rotated()
        return Tokens("fresh", "next")

    DatabaseGrantStore(grant.pk).renew(read_tokens(grant), refresh)

    assert read_tokens(Grant.objects.get(pk=grant.pk)).refresh_token == "next"


def test_asks_in_batches(old_key: str) -> None:
    for _ in range(20):
        make_app()
    with CaptureQueriesContext(database) as queries:
        key_rotation.rotate(no_report, is_dry=True)

    # One batch and the empty one after it, for each column.
    assert len(queries) <= 2 * len(key_rotation.columns())


def test_stores_nothing_where_there_is_no_secret() -> None:
    app = OAuthApp.objects.create(vendor="bamboohr", client_id="bare")

    assert stored(OAuthApp, "sealed") == [b""]
    assert OAuthApp.objects.get(pk=app.pk).sealed == ""
    assert app.unseal() == {}


BREAKS: dict[str, Callable[[Integration], Model]] = {
    "grant": lambda house: grant_of(house.source),
    "app": lambda house: OAuthApp.objects.get(client_id="alpha-client"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_keeps_a_row_that_does_not_open_as_it_is(house: Integration, broken: str) -> None:
    row = BREAKS[broken](house)
    break_row(row)
    model = type(row)
    before = stored(model, "sealed")

    for one in model._default_manager.all():
        one.save()

    assert [after for after in stored(model, "sealed") if after in before] == [before[0]]
    broken_row = model._default_manager.get(pk=row.pk)
    assert isinstance(broken_row, Grant | OAuthApp)
    with pytest.raises(SealedError, match="cannot be read with FERNET_KEYS"):
        broken_row.unseal()


def test_makes_a_grant_that_does_not_open_that_grants_fault_alone(house: Integration) -> None:
    break_row(grant_of(house.source))

    with pytest.raises(CredentialError, match="cannot be read with our keys: connect it again"):
        DatabaseGrantStore(house.source.grant_id or 0).tokens()

    assert DatabaseGrantStore(house.target.grant_id or 0).tokens().access_token == "access-1"


def test_says_which_app_to_enter_again(house: Integration) -> None:
    app = OAuthApp.objects.get(client_id="alpha-client")
    break_row(app)

    with pytest.raises(ConfigurationError, match="alpha-client cannot be read: enter it again"):
        OAuthApp.objects.get(pk=app.pk).credentials()


def test_replaces_a_grant_that_does_not_open(house: Integration) -> None:
    grant = grant_of(house.source)
    break_row(grant)
    grant = Grant.objects.get(pk=grant.pk)

    write_tokens(grant, Tokens("new-access", "new-refresh"))
    grant.save()

    assert read_tokens(Grant.objects.get(pk=grant.pk)).access_token == "new-access"
    assert Connection.objects.get(pk=house.source_id).grant == grant
