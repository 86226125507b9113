"""The strictnesses that can be turned off (dossier §7), and the behaviours that are disputed."""

from __future__ import annotations

from connectors.sandbox.standin import Switch

CASES = {
    "1a": "the token answer has all seven keys",
    "1b": "no refresh token without offline_access",
    "2a": "the redirect URI at the consent page matches exactly",
    "2b": "the redirect URI at the token endpoint is the same again",
    "3a": "a code is good once",
    "3b": "a code is good shortly",
    "4": "the token endpoint wants request=token, in the query or the body, JSON or form",
    "5a": "a rotated refresh token is good once, also for two at the same time",
    "5b": "a refresh may rotate the token, repeat it or leave it out",
    "6": "an expired access token is refused with an empty 401",
    "7a": "a token of one company is refused at another",
    "7b": "the token answer may name another company",
    "8a": "a missing scope is refused",
    "8b": "employees/changed wants public.user or public.integration",
    "9a": "a wrong API key is refused exactly so; the password does not matter",
    "9b": "many wrong keys lock everybody out for a while",
    "10": "the token endpoint may be away, or answer 200 with an error",
    "11a": "without Accept: application/json the answer is XML",
    "11b": "a content type with parameters is not read as JSON",
    "12a": "without fields there is only the id",
    "12b": "more than 400 fields are refused",
    "12c": "unknown and restricted fields are left out in silence",
    "13": "empty dates are 0000-00-00",
    "14": "employee 0 is the caller's own, 0 if he has none",
    "15": "a missing employee is refused under both header spellings, doubled",
    "16a": "the list comes in pages of a bounded size",
    "16b": "restricted values in the list are named",
    "16c": "a cursor whose row is gone is refused",
    "16d": "the list takes no API key",
    "17a": "the directory shows only the active",
    "17b": "the directory may be off, reduced or empty",
    "18a": "employees/changed answers a map, and the latest instant in it",
    "18b": "employees/changed can be narrowed to a type",
    "18c": "since is spelled as documented, + as %2B",
    "18d": "an empty map is an empty array",
    "18e": "changes have whole seconds",
    "19a": "table rows are unsorted",
    "19b": "tables of all employees at once, the inactive included",
    "19c": "changed tables write instants with Z and give all rows",
    "20a": "future rows take effect on their day, with event and change entry",
    "20b": "onlyCurrent=false shows the future, ends included, as present",
    "21a": "options are read by name and written by value alone",
    "21b": "a list change is answered in XML",
    "21c": "a duplicate option is refused",
    "21d": "a list that is not manageable is refused",
    "21e": "options are archived and taken back",
    "22": "both URL families answer, with and without a slash at the end",
    "23a": "a webhook's URL is https and public",
    "23b": "a webhook's format is required",
    "23c": "updates need monitorFields",
    "23d": "the two event families cannot be mixed",
    "23e": "unknown monitor fields are refused",
    "23f": "terminationDate cannot be monitored",
    "23g": "without events a webhook gets the legacy ones",
    "24a": "the private key is shown once",
    "24b": "a foreign webhook is refused in the object form",
    "24c": "deleting a webhook answers plain text",
    "24d": "putting a webhook replaces all of it",
    "25": "deliveries are signed over body and time stamp",
    "26a": "a hire fires created, then updated, in any order and perhaps twice",
    "26b": "changes are merged, custom fields apart",
    "26c": "events write instants in one of two styles",
    "26d": "deliveries can be form-encoded",
    "27a": "a delivery answered 4xx is never tried again",
    "27b": "a delivery answered 5xx is tried again on the schedule",
    "27c": "the delivery log throttles with a 200",
    "28": "the webhooks of a disabled owner are silent",
    "29a": "too many calls are refused with 503 or 429",
    "29b": "Retry-After is seconds, a date, or missing",
    "30": "500, 502, dropped connections and slow answers happen",
    "31": "429 on creating an employee is a quota",
    "32a": "a termination keeps department, title and supervisor",
    "32b": "a rehire keeps the id and moves the hire date",
    "32c": "a deleted employee is gone for reads and stays in the changes",
    "32d": "an e-mail can change and can be empty",
    "32e": "an e-mail belongs to one employee",
}

