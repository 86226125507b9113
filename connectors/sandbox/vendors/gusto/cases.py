"""The strictnesses that can be turned off (dossier §7), and the behaviours that are disputed."""

from __future__ import annotations

from connectors.sandbox.standin import Switch

CASES: dict[str, str] = {
    "1a": "a code gives a pair of tokens with six keys",
    "1b": "a code is good once",
    "1c": "a code is good for ten minutes",
    "1d": "the redirect URI is the registered one, at consent and at exchange",
    "2a": "a rotated refresh token lives until the new access token is used",
    "2b": "or dies at once, also when the answer was lost",
    "3": "of two refreshes at the same time one chain survives",
    "4": "an expired access token is refused",
    "5a": "a token of the app itself opens no company's data",
    "5b": "a company's token opens neither subscriptions nor events",
    "6a": "token_info names the company or the app",
    "6b": "a token shows one company only",
    "7a": "a missing scope is refused",
    "7b": "benefits need a scope of their own",
    "7c": "pay rates need a scope of their own",
    "7d": "health plans need one more scope",
    "8": "a client secret in the URL is refused",
    "9a": "disconnecting ends all tokens",
    "9b": "companies that come and go are told of",
    "10a": "the version is echoed; without a header it is the app's own",
    "10b": "versions too old, too new or malformed are refused",
    "10c": "the refusal of a version may have a flat body",
    "11a": "employees' money is a number before 2026-06-15 and text from it on",
    "11b": "auto_pilot became auto_payroll",
    "11c": "reimbursements became an array",
    "11d": "off-cycle payrolls are neither late nor have an initial check date any more",
    "11e": "compensation types got ids, home addresses lost theirs",
    "12a": "a payroll shows 25 employees unless asked otherwise",
    "12b": "a payroll shows 100 employees at most",
    "12c": "totals are of the whole payroll on every page",
    "13a": "the list hides off-cycle, external and unprocessed payrolls",
    "13b": "the list hides off-cycle payrolls with a check date ahead",
    "13c": "only processed payrolls are filtered by check date",
    "13d": "the list spans a year at most",
    "13e": "the list looks three months ahead at most",
    "13f": "unknown kinds and statuses find nothing",
    "13g": "unknown includes are left out",
    "13h": "the list comes in pages unasked since 2026-06-15",
    "14a": "the list has totals only when asked",
    "14b": "the list has no totals of what is only calculated",
    "15a": "a plain payroll",
    "15b": "one with benefits, imputed income, garnishments and paper checks",
    "15c": "one with reimbursements, which are no wages",
    "15d": "one with cash tips, which are not paid out",
    "15e": "a reversal, which is negative and linked to its original",
    "15f": "a reversal for some people only",
    "15g": "a tax reconciliation with company taxes alone, one of them negative",
    "15h": "a bonus run with a check date ahead",
    "15i": "an external payroll, whose payment method is Historical",
    "15j": "one with an excluded employee",
    "15k": "one with an owner's draw",
    "15l": "one of zero amounts",
    "15m": "one with a deduction under a new name",
    "15n": "one whose totals are off by a cent",
    "16a": "a cancelled payroll is run again under the same id",
    "16b": "a payroll is final at 16:00 Pacific on its deadline",
    "17": "a check date moves after processing, which payment_speed_changed tells",
    "18": "what is added between two pages moves the pages",
    "19a": "people come all at once unless pages are asked for",
    "19b": "a termination is in effect after its day, not when it is recorded",
    "19c": "a cancelled termination is gone",
    "19d": "somebody hired again keeps the id and has a new hire date",
    "19e": "e-mail addresses may be null or shared",
    "19f": "an employment status may be one that no list names",
    "19g": "somebody may have two jobs",
    "19h": "people whose onboarding is not done are listed",
    "19i": "whoever was deleted is not found",
    "20a": "the verification token is posted before the subscription is answered",
    "20b": "a wrong verification token is refused",
    "20c": "a verification token is posted again when asked for",
    "20d": "no event is sent before the subscription is verified",
    "21a": "the signature is of the raw body, in hex",
    "21b": "a body may have unusual blanks, order and letters",
    "22a": "an event may come twice, with the same uuid",
    "22b": "many events come at once",
    "22c": "events come of companies that nobody knows",
    "22d": "events come of things that are not found",
    "22e": "an event may come before reads show what it tells",
    "23a": "a delivery that fails is tried again, later and later",
    "23b": "a slow answer is none",
    "23c": "after sixteen retries the subscription is unreachable",
    "23d": "the feed has what nobody was sent",
    "23e": "the feed forgets after thirty days",
    "23f": "the feed has pages by cursor",
    "23g": "the feed refuses unknown cursors and companies",
    "24": "a subscription's address is one that can be reached from outside",
    "25": "demo tells of no payment",
    "26a": "a grant makes 200 calls a minute",
    "26b": "each grant is counted for itself",
    "26c": "a refusal for too many calls may lack its headers",
    "27": "planted faults strike, on any page",
    "28a": "a report is pending before it has succeeded",
    "28b": "a report may fail",
    "28c": "a report's address dies after ten minutes",
    "28d": "a report may have an account type that no list names",
    "28e": "a report's columns are those of its aggregation",
    "28f": "a report balances and equals the payroll",
    "28g": "a report's address takes no token",
}

