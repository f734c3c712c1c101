"""What a run came to: every fault that struck, and how the deals, the books, the till and the inbox stand."""

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table

from chaos.agreement import due_mails, mails_by_subject, till_by_provider
from chaos.plan import STRIKES_OF, Strike
from chaos.recovery import Recovery
from chaos.standing import Standing
from chaos.storms import KINDS, SERVICES
from chaos.suffered import Suffered
from guerdon.cli.output import plain_table, show
from guerdon.domain.balances import totals_of
from guerdon.domain.channel import Channel
from local.demo.report import heading, show_till


def show_suffered(out: Console, suffered: Suffered, cut_off: int) -> None:
    """Each kind of fault by what it struck; `cut_off` is how many tasks of the workflow died at work."""
    heading(out, "Faults between the functions and AWS")
    show(out, counted("Fault", KINDS, SERVICES, suffered.storms))
    heading(out, "Faults of the providers")
    by_strike = {(strike, provider): times for (provider, strike), times in suffered.strikes.items()}
    show(out, counted("Fault", tuple(Strike), tuple(STRIKES_OF), by_strike))
    heading(out, "Processes")
    show(out, pairs("Killed", sorted(suffered.kills.items()), ("all", sum(suffered.kills.values()))))
    out.print(f"Tasks of the workflow that were cut off at work: {cut_off}")
    out.print(f"Restarts of the emulator: {suffered.restarts}")
    out.print(f"Faults in all: {suffered.total}")


def show_standing(out: Console, standing: Standing, recovery: Recovery) -> None:
    """Where everything ended, and what a person had to do for it."""
    heading(out, "Deals")
    show(out, pairs("What was told", sorted(Counter(deal.planned.fate.value for deal in standing.deals).items())))
    heading(out, "Payouts by their end")
    ends = Counter((payout.status.value, payout.channel.value) for payout in standing.payouts)
    statuses = tuple(sorted({status for status, _ in ends}))
    show(out, counted("End", statuses, tuple(channel.value for channel in Channel), ends))
    heading(out, "What the providers really took, and what the journal says")
    show_till(out, totals_of(standing.journal), till_by_provider(standing))
    heading(out, "Mails to advocates")
    show(out, mails_table(standing))
    heading(out, "What a person did, and what was not waited for")
    done = [(f"released a payout that was {waited_for}", times) for waited_for, times in recovery.released.items()]
    done += [(f"put back a message of {queue}", times) for queue, times in recovery.put_back.items()]
    done += [("skipped the hours that proof takes that nothing moved", recovery.hours_skipped)]
    show(out, pairs("Times", done))


def mails_table(standing: Standing) -> Table:
    """Mails by kind: how many were due, how many of those came, how many came more than once.

    A mail more comes where the function that sent it died before it could write that down.
    """
    due, came = due_mails(standing), mails_by_subject(standing)
    table = plain_table("Mail", "Due", "Came", "Came twice or more", right=("Due", "Came", "Came twice or more"))
    for kind in sorted({kind for kind, _ in due}):
        theirs = [came[one] for one in due if one[0] == kind]
        table.add_row(
            kind, str(len(theirs)), str(sum(times > 0 for times in theirs)), str(sum(times > 1 for times in theirs))
        )
    return table


def counted(what: str, rows: Iterable[str], columns: tuple[str, ...], times: Mapping[tuple[str, str], int]) -> Table:
    """A table of counts; a dot where there are none."""
    table = plain_table(what, *columns, "all", right=(*columns, "all"))
    for row in rows:
        counts = [times.get((row, column), 0) for column in columns]
        table.add_row(row, *(str(count or "·") for count in (*counts, sum(counts))))
    return table


def pairs(what: str, rows: Iterable[tuple[str, int]], *more: tuple[str, int]) -> Table:
    """A table of one count for each row."""
    table = plain_table(what, "", right=("",))
    for name, count in (*rows, *more):
        table.add_row(name, str(count))
    return table


def show_wrong(out: Console, never_fired: list[str], disagreements: list[str]) -> None:
    """The list of all that is wrong, if anything is."""
    for title, lines in (("Faults that never struck", never_fired), ("What disagrees", disagreements)):
        if lines:
            heading(out, f"{title}: {len(lines)}")
            for line in lines:
                out.print(f"- {line}", soft_wrap=True, markup=False)
