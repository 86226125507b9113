"""The calls made to BambooHR: what each reads and sends, and whether it changes anything."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from connectors.vendor import Operation, Privacy
from connectors.vendors.bamboohr.records import (
    CHANGE_READS,
    LIST_READS,
    PERSON_READS,
    ROLE_READS,
    STATUS_READS,
    WEBHOOK_READS,
)

REFERENCE: Final = "https://documentation.bamboohr.com/reference"

WHO_AM_I: Final = Operation(
    "who_am_i",
    "GET",
    "/api/v1/employees/0",
    docs=f"{REFERENCE}/get-employee",
    reads=MappingProxyType({"id": Privacy.PLAIN}),
)
READ_COMPANY: Final = Operation(
    "read_company",
    "GET",
    "/api/v1/company_information",
    docs=f"{REFERENCE}/get-company-information",
    reads=MappingProxyType({"legalName": Privacy.PLAIN, "displayName": Privacy.PLAIN}),
)
READ_PERSON: Final = Operation(
    "read_person",
    "GET",
    "/api/v1/employees/{id}",
    docs=f"{REFERENCE}/get-employee",
    reads=PERSON_READS,
)
LIST_PEOPLE: Final = Operation(
    "list_people",
    "GET",
    "/api/v1/employees",
    docs=f"{REFERENCE}/list-employees",
    reads=PERSON_READS,
)
REPORT_PEOPLE: Final = Operation(
    "report_people",
    "POST",
    "/api/v1/reports/custom",
    docs=f"{REFERENCE}/request-custom-report",
    reads=PERSON_READS,
    sends=MappingProxyType(dict.fromkeys(("title", "fields", "employeeIds"), Privacy.PLAIN)),
)
READ_CHANGES: Final = Operation(
    "read_changes",
    "GET",
    "/api/v1/employees/changed",
    docs=f"{REFERENCE}/get-changed-employee-ids",
    reads=CHANGE_READS,
)
READ_ROLES: Final = Operation(
    "read_roles",
    "GET",
    "/api/v1/employees/{id}/tables/jobInfo",
    docs=f"{REFERENCE}/get-employee-table-data",
    reads=ROLE_READS,
)
READ_STATUS_ROWS: Final = Operation(
    "read_status_rows",
    "GET",
    "/api/v1/employees/{id}/tables/employmentStatus",
    docs=f"{REFERENCE}/get-employee-table-data",
    reads=STATUS_READS,
)
READ_LISTS: Final = Operation(
    "read_lists",
    "GET",
    "/api/v1/meta/lists",
    docs=f"{REFERENCE}/list-list-fields",
    reads=LIST_READS,
)
CHANGE_LIST: Final = Operation(
    "change_list",
    "PUT",
    "/api/v1/meta/lists/{fieldId}",
    writes=True,
    docs=f"{REFERENCE}/update-list-field-values",
    reads=LIST_READS,
    sends=MappingProxyType(dict.fromkeys(("id", "value", "archived"), Privacy.PLAIN)),
)
LIST_WEBHOOKS: Final = Operation(
    "list_webhooks",
    "GET",
    "/api/v1/webhooks",
    docs=f"{REFERENCE}/list-webhooks",
    reads=WEBHOOK_READS,
)
READ_WEBHOOK: Final = Operation(
    "read_webhook",
    "GET",
    "/api/v1/webhooks/{id}",
    docs=f"{REFERENCE}/get-webhook",
    reads=WEBHOOK_READS,
)
READ_MONITOR_FIELDS: Final = Operation(
    "read_monitor_fields",
    "GET",
    "/api/v1/webhooks/monitor_fields",
    docs=f"{REFERENCE}/get-monitor-fields",
    reads=MappingProxyType(dict.fromkeys(("id", "name", "alias"), Privacy.PLAIN)),
)
CREATE_WEBHOOK: Final = Operation(
    "create_webhook",
    "POST",
    "/api/v1/webhooks",
    writes=True,
    docs=f"{REFERENCE}/create-webhook",
    # Without privateKey: no trail may show it.
    reads=WEBHOOK_READS,
    sends=WEBHOOK_READS,
)
DELETE_WEBHOOK: Final = Operation(
    "delete_webhook",
    "DELETE",
    "/api/v1/webhooks/{id}",
    writes=True,
    docs=f"{REFERENCE}/delete-webhook",
)
