"""What can be softened, by the numbered cases of the dossier, and what the sources dispute."""

from __future__ import annotations

from connectors.sandbox.standin import Switch
from connectors.sandbox.vendors.acumatica.ledger_strictness import LEDGER_CASES, LEDGER_SWITCHES

CASES = {
    "1a": "GET /entity shows an anonymous caller the system endpoints only.",
    "1b": "GET /entity wraps its rows in version and endpoints.",
    "1c": "An instance under a path answers there only, and its hrefs begin with it.",
    "2a": "An endpoint version that is not offered is 404.",
    "2b": "An entity that the endpoint does not have is 404.",
    "2c": "A call without a sign-in to a path that exists is 401.",
    "3a": "A code asked for with a challenge is exchanged only with its verifier.",
    "3b": "The redirect URI must be a registered one, and the same at the exchange.",
    "3c": "An authorization code works once.",
    "3d": "A password grant needs the right password of a user of the tenant.",
    "3e": "A refresh token works once: each use gives the next.",
    "3f": "An access token lasts 3600 seconds; then the API answers 401.",
    "3g": "A chain of refresh tokens ends 30 days after the first.",
    "3h": "There is no refresh token without offline_access.",
    "3i": "The tenant after the @ of the client id must be the one the app is registered in.",
    "3j": "client_credentials is unauthorized_client, or invalid_client with a bad secret.",
    "4a": "A sign-in beyond the licensed sessions is refused.",
    "4b": "With the scope api each access token opens a session of its own.",
    "4c": "With offline_access all tokens of a grant share one session.",
    "4d": "With api:concurrent_access each call without the session cookie opens a session.",
    "4e": "A session left alone for ten minutes is closed.",
    "4f": "Logout frees the seat.",
    "4g": "A logout without Content-Length is 411.",
    "4h": "Logout is never queued or declined by the throttle.",
    "5a": "A wrong password is refused with an exceptionMessage that says Invalid credentials.",
    "5b": "An unknown tenant is PXUndefinedCompanyException where there are several tenants.",
    "5c": "An empty tenant signs in to the default tenant.",
    "5d": "company is the older name of tenant.",
    "5e": "A user who must change the password first is refused.",
    "6a": "A bare scalar in a PUT is 400.",
    "6b": "An empty field reads as an empty object.",
    "6c": "Linked and detail parts are there only when expanded.",
    "6d": "Custom fields are there only when asked for by $custom.",
    "6e": "A PUT answers what was sent or asked for, nothing else.",
    "7a": "A record is read by its keys, divided by / or |, or by its id.",
    "7b": "A missing record is a 500 with NoEntitySatisfiesTheConditionException.",
    "7c": "A key with a slash in it can only be addressed by id.",
    "7d": "Where record ids are the session's, another session knows others.",
    "8a": "A PUT with known keys updates; with unknown ones it inserts.",
    "8b": "A PUT with the id of a record updates it.",
    "8c": "A PUT with $filter updates the record found.",
    "8d": "If-None-Match: * only inserts, If-Match: * only updates; else 412.",
    "8e": "Under automatic numbering a key that the client makes up is ignored.",
    "8f": "A detail row without id is appended.",
    "8g": "A detail row with id and delete: true is removed.",
    "8h": "A detail row with id is updated.",
    "8i": "PUT skips a value equal to the stored one, so that form logic may overwrite it.",
    "9a": "An unknown department is a 422 on its field, and nothing is saved.",
    "9b": "A label that is not in the list is a 422 on its field, and nothing is saved.",
    "10a": "A + that is not encoded makes a date literal nonsense.",
    "10b": "gt leaves the boundary out.",
    "10c": "A function compared with true finds nothing and says nothing.",
    "10d": "contains and not are 500, as are all functions that v3 or the vendor lacks.",
    "10e": "An unknown field in $filter or $select is a 500 KeyNotFoundException.",
    "10f": "A filter on a child collection is a 500.",
    "10g": "A quoted number or Boolean in a filter is a 500.",
    "10h": "$top and $skip cut the list; nothing tells the total.",
    "10i": "A list with a member that cannot be optimized is a 500; by key it is read.",
    "11a": "LastModifiedDateTime moves when the record changes, and only then.",
    "11b": "An edit of the address alone does not move LastModifiedDateTime.",
    "12a": "Class, branch, position and supervisor must exist.",
    "12b": "Status is one of the form's labels.",
    "12c": "History rows: an end not before the start, RehireEligible only when Terminated.",
    "12d": "JobTitle and the other unmapped contact fields are ignored silently.",
    "12e": "The API user cannot change the status of its own employee record.",
    "12f": "Where numbers are given by hand, EmployeeID must be sent.",
    "12g": "LastName, EmployeeClass, DepartmentID and BranchID are required.",
    "13a": "The Default endpoint has no departments: 404.",
    "13b": "The custom endpoint has departments and inherits the Default entities.",
    "13c": "OData answers plain rows under value, for the DAC and for an inquiry.",
    "13d": "OData without rights, or an inquiry that is not exposed, is 403.",
    "13e": "OData for a tenant or a name that is not there is 404.",
    "18a": "From half of the requests per minute each request is delayed.",
    "18b": "More than 20 waiting requests are declined with 429, without Retry-After.",
    "18c": "A role without the form behind the entity is 403.",
    "18d": "A form whose preferences are missing is a 500 PXSetupNotEnteredException.",
    "19a": "A push tells inserted, deleted or both, in plain values.",
    "19b": "All queries of one transaction carry its Id.",
    "19c": "A push is tried five times.",
    "19d": "A push carries its one static header.",
    "19e": "The TimeStamp of a push tells the order in which things happened.",
    "20a": "The same insert sent twice makes two records.",
    **LEDGER_CASES,
}
"""The strictnesses by number of the dossier's section 8; a letter tells parts of a case apart."""

