"""What the providers' statements say otherwise than the books: one difference of each kind, planted and then found.

They are planted in what the invented year paid, so that nothing that the demo itself pays is touched; the sandbox's
till stays as it is, since it says what really moved.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import urllib3
from rich.console import Console

from guerdon.application.reconciliation_records import ReconciliationItem
from guerdon.cli.output import plain_table, show
from guerdon.domain.channel import PROVIDER_OF
from guerdon.domain.glossary import DIFFERENCE, PROVIDER
from guerdon.domain.identity import payout_of
from guerdon.domain.payout import PayoutStatus
from guerdon.domain.reconciliation import BANK, Difference
from guerdon.stack import Stack

PLANTED: Final[Mapping[str, Difference]] = {
    "tremendous": Difference.AMOUNT_DIFFERS,
    "lob": Difference.LATE,
    "stripe": Difference.MISSING_HERE,
    "printful": Difference.MISSING_THERE,
}
_CREATED: Final = 201


class CannotPlant(Exception):
    """The sandbox did not take a difference; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Differences:
    """The planted differences of one stack.

    Attributes:
        file: Where it is kept which ones were planted and not looked for yet.
    """

    stack: Stack
    sandbox_url: str
    file: Path

    def plant(self) -> None:
        """Plant one of each.

        Raises:
            CannotPlant: The sandbox did not take one.
        """
        for provider, difference in PLANTED.items():
            wanted = {"provider": provider, "difference": difference.value, "reference": self._newest_paid(provider)}
            answer = self._ask("POST", "plant", wanted)
            if answer.status != _CREATED:
                raise CannotPlant(f"{difference} at {provider}: the sandbox answered {answer.status} {answer.data!r}")
        self.file.write_text(json.dumps({provider: difference.value for provider, difference in PLANTED.items()}))

    def _newest_paid(self, provider: str) -> str:
        """The reference of what was paid last, by the till and by the books, and stayed paid.

        What is on its way by the books still is compared with nothing before the provider had the channel's whole time.
        """
        rows = json.loads(self._ask("GET", f"till?provider={provider}").data)
        taken = (str(row["reference"]) for row in rows if row["state"] == "paid" and row["amount"] > 0)
        paid = [reference for reference in taken if self._is_settled(reference)]
        if not paid:
            raise CannotPlant(f"{provider} paid nothing in the invented year")
        return paid[-1]

    def _is_settled(self, reference: str) -> bool:
        owner = payout_of(reference)
        payout = self.stack.store.payout(owner[0]) if owner else None
        return payout is not None and payout.status is PayoutStatus.SETTLED

    def _ask(self, method: str, path: str, content: object = None) -> urllib3.BaseHTTPResponse:
        url = f"{self.sandbox_url}/_sandbox/{path}"
        try:
            return urllib3.request(method, url, json=content, timeout=10)
        except urllib3.exceptions.HTTPError as error:
            raise CannotPlant(f"the provider sandbox does not answer at {url}: {type(error).__name__}") from error

    @property
    def wait_to_be_found(self) -> bool:
        """Whether some were planted and not looked for yet."""
        return self.file.exists()

    def find(self) -> frozenset[Difference]:
        """Have every statement compared as the daily run does; which kinds of what was planted were not found."""
        with ThreadPoolExecutor(len(PROVIDER_OF)) as asking:
            list(asking.map(lambda provider: self.stack.reconcile_now(provider, None), PROVIDER_OF.values()))
        found = {(item.source, item.difference) for item in self.stack.store.open_items()}
        missing = frozenset(kind for provider, kind in PLANTED.items() if (provider, kind) not in found)
        if not missing:
            self.file.unlink(missing_ok=True)
        return missing

    def show(self, out: Console) -> None:
        """Everything that is open."""
        table = plain_table("Source", "Date", "What", "Books", "Statement", right=("Books", "Statement"))
        items = sorted(self.stack.store.open_items(), key=lambda item: (item.source, item.on, item.item_id))
        for item in items:
            table.add_row(*_cells(item))
        if items:
            show(out, table)
        else:
            out.print("nothing: every difference was resolved")


def _cells(item: ReconciliationItem) -> tuple[str, ...]:
    return (
        "the bank" if item.source == BANK else PROVIDER[item.source],
        item.on.isoformat(),
        DIFFERENCE[item.difference].words,
        item.here.words if item.here else "-",
        item.there.words if item.there else "-",
    )
