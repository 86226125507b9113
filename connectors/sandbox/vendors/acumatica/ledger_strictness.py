"""What of the general ledger and of long operations can be softened, and what is disputed."""

from __future__ import annotations

from connectors.sandbox.standin import Switch

LEDGER_CASES = {
    "9c": "An unknown account or subaccount is a 422 on its line, and nothing is saved.",
    "9d": "An inactive account or subaccount is a 422 on its line, and nothing is saved.",
    "9e": "A batch off hold whose totals differ is a 422, and nothing is saved.",
    "9f": "A closed, locked or inactive period is a 422 on the batch.",
    "9g": "A control account, YTD Net Income, another currency's and a units account are refused.",
    "9h": "Where Projects asks for it, a line without a project is a 422.",
    "16a": "Debit and credit are compared to the cent.",
    "16b": "With Hold Batches on Entry a new batch is on hold unless it says otherwise.",
    "16c": "A release leads to Posted, or to Unposted where posting is not automatic.",
    "16d": "A released batch can be neither changed nor deleted.",
    "16e": "A batch is found by its Description.",
    "16f": "A second PUT of the same journal makes a second batch.",
    "16g": "A line has a debit amount or a credit amount, never both.",
    "16h": "A line without a subaccount takes that of the line above.",
    "17a": "An action that takes long is accepted with 202 and done later.",
    "17b": "Its status URL answers 202 while it runs, then 204.",
    "17c": "An operation that failed says so at its status URL alone.",
    "17d": "A second call to a form on which the session's operation runs is 409.",
    "17e": "An unknown action is 404.",
    "17f": "A batch that is not balanced cannot be released.",
    "17g": "The Location is relative and begins with the instance's path.",
}

LEDGER_SWITCHES = {
    "subaccounts": Switch("Whether the feature Subaccounts is on.", ("on", "off")),
    "projects": Switch(
        "Whether Projects is on, and then whether a line gets the non-project code by itself.",
        ("off", "defaulted", "required"),
    ),
    "hold_batches_on_entry": Switch("Whether new batches are on hold.", ("yes", "no")),
    "journal_approval": Switch(
        "Whether a batch off hold waits for a person's approval before it is balanced.",
        ("off", "on"),
    ),
    "control_totals": Switch("Whether batches ask for their control total.", ("off", "on")),
    "journal_subaccount": Switch(
        "Whether a line without a subaccount takes that of the line above.", ("copied", "empty")
    ),
    "over_precise_amounts": Switch(
        "What becomes of an amount with more than two decimal places.", ("rounded", "refused")
    ),
    "financial_supervisor": Switch(
        "Whether the API user may post to closed periods.", ("no", "yes")
    ),
    "post_on_release": Switch(
        "Whether a release posts at once, a moment later, or leaves that to a person.",
        ("at_once", "a_moment_later", "never"),
    ),
    "actions": Switch(
        "How actions that take long are answered: 202, for some seconds or for ten minutes; done at"
        " once with 204 and a Location that is the record's, or leads nowhere.",
        ("202_then_204", "202_slow", "204_at_once", "204_dead_location"),
    ),
    "operation_outcome": Switch(
        "What a long operation comes to: it works; fails; says 204 though the record changes a"
        " minute later, or never.",
        ("works", "fails", "late", "lies"),
    ),
}
"""Every fact that is inferred or on which sources disagree, with both values."""