SEAT_ANSWERS = ("500_html", "429_text", "302_error_page", "429_json")

SWITCHES = {
    **LEDGER_SWITCHES,
    "release": Switch(
        "The release of the build: 24R2 has no PATCH, no Default/25 and no links in its records.",
        ("25R2", "24R2"),
    ),
    "entity_list": Switch("GET /entity answers an object, or a bare array.", ("wrapped", "bare")),
    "not_found_body": Switch("What a 404 of a wrong version says.", ("json", "html")),
    "endpoint_probe": Switch(
        "The status of /entity/{name}/{version} for an anonymous caller.", ("401", "403", "200")
    ),
    "swagger": Switch("Who may read swagger.json.", ("signed_in", "anyone")),
    "token_scope": Switch("Whether a token answer names the scope.", ("told", "omitted")),
    "dead_refresh_token": Switch(
        "What a spent or ended refresh token is answered.",
        ("400_invalid_grant", "400_html", "401_empty"),
    ),
    "login_refusal": Switch("The status of a refused login.", ("500", "401")),
    "idle_minutes": Switch("After how many idle minutes a session closes.", ("10", "20")),
    "seat_limit_at_login": Switch("How a login beyond the licence is refused.", SEAT_ANSWERS),
    "seat_limit_at_call": Switch(
        "How a call with a token is refused that would open a session beyond the licence.",
        ("302_error_page", "500_html", "429_text", "429_json"),
    ),
    "length_required": Switch("Whether a POST without Content-Length is 411.", ("yes", "no")),
    "record_ids": Switch(
        "Whether id is the record's for good or the session's.", ("stable", "per_session")
    ),
    "padded_keys": Switch(
        "Whether fixed-width keys come padded with spaces.", ("trimmed", "padded")
    ),
    "clears_a_field": Switch(
        "What clears a field in a PUT.", ("null_or_empty_text", "null", "empty_text")
    ),
    "empty_object_in_put": Switch("What {} does to a field in a PUT.", ("leaves", "clears")),
    "unknown_field_in_body": Switch(
        "What a member that the contract does not know does in a PUT.", ("refused", "ignored")
    ),
    "filter_on_put": Switch("Whether $filter of a PUT is honoured.", ("honoured", "ignored")),
    "over_long_values": Switch("What becomes of a value that is too long.", ("refused", "cut")),
    "errors_422": Switch(
        "The body of a 422: the record, with an exceptionMessage, or the record under entity.",
        ("record", "record_and_message", "under_entity"),
    ),
    "nonsense_literal": Switch("The status of a date literal that is none.", ("500", "400")),
    "details_filter": Switch("What a filter on a child collection answers.", ("500", "empty_list")),
    "linked_filter": Switch(
        "Whether lists can be filtered by fields of linked parts.", ("served", "refused")
    ),
    "cross_view_filter": Switch(
        "Whether conditions on several views joined by and work, or find nothing.",
        ("works", "empty_list"),
    ),
    "skip": Switch("Whether $skip is honoured.", ("honoured", "ignored")),
    "history_in_lists": Switch(
        "Whether lists can expand EmploymentHistory, or it cannot be optimized.",
        ("served", "refused"),
    ),
    "address_moves_timestamp": Switch(
        "Whether an edit of contact, address or history alone moves LastModifiedDateTime.",
        ("no", "yes"),
    ),
    "employee_numbering": Switch("Who gives EmployeeID.", ("auto", "manual")),
    "class_defaults": Switch(
        "Whether the employee class gives calendar, currency and accounts, or they must be sent.",
        ("given", "not_given"),
    ),
    "job_title_25": Switch(
        "Whether Default/25.200.001 maps ContactInfo.JobTitle.", ("unmapped", "mapped")
    ),
    "history_without_position": Switch(
        "Whether a history row may lack its position.", ("refused", "accepted")
    ),
    "early_rehire_eligible": Switch(
        "What RehireEligible without Terminated does.", ("dropped", "refused")
    ),
    "termination_reason": Switch("Whether Terminated asks for a reason.", ("optional", "required")),
    "payroll": Switch(
        "Whether Payroll is on, which keeps existing history rows to itself.", ("off", "on")
    ),
    "departments_through": Switch(
        "How departments can be reached: custom endpoint and OData, OData alone, inquiries alone"
        " (no data access class of that name), not at all.",
        ("endpoint", "odata", "inquiry", "nothing"),
    ),
    "throttle_retry_after": Switch(
        "Whether a 429 of the throttle has Retry-After.", ("absent", "present")
    ),
}
"""Every fact that is inferred or on which sources disagree, with both values."""