SWITCHES = {
    "refresh": Switch(
        "What a refresh does with the refresh token (undocumented).",
        ("rotating", "same", "omitted"),
    ),
    "token_endpoint": Switch(
        "How the token endpoint answers.", ("normal", "503", "200 with error", "200 with a page")
    ),
    "granted_scopes": Switch(
        "Whether all scopes asked for are granted.", ("as asked", "one fewer")
    ),
    "company_domain": Switch("Whose domain the token answer names.", ("own", "other")),
    "token_refusal": Switch(
        "What the body of a refused bearer token's 401 is (undocumented).", ("empty", "json")
    ),
    "list_xml": Switch(
        "Where the options stand in the XML of a list (its shape is inferred).",
        ("in options", "in the list"),
    ),
    "foreign_token": Switch(
        "How another company's token is refused (undocumented).", ("401", "403")
    ),
    "changed_scopes": Switch(
        "Whether employees/changed enforces its scopes as the specification says (undocumented).",
        ("as specified", "employee will do"),
    ),
    "no_fields": Switch(
        "What an employee read without fields shows: recording and specification disagree.",
        ("id", "first and last name"),
    ),
    "empty_date": Switch(
        "How an empty date is written (all three occur).", ("zeros", "null", "blank")
    ),
    "future_termination_date": Switch(
        "Whether a termination date shows before it takes effect (undocumented).",
        ("hidden", "shown"),
    ),
    "future_rows_noted": Switch(
        "When a future row moves lastChanged (undocumented).", ("effect", "entry")
    ),
    "created_visible": Switch(
        "Whether a new employee can be read at once (replica lag is inferred).",
        ("at once", "late"),
    ),
    "list_accepts_api_key": Switch(
        "Whether GET employees takes an API key; OAuth only in the specification.", ("no", "yes")
    ),
    "cursor": Switch(
        "What the list's cursors look like: schema and example disagree.", ("id", "base64")
    ),
    "page_limits": Switch(
        "The list's default and largest page: two schemas disagree.",
        ("250 of 2500", "50 of 100"),
    ),
    "directory": Switch(
        "How the directory is shared.", ("shared", "org chart only", "off", "empty")
    ),
    "empty_changed": Switch(
        "What an empty map of changes is (PHP's empty array is inferred).", ("array", "object")
    ),
    "empty_latest": Switch(
        "What latest is when nothing has changed (undocumented).", ("null", "absent")
    ),
    "since": Switch(
        "Whether since includes its own second (undocumented).", ("inclusive", "exclusive")
    ),
    "since_fractions": Switch(
        "Whether since may have fractions of a second; none are documented, an SDK sends them.",
        ("accepted", "refused"),
    ),
    "content_type_parameters": Switch(
        "Whether endpoints other than reports/custom refuse parameters too (inferred).",
        ("refused", "ignored"),
    ),
    "list_field_id": Switch(
        "How a list's fieldId is written: specification and samples disagree.",
        ("text", "number"),
    ),
    "event_timestamp": Switch(
        "How an event writes its instant: two documents disagree.", ("+0000", "Z")
    ),
    "legacy_values": Switch(
        "How field-based webhooks nest values: code seen and documentation disagree.",
        ("nested", "flat"),
    ),
    "retry_timestamp": Switch(
        "Whether a retried delivery gets a new time stamp (undocumented).", ("same", "fresh")
    ),
    "retries": Switch(
        "Minutes between delivery attempts: two wordings disagree.",
        ("5-10-20-40-80", "0-5-10-20-40"),
    ),
    "throttle": Switch(
        "How many calls a company may make (the vendor publishes no number).",
        ("off", "100 a minute", "5 a minute"),
    ),
    "throttle_status": Switch(
        "What a throttled call gets: 503 until 2026-09, 429 since, by one source.",
        ("503", "429"),
    ),
    "retry_after": Switch("How Retry-After is given.", ("seconds", "date", "none")),
    "employee_quota": Switch(
        "Whether the account's employee limit is reached.", ("open", "reached")
    ),
}
