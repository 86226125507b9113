"""JournalTransaction, on the form Journal Transactions (GL301000)."""

from __future__ import annotations

from connectors.sandbox.vendors.acumatica.contract.fields import (
    Custom,
    Details,
    Entity,
    Field,
    Shape,
    flags,
    instants,
    texts,
)
from connectors.sandbox.vendors.acumatica.forms.journal import JournalForm

RELEASE = "ReleaseJournalTransaction"

LINE = Shape(
    "JournalTransactionDetail",
    fields=(
        Field("Account", refers="accounts", case="9c", pads_to=10),
        Field("BranchID", title="Branch", refers="branches"),
        *texts("CostCode"),
        Field("CreditAmount", "Decimal", title="Credit Amount"),
        Field("DebitAmount", "Decimal", title="Debit Amount"),
        *texts("Description", is_read_only=True),
        *flags("IsNonPM"),
        Field("LineNbr", "Int", is_read_only=True),
        *flags("NonBillable"),
        Field("Project", longest=30),
        *texts("ProjectTask"),
        Field("ProjectTransactionID", "Long", is_read_only=True),
        Field("Qty", "Decimal"),
        Field("ReferenceNbr", title="Ref. Number", longest=15),
        Field("Subaccount", refers="subaccounts", case="9c"),
        Field("TransactionDescription", title="Transaction Description", longest=256),
        *texts("UOM VendorOrCustomer"),
    ),
)

JOURNAL = Entity(
    name="JournalTransaction",
    form="GL301000",
    form_title="Journal Transactions",
    table="journals",
    keys=("Module", "BatchNbr"),
    rules=JournalForm(),
    graph="PX.Objects.GL.JournalEntry",
    view="BatchModule",
    actions=(RELEASE,),
    long_actions=frozenset({RELEASE}),
    keeps_history=True,
    indexed=("Description",),
    customs=(
        Custom("BatchModule", "CuryDebitTotal", "Decimal"),
        Custom("BatchModule", "CuryCreditTotal", "Decimal"),
        Custom("BatchModule", "CuryControlTotal", "Decimal"),
        Custom("BatchModule", "AutoReverse", "Boolean"),
        Custom("BatchModule", "OrigBatchNbr"),
        Custom("BatchModule", "AttributeMLCREF"),
    ),
    shape=Shape(
        "JournalTransaction",
        fields=(
            Field("BatchNbr", title="Batch Number", longest=15, is_read_only=True),
            Field("BranchID", title="Branch", refers="branches"),
            *instants("CreatedDateTime", is_read_only=True),
            Field("CurrencyID", title="Currency"),
            Field("Description", longest=256),
            *flags("Hold"),
            *instants("LastModifiedDateTime", is_read_only=True),
            Field("LedgerID", title="Ledger", refers="ledgers"),
            Field("Module"),
            Field("PostPeriod", title="Post Period"),
            *texts("Status", is_read_only=True),
            Field("TransactionDate", "DateTime", title="Transaction Date", is_day=True),
        ),
        details=(Details("Details", LINE, keys=("LineNbr",), line="LineNbr"),),
    ),
)
