"""Journals as a client that knows nothing of ours would write them, and the calendar's periods."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

from tests.unit.connectors.sandbox.acumatica.conftest import DEFAULT, Erp, wrapped

JOURNAL = f"{DEFAULT}/JournalTransaction"
RELEASE = f"{JOURNAL}/ReleaseJournalTransaction"
REFERENCE = "GUSTO 7e2c1f0a-52f1-4a9e-9b5c-0f6b6a1d2e3f"
NUMBERS = count(1)
ZONE = timezone(timedelta(hours=-5))


def today(erp: Erp) -> datetime:
    """The day it is at the instance."""
    now = erp.sandbox.control("GET", "clock")["now"]
    return datetime.fromisoformat(now).astimezone(ZONE)


def period(erp: Erp, months: int = 0) -> str:
    """The period so many months from now, as 022026."""
    number = today(erp).year * 12 + today(erp).month - 1 + months
    return f"{number % 12 + 1:02d}{number // 12}"


def line(account: str, *, debit: object = None, credit: object = None, **more: object) -> Any:
    """A line on the default subaccount."""
    values: dict[str, object] = {"Account": account, "Subaccount": "000000"}
    if debit is not None:
        values["DebitAmount"] = debit
    if credit is not None:
        values["CreditAmount"] = credit
    return wrapped(**{**values, "ReferenceNbr": "GUSTO021526", **more})


def lines() -> list[Any]:
    """The dossier's payroll: wages against taxes and net pay."""
    return [
        line("60100", debit=10000.00, TransactionDescription="Gross wages"),
        line("21500", credit=2450.15),
        line("10250", credit=7549.85),
    ]


def journal(*rows: Any, **header: object) -> dict[str, Any]:
    """The dossier's body of a new journal, off hold, with the fields given instead."""
    usual: dict[str, object] = {"Module": "GL", "Hold": False, "Description": REFERENCE}
    values = {name: value for name, value in {**usual, **header}.items() if value is not None}
    return {**wrapped(**values), "Details": list(rows) or lines()}


def add(erp: Erp, *rows: Any, **header: object) -> Any:
    """Enter a journal, of a description of its own; the batch as judges see it."""
    header = {"Description": f"{REFERENCE} {next(NUMBERS)}", **header}
    answer = erp.put(JOURNAL, journal(*rows, **header), select="Module,BatchNbr,Status")
    assert answer.status_code == 200, answer.text
    return journals(erp)[f"GL|{answer.json()['BatchNbr']['value']}"]


def journals(erp: Erp) -> Any:
    """All batches by key, as judges see them."""
    return erp.tenant()["journals"]


def named(row: Any) -> dict[str, Any]:
    """A batch named both by id and by key."""
    return {"id": row["id"], **wrapped(Module=row["Module"], BatchNbr=row["BatchNbr"])}


def release(erp: Erp, row: Any) -> Any:
    """Ask for the release of a batch."""
    return erp.send("POST", RELEASE, {"entity": named(row)})


def released(erp: Erp, **header: object) -> Any:
    """A batch that was entered and released."""
    row = add(erp, **header)
    assert release(erp, row).status_code in (202, 204)
    erp.sandbox.advance(3)
    return journals(erp)[f"GL|{row['BatchNbr']}"]
