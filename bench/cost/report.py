"""What was measured as tables, in a terminal and in docs/cost.md."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Final

from rich.console import Console

from bench.cost.prices import SERVICES, STATED_MILLISECONDS, Prices
from bench.cost.running import Measured
from bench.cost.shares import PARTITION_TAKES, Share, shares
from bench.cost.standing import SIZES, Standing, stored_month
from bench.cost.usage import Usage
from guerdon.adapters.dynamodb.keys import SHARDS
from guerdon.cli.output import plain_table, show
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from local.cloud.settings import ROOT

PAGE: Final = ROOT / "docs" / "cost.md"
BEGINS: Final = "<!-- made by `make bench-cost` -->"
ENDS: Final = "<!-- until here -->"

USD_MOST: Final = Decimal("0.30")
"""The goal for 1,000 payouts."""
UNITS_MOST: Final = 8
"""The goal for what one payout writes to one partition key."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a heading; every column but the first is a number, or stands like one."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def show(self, out: Console) -> None:
        """Print it."""
        table = plain_table(*self.columns, right=self.columns[1:])
        for row in self.rows:
            table.add_row(*row)
        out.print(f"\n{self.heading}", style="bold")
        show(out, table)

    @property
    def markdown(self) -> str:
        """The same for a page."""
        lines = (self.columns, ("---", *("--:" for _ in self.columns[1:])), *self.rows)
        return f"**{self.heading}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was measured.

    Attributes:
        of: By channel.
    """

    prices: Prices
    of: Mapping[Channel, Measured]
    standing: Standing

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Every table."""
        return (self.cost, self.taken, self.keys, self.peers, self.month)

    @property
    def together(self) -> Usage:
        """All channels."""
        return sum((measured.usage for measured in self.of.values()), Usage())

    @property
    def cost(self) -> Sheet:
        """USD per 1,000 payouts."""
        bills = [_per_thousand(self.prices, usage) for usage in self._usages]
        rows = [(service, *(_usd(bill[service]) for bill in bills)) for service in SERVICES]
        total = ("together", *(_usd(sum(bill.values(), Decimal())) for bill in bills))
        measured = [
            self.prices.lambda_time(usage.milliseconds.total()) * 1000 / usage.payouts for usage in self._usages
        ]
        heading = f"USD for 1,000 payouts ({self.prices.region}, list prices of {self.prices.as_of})"
        time = (f"Lambda's time, if it were this machine's and not {STATED_MILLISECONDS} ms", *map(_usd, measured))
        return Sheet(heading, ("", *self._names), (*rows, total, time))

    @property
    def taken(self) -> Sheet:
        """What one payout takes."""
        usages = self._usages

        def row(words: str, of: Sequence[float], digits: int = 1) -> tuple[str, ...]:
            each = (count / usage.payouts for count, usage in zip(of, usages, strict=True))
            return (words, *(f"{count:,.{digits}f}" for count in each))

        states = sorted({state for usage in usages for state in usage.transitions if not state.startswith("Pay")})
        paying = [sum(n for state, n in usage.transitions.items() if state.startswith("Pay")) for usage in usages]
        return Sheet(
            "What one payout takes",
            ("", *self._names),
            (
                row("states entered, retries included", [usage.transitions.total() for usage in usages]),
                row("… the channel's", paying),
                *(row(f"… {state}", [usage.transitions[state] for usage in usages]) for state in states),
                row("write units", [usage.written.total() for usage in usages]),
                row("… of indexes", [_of_indexes(usage.written) for usage in usages]),
                row("read units", [usage.read_halves.total() / 2 for usage in usages]),
                row("invocations", [usage.invocations.total() for usage in usages]),
                row("… their milliseconds here", [usage.milliseconds.total() for usage in usages], 0),
                row("requests to queues", [usage.messages + 2 * usage.polled for usage in usages]),
                row("requests to the API", [usage.http_requests for usage in usages]),
                row("mails", [usage.mails for usage in usages]),
                row("bytes of log", [usage.log_bytes for usage in usages], 0),
                row("bytes stored, indexes included", [usage.stored_bytes for usage in usages], 0),
            ),
        )

    @property
    def shares(self) -> list[Share]:
        """How the keys are written to, over all channels."""
        taken = [one for measured in self.of.values() for one in measured.taken]
        return shares(taken, self.together.payouts)

    @property
    def keys(self) -> Sheet:
        """Write units by partition key."""
        rows = tuple(
            (
                share.place,
                f"{share.per_payout:.1f}",
                str(share.usual),
                str(share.most),
                f"{share.sharing} payouts" if share.sharing > 1 else "one",
                f"{share.rate(SHARDS):,.0f}" if share.sharing > 1 else "any",
            )
            for share in self.shares
        )
        columns = (
            "",
            "units a payout",
            "usually to one key",
            "the most",
            "one key is written to by",
            "payouts a second",
        )
        return Sheet("Write units by partition key", columns, rows)

    @property
    def peers(self) -> Sheet:
        """The same writes, as a plainer design would make them."""
        shared = [share for share in self.shares if share.sharing > 1]
        tightest = min(shared, key=lambda share: share.rate(SHARDS))
        entries = next(share.units for share in self.shares if share.place == "journal")
        balance = entries / self.together.payouts
        rows = (
            (f"as it is: {tightest.place}", f"{tightest.per_payout:.1f}", f"{tightest.rate(SHARDS):,.0f}"),
            (
                f"{tightest.place} under one key, not over {SHARDS}",
                f"{tightest.per_payout:.1f}",
                f"{tightest.rate(1):,.0f}",
            ),
            (
                "a balance of the program, kept in the transaction of each entry",
                f"{balance:.1f}",
                f"{PARTITION_TAKES / balance:,.0f}",
            ),
        )
        return Sheet("The busiest key", ("", "units a payout", "payouts a second"), rows)

    @property
    def month(self) -> Sheet:
        """What a month costs."""
        mean = sum(_per_thousand(self.prices, self.together).values(), Decimal())
        fixed = list(self.standing.month(self.prices))
        each = self.together.stored_bytes / self.together.payouts
        paid = ("payouts, by all four channels alike", *(_usd(mean * size / 1000, 2) for size in SIZES))
        kept = (
            "what is stored of them, more each month",
            *(_usd(stored_month(self.prices, round(each * size)), 2) for size in SIZES),
        )
        usage = sum((cost for _, cost in fixed), Decimal())
        totals = (usage + mean * size / 1000 + stored_month(self.prices, round(each * size)) for size in SIZES)
        rows = (
            *((words, *(_usd(cost, 2) for _ in SIZES)) for words, cost in fixed),
            paid,
            kept,
            ("together", *(_usd(total, 2) for total in totals)),
        )
        return Sheet("USD a month", ("", *(f"{size:,} payouts" for size in SIZES)), rows)

    def missed(self) -> Iterator[str]:
        """Every goal that is missed, in words."""
        for channel, measured in self.of.items():
            total = sum(_per_thousand(self.prices, measured.usage).values(), Decimal())
            if total > USD_MOST:
                words = glossary.CHANNEL[channel].words
                yield f"1,000 payouts by {words} cost {_usd(total)} USD, not {USD_MOST} at most"
            for share in shares(measured.taken, measured.usage.payouts):
                if share.usual > UNITS_MOST:
                    words = f"a payout by {glossary.CHANNEL[channel].words} writes {share.usual} units to one key"
                    yield f"{words} of {share.place}, not {UNITS_MOST} at most"

    @property
    def _names(self) -> tuple[str, ...]:
        return (*(glossary.CHANNEL[channel].words for channel in self.of), "all")

    @property
    def _usages(self) -> list[Usage]:
        return [*(measured.usage for measured in self.of.values()), self.together]


def write(report: Report, page: Path = PAGE) -> None:
    """Put the tables into the page, in the place of those that are there."""
    before, begins, rest = page.read_text(encoding="utf-8").partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not (begins and ends):
        raise ValueError(f"{page.name} has no place between {BEGINS} and {ENDS}")
    tables = "\n\n".join(sheet.markdown for sheet in report.sheets)
    page.write_text(f"{before}{BEGINS}\n{tables}\n{ENDS}{after}", encoding="utf-8")


def _per_thousand(prices: Prices, usage: Usage) -> dict[str, Decimal]:
    return {service: cost * 1000 / usage.payouts for service, cost in prices.bill(usage).items()}


def _of_indexes(written: Mapping[str, int]) -> int:
    return sum(units for place, units in written.items() if "/" in place)


def _usd(amount: Decimal, digits: int = 4) -> str:
    return f"{amount:,.{digits}f}"
