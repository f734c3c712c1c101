"""Renders the page: the till by provider, the requests, the webhooks."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.sandbox.core.clock import iso
from local.sandbox.core.money import to_major
from local.sandbox.core.till import PAID, Movement
from local.sandbox.core.world import World

_ROWS_SHOWN = 100
_PROVIDERS = {
    "tremendous": ("Tremendous", "gift cards"),
    "lob": ("Lob", "checks"),
    "stripe": ("Stripe", "bill credits"),
    "printful": ("Printful", "merchandise"),
}

_environment = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)


def render_page(world: World) -> str:
    """The page as HTML; everything from outside is escaped."""
    return _environment.get_template("page.html").render(
        now=iso(world.clock.now()),
        advanced_seconds=world.clock.advanced_seconds,
        providers=[
            {"name": name, "carries": carries, "totals": _totals(rows), "rows": _shown(rows)} | {"count": len(rows)}
            for key, (name, carries) in _PROVIDERS.items()
            for rows in (world.till.rows(key),)
        ],
        faults=[fault.as_json() for fault in world.faults.all()],
        requests=list(world.requests)[-_ROWS_SHOWN:][::-1],
        request_count=len(world.requests),
        deliveries=world.webhooks.deliveries()[-_ROWS_SHOWN:][::-1],
        delivery_count=len(world.webhooks.deliveries()),
        target=world.webhooks.target,
    )


def _totals(rows: list[Movement]) -> list[str]:
    """What is paid, by currency."""
    totals: dict[str, int] = {}
    for row in rows:
        if row["state"] == PAID:
            totals[row["currency"]] = totals.get(row["currency"], 0) + row["amount"]
    return [_money(minor, currency) for currency, minor in sorted(totals.items())]


def _shown(rows: list[Movement]) -> list[dict[str, str]]:
    return [
        {
            "reference": row["reference"],
            "money": _money(row["amount"], row["currency"]),
            "state": row["state"],
        }
        for row in rows[-_ROWS_SHOWN:][::-1]
    ]


def _money(amount_minor: int, currency: str) -> str:
    return f"{to_major(amount_minor, currency):,} {currency}"
