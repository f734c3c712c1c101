"""What a Lob account has beside its checks: a bank account and an address, which are there under any id.

An id that contains `missing` is of nothing, and one that contains `unverified` is of a bank account whose two small
deposits nobody confirmed yet.
"""

from local.sandbox.core.calls import Answer, Call
from local.sandbox.core.clock import iso
from local.sandbox.core.records import JsonObject
from local.sandbox.lob.errors import not_found


def get_bank_account(call: Call) -> Answer:
    """`GET /bank_accounts/{id}`."""
    account_id = call.parameters["id"]
    verified = "unverified" not in account_id
    found = {
        "bank_name": "SANDBOX BANK",
        "routing_number": "322271627",
        "account_number": "123456789",
        "account_type": "company",
        "signatory": "Jane Doe",
        "signature_url": "https://lob-assets.example/bank-accounts/asd_sandbox.pdf",
        "verified": verified,
        "microdeposit_type": None if verified else "amounts",
    }
    return Answer(200, _resource(call, "bank account", "bank_account") | found)


def get_address(call: Call) -> Answer:
    """`GET /addresses/{id}`."""
    found = {
        "name": "HARBOR PAYROLL",
        "company": None,
        "email": None,
        "phone": None,
        "address_line1": "185 BERRY ST",
        "address_line2": None,
        "address_city": "SAN FRANCISCO",
        "address_state": "CA",
        "address_zip": "94107",
        "address_country": "UNITED STATES",
    }
    return Answer(200, _resource(call, "address", "address") | found)


def _resource(call: Call, words: str, kind: str) -> JsonObject:
    if "missing" in call.parameters["id"]:
        raise not_found(words)
    now = iso(call.world.clock.now())
    return {
        "id": call.parameters["id"],
        "object": kind,
        "description": None,
        "metadata": {},
        "date_created": now,
        "date_modified": now,
    }
