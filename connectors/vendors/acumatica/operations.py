"""The calls made to Acumatica: what each reads and sends, and how long it may still act."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connectors.vendor import Operation, Privacy
from connectors.vendors.acumatica.records import EMPLOYEE_READS, EMPLOYEE_SENDS, ERROR_READS

GUIDE: Final = (
    "https://github.com/Acumatica/Acumatica-AI-Resources/tree/main/"
    "Documentation/IntegrationDevelopmentGuide"
)
GET_LIST: Final = f"{GUIDE}/IntegrationDev_RESTExample_Basic_Get_Records.md"
GET_BY_KEY: Final = f"{GUIDE}/IntegrationDev_RESTExample_Basic_Get_Record_by_Key.md"
PUT_RECORD: Final = f"{GUIDE}/IntegrationDev_RESTExample_Basic_Create_Record.md"

DEADLINE_SECONDS: Final = 130.0
"""Throttling is delay: an answer may take two minutes and still be a good one."""
SETTLE_SECONDS: Final = 900
"""A request may wait ten minutes in the instance's queue before it is worked on."""


def reading(
    name: str, path: str, docs: str, reads: Mapping[str, Privacy], method: str = "GET"
) -> Operation:
    """An operation that changes nothing."""
    return Operation(
        name,
        method,
        path,
        deadline_seconds=DEADLINE_SECONDS,
        docs=docs,
        reads=MappingProxyType({**ERROR_READS, **reads}),
    )


def writing(
    name: str,
    path: str,
    docs: str,
    reads: Mapping[str, Privacy],
    sends: Mapping[str, Privacy],
    method: str = "PUT",
    grants_access: bool = False,
) -> Operation:
    """An operation that changes something, or lets us in."""
    return Operation(
        name,
        method,
        path,
        writes=True,
        settle_seconds=SETTLE_SECONDS,
        deadline_seconds=DEADLINE_SECONDS,
        grants_access=grants_access,
        docs=docs,
        reads=MappingProxyType({**ERROR_READS, **reads}),
        sends=MappingProxyType(dict(sends)),
    )


def plain(*names: str) -> Mapping[str, Privacy]:
    """Fields that everybody may see."""
    return dict.fromkeys(names, Privacy.PLAIN)


_EMPLOYEE: Final = "/entity/{endpoint}/{version}/Employee"

READ_ENDPOINTS: Final = reading(
    "read_endpoints",
    "/entity",
    f"{GUIDE}/IntegrationDev_RESTExample_Basic_Get_List_of_Endpoints.md",
    plain("acumaticaBuildVersion", "databaseVersion", "name", "version", "href"),
)
CHECK_ENTITY: Final = reading("check_entity", "/entity/{endpoint}/{version}/{entity}", GET_LIST, {})
READ_USER: Final = reading(
    "read_user",
    "/identity/connect/userinfo",
    "https://openid.net/specs/openid-connect-core-1_0.html#UserInfo",
    {"preferred_username": Privacy.PERSON},
)

READ_EMPLOYEE: Final = reading(
    "read_employee", f"{_EMPLOYEE}/{{EmployeeID}}", GET_BY_KEY, EMPLOYEE_READS
)
FIND_EMPLOYEES: Final = reading("find_employees", _EMPLOYEE, GET_LIST, EMPLOYEE_READS)
LIST_EMPLOYEES: Final = reading("list_employees", _EMPLOYEE, GET_LIST, EMPLOYEE_READS)

CREATE_EMPLOYEE: Final = writing(
    "create_employee",
    _EMPLOYEE,
    f"{GUIDE}/IntegrationDev_RESTExample_Employee_Create.md",
    EMPLOYEE_READS,
    EMPLOYEE_SENDS,
)
UPDATE_EMPLOYEE: Final = writing(
    "update_employee", _EMPLOYEE, PUT_RECORD, EMPLOYEE_READS, EMPLOYEE_SENDS
)
CHANGE_ROLE: Final = writing("change_role", _EMPLOYEE, PUT_RECORD, EMPLOYEE_READS, EMPLOYEE_SENDS)
END_EMPLOYEE: Final = writing("end_employee", _EMPLOYEE, PUT_RECORD, EMPLOYEE_READS, EMPLOYEE_SENDS)
REACTIVATE_EMPLOYEE: Final = writing(
    "reactivate_employee", _EMPLOYEE, PUT_RECORD, EMPLOYEE_READS, EMPLOYEE_SENDS
)

READ_DEPARTMENTS: Final = reading(
    "read_departments",
    "/entity/{endpoint}/{version}/Department",
    GET_LIST,
    plain("DepartmentID", "Description"),
)
READ_DEPARTMENTS_ODATA: Final = reading(
    "read_departments_odata",
    "/t/{tenant}/api/odata/dac/PX_Objects_EP_EPDepartment",
    GET_LIST,
    plain("DepartmentID", "Description"),
)
CREATE_DEPARTMENT: Final = writing(
    "create_department",
    "/entity/{endpoint}/{version}/Department",
    PUT_RECORD,
    plain("DepartmentID", "Description"),
    plain("DepartmentID", "Description"),
)
READ_POSITIONS: Final = reading(
    "read_positions",
    "/entity/{endpoint}/{version}/Position",
    GET_LIST,
    plain("PositionID", "Description"),
)
READ_EMPLOYEE_CLASSES: Final = reading(
    "read_employee_classes",
    "/entity/{endpoint}/{version}/EmployeeClass",
    GET_LIST,
    plain("EmployeeClassID", "Description"),
)
READ_BRANCHES: Final = reading(
    "read_branches",
    "/entity/{endpoint}/{version}/Ledger",
    GET_LIST,
    plain("LedgerID", "BranchID", "BranchName", "Active"),
)

LOG_IN: Final = writing(
    "log_in",
    "/entity/auth/login",
    f"{GUIDE}/IntegrationDev_RESTExample_Basic_Login.md",
    {},
    {"name": Privacy.PERSON, "password": Privacy.PERSON, "tenant": Privacy.PLAIN},
    method="POST",
    grants_access=True,
)
LOG_OUT: Final = writing(
    "log_out",
    "/entity/auth/logout",
    f"{GUIDE}/IntegrationDev_RESTExample_Basic_Logout.md",
    {},
    {},
    method="POST",
    grants_access=True,
)

EMPLOYEE_WRITES: Final = frozenset(
    (
        CREATE_EMPLOYEE.name,
        UPDATE_EMPLOYEE.name,
        CHANGE_ROLE.name,
        END_EMPLOYEE.name,
        REACTIVATE_EMPLOYEE.name,
    )
)