SWITCHES = {
    "auto_consent_company": Switch(
        "Which company a consent that agrees by itself is for.", ("first", "second")
    ),
    "refresh_revocation": Switch(
        "When a rotated refresh token dies: the texts of two versions disagree.",
        ("when used", "at once"),
    ),
    "token_type": Switch("How the token type is spelled.", ("Bearer", "bearer")),
    "system_refresh_token": Switch(
        "Whether a system token's answer has a refresh token of null, or none.", ("null", "absent")
    ),
    "wrong_token_kind": Switch(
        "How a company token is refused where a system token is wanted, and the other way round.",
        ("403", "401"),
    ),
    "invalid_token_body": Switch("What the body of a 401 is (undocumented).", ("errors", "empty")),
    "foreign_company": Switch("How another company's uuid is refused (inferred).", ("404", "403")),
    "version_refusal": Switch("Which body a 406 has: both are documented.", ("errors", "flat")),
    "version_2025_06_15": Switch(
        "Whether the version whose sunset was 2026-11-17 is still served.", ("served", "refused")
    ),
    "request_id": Switch("How often X-Request-Id is stamped.", ("once", "twice")),
    "rate_limit": Switch("How many calls a grant may make.", ("200 a minute", "5 a minute", "off")),
    "rate_headers": Switch(
        "Whether calls tell what is left of the limit (documented for embedded only).",
        ("sent", "absent"),
    ),
    "throttle_body": Switch("What the body of a 429 is (inferred).", ("errors", "empty", "text")),
    "other_deductions": Switch(
        "Whether totals.other_deductions contains child support (inferred).",
        ("with child support", "without"),
    ),
    "paper_checks": Switch(
        "Whether totals.check_amount contains reimbursements of people paid by check (open).",
        ("net pay", "with reimbursements"),
    ),
    "company_taxes": Switch(
        "Whether totals.employer_taxes contains company_taxes (inferred).",
        ("in employer_taxes", "apart"),
    ),
    "reversal_signs": Switch(
        "Which signs a reversal has (negated is assumed).", ("negated", "positive")
    ),
    "reversal_uuids": Switch(
        "Whether include=reversals shows reversal_payroll_uuids since 2025-06-15.",
        ("shown", "absent"),
    ),
    "line_amounts_2026": Switch(
        "What taxes, benefits and deductions are in 2026-06-15: changelog and SDK disagree.",
        ("text", "number"),
    ),
    "payroll_taxes_2026": Switch(
        "What payroll_taxes amounts are in 2026-06-15 (unclear).", ("number", "text")
    ),
    "time_off_amount": Switch(
        "How paid_time_off[].amount is given in 2026-06-15.", ("text", "null", "absent")
    ),
    "termination_effective": Switch(
        "From which day a termination is in effect: its day is the last one of work (inferred).",
        ("the day after", "on the day"),
    ),
    "handshake": Switch(
        "Whether the verification token comes before or after the answer that makes it.",
        ("before the answer", "after the answer"),
    ),
    "handshake_body": Switch(
        "What is posted beside the verification token (inferred).", ("token only", "with uuid")
    ),
    "requested_token": Switch(
        "Whether a token that is asked for again is the same one (undocumented).", ("same", "new")
    ),
    "signature": Switch(
        "How the signature is written: hex is what receivers use, no text says so.",
        ("hex", "base64"),
    ),
    "signature_header": Switch(
        "How the signature's header is called: an old page has underscores.",
        ("X-Gusto-Signature", "x_gusto_signature"),
    ),
    "event_bytes": Switch(
        "Whether events have unusual blanks, order and letters.", ("plain", "odd")
    ),
    "response_limit": Switch(
        "How long a receiver may take (ten seconds are reported); short for tests.",
        ("10 s", "1 s"),
    ),
    "private_urls": Switch(
        "Whether addresses are taken that nobody outside can reach.", ("refused", "accepted")
    ),
    "processed_visible": Switch(
        "When reads show a payroll as processed of which an event tells.", ("at once", "late")
    ),
    "report_outcome": Switch("How a general ledger report ends.", ("succeeds", "fails")),
    "report_store_token": Switch(
        "What a token does at a report's presigned address (inferred).", ("refused", "ignored")
    ),
    "ledger_departments": Switch(
        "Which departments a ledger is split by (inferred).", ("as of the payroll", "current")
    ),
    "ledger_account_types": Switch(
        "Whether a ledger has an account type that no list names.", ("seen", "one unknown")
    ),
    "ledger_negatives": Switch(
        "Whether a negative amount stays in its column or moves to the other (undocumented).",
        ("signed", "swapped"),
    ),
}
