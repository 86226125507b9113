"""Speaks with one BambooHR account: one method per operation, parsed into frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

from connectors.exchange import Answer
from connectors.shapes import Shape
from connectors.transport import Session
from connectors.vendor import Account, Operation, SourceRecord
from connectors.vendors.bamboohr import answers, records
from connectors.vendors.bamboohr.operations import (
    CHANGE_LIST,
    CREATE_WEBHOOK,
    DELETE_WEBHOOK,
    LIST_PEOPLE,
    LIST_WEBHOOKS,
    READ_CHANGES,
    READ_COMPANY,
    READ_LISTS,
    READ_MONITOR_FIELDS,
    READ_PERSON,
    READ_ROLES,
    READ_STATUS_ROWS,
    READ_WEBHOOK,
    REPORT_PEOPLE,
    WHO_AM_I,
)
from connectors.vendors.bamboohr.records import (
    Changes,
    NewWebhook,
    OptionList,
    PeoplePage,
    Role,
    StatusRow,
    Webhook,
)

SLUG: Final = "bamboohr"
PAGE_ROWS: Final = 100
"""The vendor's specification names both 100 and 2,500 as the most."""


@dataclass(frozen=True, slots=True)
class Client:
    """One account. ``can_list`` is false with an API key: the paginated list takes OAuth alone."""

    session: Session
    account: Account
    can_list: bool = True

    # Reference: https://documentation.bamboohr.com/reference/get-employee (id 0)
    def who_am_i(self) -> str:
        """The employee id of whoever the credential belongs to; "0" where he is no employee."""
        answer = self._get(WHO_AM_I, "/api/v1/employees/0")
        shape = Shape(answer)
        return shape.name(shape.mapping(answer.json(), "the answer").get("id"), "id")

    # Reference: https://documentation.bamboohr.com/reference/get-company-information
    def read_company(self) -> str:
        """The company's name; empty where the credential may not see it."""
        answer = self._get(READ_COMPANY, "/api/v1/company_information")
        if answer.status == 403:
            return ""
        shape = Shape(answer)
        company = shape.mapping(answer.json(), "the company")
        name = shape.text(company.get("displayName"), "displayName")
        return name or shape.text(company.get("legalName"), "legalName") or ""

    # Reference: https://documentation.bamboohr.com/reference/get-employee
    def read_person(self, person_id: str) -> SourceRecord:
        """One person as he is now; ``is_gone`` where there is none of this id."""
        # Without onlyCurrent=false: it would show terminations that are yet to come as done.
        query = (("fields", records.PERSON_QUERY),)
        answer = self._get(READ_PERSON, f"/api/v1/employees/{quote(person_id, safe='')}", query)
        if answer.status == 404:
            return SourceRecord(person_id, "", None, is_gone=True)
        return answers.parse_person(answer, person_id)

    # Reference: https://documentation.bamboohr.com/reference/list-employees
    def list_people(self, cursor: str, ids: Sequence[str] = ()) -> PeoplePage:
        """A page of all people, active or not; of ``ids`` alone where there are any."""
        query = [("fields", records.LIST_QUERY), ("page[limit]", str(PAGE_ROWS))]
        if ids:
            query.append(("filter[ids]", ",".join(ids)))
        if cursor:
            query.append(("page[after]", cursor))
        answer = self._get(LIST_PEOPLE, "/api/v1/employees", query)
        if answer.status == 400:
            return PeoplePage(is_lost=True)
        return answers.parse_people(answer)

    # Reference: https://documentation.bamboohr.com/reference/request-custom-report
    def report_people(self, ids: Sequence[str] = ()) -> PeoplePage:
        """All people in one answer, active or not; of ``ids`` alone where there are any.

        Deprecated by the vendor, and the only bulk read that takes an API key.
        """
        body: dict[str, object] = {"title": "People", "fields": records.REPORT_FIELDS}
        if ids:
            body["filters"] = {"employeeIds": [int(person_id) for person_id in ids]}
        answer = self.session.send(
            REPORT_PEOPLE, "/api/v1/reports/custom", query=(("format", "json"),), json=body
        )
        return answers.parse_report(answer)

    # Reference: https://documentation.bamboohr.com/reference/get-changed-employee-ids
    def read_changes(self, since: datetime, *, only_deleted: bool = False) -> Changes:
        """Everybody who changed since an instant, with the latest change of each."""
        # Whole seconds and Z: a "+" in an offset is a trap, and fractions are not documented.
        query = [("since", since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))]
        if only_deleted:
            query.append(("type", "deleted"))
        return answers.parse_changes(self._get(READ_CHANGES, "/api/v1/employees/changed", query))

    # Reference: https://documentation.bamboohr.com/reference/get-employee-table-data
    def read_roles(self, person_id: str) -> tuple[Role, ...]:
        """A person's job history in order of time."""
        path = f"/api/v1/employees/{quote(person_id, safe='')}/tables/jobInfo"
        return answers.parse_roles(self._get(READ_ROLES, path))

    # Reference: https://documentation.bamboohr.com/reference/get-employee-table-data
    def read_status_rows(self, person_id: str) -> tuple[StatusRow, ...]:
        """A person's employment status in order of time; nothing where it may not be seen."""
        path = f"/api/v1/employees/{quote(person_id, safe='')}/tables/employmentStatus"
        answer = self._get(READ_STATUS_ROWS, path)
        return answers.parse_status_rows(answer) if answer.status == 200 else ()

    # Reference: https://documentation.bamboohr.com/reference/list-list-fields
    def read_lists(self) -> tuple[OptionList, ...]:
        """All list fields with their options, archived ones too."""
        return answers.parse_lists(self._get(READ_LISTS, "/api/v1/meta/lists"))

    # Reference: https://documentation.bamboohr.com/reference/update-list-field-values
    def change_list(self, field_id: str, options: Sequence[Mapping[str, object]]) -> bool:
        """Apply all ``options`` together; false when one of them exists already.

        The answer is XML whatever is asked for, so it is not read.
        """
        path = f"/api/v1/meta/lists/{quote(field_id, safe='')}"
        answer = self.session.send(CHANGE_LIST, path, json={"options": list(options)})
        return answer.status != 409

    # Reference: https://documentation.bamboohr.com/reference/list-webhooks
    def list_webhooks(self) -> tuple[Webhook, ...]:
        """The webhooks of this credential's user, by id and address."""
        return answers.parse_webhooks(self._get(LIST_WEBHOOKS, "/api/v1/webhooks"))

    # Reference: https://documentation.bamboohr.com/reference/get-webhook
    def read_webhook(self, webhook_id: str) -> Webhook | None:
        """One webhook; None where there is none, or it belongs to another user."""
        answer = self._get(READ_WEBHOOK, _webhook_path(webhook_id))
        return answers.parse_webhook(answer) if answer.status == 200 else None

    # Reference: https://documentation.bamboohr.com/reference/get-monitor-fields
    def read_monitor_fields(self) -> frozenset[str]:
        """The aliases of the fields that a webhook can watch."""
        answer = self._get(READ_MONITOR_FIELDS, "/api/v1/webhooks/monitor_fields")
        return answers.parse_monitor_fields(answer)

    # Reference: https://documentation.bamboohr.com/reference/create-webhook
    def create_webhook(
        self, url: str, events: Sequence[str], fields: Sequence[str]
    ) -> NewWebhook | tuple[str, ...]:
        """Make a webhook, or answer the fields that its user may not watch; nothing is made then.

        Without ``events`` BambooHR would make one of the old kind, which sends people's data.
        """
        body: dict[str, object] = {
            "name": "ml-connector",
            "url": url,
            "format": "json",
            "events": list(events),
            "monitorFields": list(fields),
        }
        headers = {"Accept": "application/json"}
        answer = self.session.send(CREATE_WEBHOOK, "/api/v1/webhooks", json=body, headers=headers)
        if answer.status == 403:
            return answers.parse_denied_fields(answer)
        return answers.parse_new_webhook(answer)

    # Reference: https://documentation.bamboohr.com/reference/delete-webhook
    def delete_webhook(self, webhook_id: str) -> bool:
        """Delete a webhook, answered in plain text; false where it belongs to another user."""
        answer = self.session.send(DELETE_WEBHOOK, _webhook_path(webhook_id))
        return answer.status != 403

    def close(self) -> None:
        """Let go of the connection to the vendor."""
        self.session.close()

    def _get(
        self, operation: Operation, path: str, query: Sequence[tuple[str, str]] = ()
    ) -> Answer:
        return self.session.send(
            operation, path, query=query, headers={"Accept": "application/json"}
        )


def _webhook_path(webhook_id: str) -> str:
    return f"/api/v1/webhooks/{quote(webhook_id, safe='')}"
