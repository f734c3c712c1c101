"""Requests as Guerdon sends them, for the sandbox's tests."""

from typing import Any

JsonObject = dict[str, Any]


def gift_card(
    external_id: str = "payout-1-1",
    *,
    denomination: float = 50,
    currency: str = "USD",
    email: str = "ada@example.com",
    method: str = "EMAIL",
) -> JsonObject:
    return {
        "external_id": external_id,
        "payment": {"funding_source_id": "balance"},
        "reward": {
            "campaign_id": "SANDBOXCAMPAIGN",
            "value": {"denomination": denomination, "currency_code": currency},
            "recipient": {"name": "Ada Byron", "email": email},
            "delivery": {"method": method},
        },
    }


def address(**changes: object) -> JsonObject:
    return {
        "name": "Ada Byron",
        "address_line1": "185 Berry St",
        "address_line2": "Suite 6100",
        "address_city": "San Francisco",
        "address_state": "CA",
        "address_zip": "94107",
        "address_country": "US",
        **changes,
    }


def check(**changes: object) -> JsonObject:
    return {
        "bank_account": "bank_8cad8df5354d33f",
        "to": address(),
        "from": "adr_210a8d4b0b76d77b",
        "amount": "250.00",
        "use_type": "operational",
        "message": "Thank you for your referral.",
        "memo": "Referral reward",
        "metadata": {"guerdon_attempt": "payout-2-1"},
        **changes,
    }


CREDIT = [
    ("amount", "-5000"),
    ("currency", "usd"),
    ("description", "Referral reward"),
    ("metadata[guerdon_attempt]", "payout-3-1"),
]


def merchandise(**changes: object) -> JsonObject:
    return {
        "external_id": "payout-4-1",
        "shipping": "STANDARD",
        "recipient": {
            "name": "Ada Byron",
            "address1": "185 Berry St",
            "city": "San Francisco",
            "state_code": "CA",
            "country_code": "US",
            "zip": "94107",
        },
        "order_items": [
            {
                "source": "catalog",
                "catalog_variant_id": 4011,
                "quantity": 1,
                "retail_price": "25.00",
                "name": "Guerdon shirt",
                "placements": [
                    {
                        "placement": "front",
                        "technique": "dtg",
                        "layers": [{"type": "file", "url": "https://example.com/logo.png"}],
                    }
                ],
            }
        ],
        **changes,
    }
