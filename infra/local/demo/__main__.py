"""`make demo`: from the sample events to the books. See local/demo/__init__.py.

Ends with status 0 only if every event ended as events/expected.json says, every payout settled, and the sandbox's
till equals the journal.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import typer
from rich.console import Console

from guerdon.application.audit_trail import lines_between
from guerdon.application.books import CLOCKS_DIFFER_MOST, Books
from guerdon.cli.endings import explained
from guerdon.cli.output import console
from guerdon.cli.sending import Target
from guerdon.cli.stack import World
from guerdon.cli.wiring import real_world
from guerdon.domain.actions import AuditAction
from guerdon.domain.balances import Totals
from guerdon.domain.checks import Check
from guerdon.domain.ledger import Entry
from guerdon.domain.reconciliation import Difference
from guerdon.stack import Stack
from local.demo import report
from local.demo.course import CannotBegin, Course, arm_channels, publish_programs
from local.demo.differences import CannotPlant, Differences
from local.demo.expectations import PROGRAMS, read_expectations
from local.demo.history.loading import CannotLoad, Loaded, load_history
from local.demo.history.month_ends import CannotEnd
from local.demo.history.playing import CannotPlay
from local.demo.progress import Progress, beginning
from local.demo.sandbox import SandboxAway, paid_by_provider
from local.demo.screen import Screen

_NEEDED = (
    "GUERDON_STACK",
    "GUERDON_API_URL",
    "GUERDON_CONNECTION",
    "GUERDON_CONNECTION_SECRET",
    "GUERDON_SANDBOX_URL",
    "GUERDON_INBOX_URL",
    "GUERDON_LOCAL",
    "GUERDON_CONSOLE_URL",
    "GUERDON_CONSOLE_PASSWORD",
)

_A_YEAR_AND_MORE: Final = timedelta(days=400)
"""As far back as the invented history goes."""

TIE_OUT_LOOKS: Final = 15
TIE_OUT_SECONDS: Final = 4


@dataclass(frozen=True, slots=True)
class Demo:
    """One run of the demo."""

    environment: Mapping[str, str]
    world: World
    stack: Stack
    out: Console

    def run(self) -> bool:
        """Whether everything ended as it has to.

        Raises:
            CannotBegin: The sample files are not in order.
            CannotLoad: The history could not be loaded.
            CannotPlay: A program of the history is not in order.
            CannotEnd: A month of the history cannot be closed.
            CannotPlant: The sandbox did not take a difference to be found.
            SandboxAway: The provider sandbox does not answer.
        """
        history = self._history()
        report.heading(self.out, "Programs and channels")
        publish_programs(self.world, self.stack, sorted(PROGRAMS.glob("*.yaml")), self.out.print)
        arm_channels(self.stack, self.out.print)
        deliveries = beginning(read_expectations())
        paid_before = self._journal(history.until)
        report.heading(self.out, f"{len(deliveries)} deliveries, signed and sent")
        self.out.print(self._target().url, style="dim", soft_wrap=True)
        with Screen(self.out, deliveries) as screen:
            rested = Course(self.stack, self._target(), self.world.transport, screen.changed).run(deliveries)
        if not rested:
            report.show_stuck(self.out, deliveries)
        journal = self._journal(history.until)
        report.heading(self.out, "What was earned, and why")
        report.show_rewards(self.out, deliveries)
        report.heading(self.out, "What was told about deals later, and what it changed")
        report.show_revised(self.out, deliveries)
        report.heading(self.out, "What paid nothing, and why")
        report.show_unrewarded(self.out, deliveries)
        tied_out = self._books_and_till()
        compared = self._statements() if history.until else True
        wrong = report.show_wrong(self.out, deliveries)
        report.heading(self.out, "This run")
        report.show_newly_paid(self.out, paid_before, journal)
        if not tied_out:
            self.out.print("The till and the journal differ: compare guerdon ledger --entries with the sandbox's page.")
        self._where_to_look(deliveries)
        return rested and tied_out and compared and not wrong

    def _history(self) -> Loaded:
        report.heading(self.out, "A year before today")
        file = Path(self.environment["GUERDON_LOCAL"]) / "state" / "history.json"
        with self.out.status("looking for a year of history") as status:
            loaded = load_history(
                self.stack, file, self.environment["GUERDON_SANDBOX_URL"], self.world.transport.now(), status.update
            )
        self.out.print(loaded.said, soft_wrap=True)
        if loaded.new:
            self._differences().plant()
        return loaded

    def _differences(self) -> Differences:
        told = self.environment
        return Differences(
            self.stack, told["GUERDON_SANDBOX_URL"], Path(told["GUERDON_LOCAL"]) / "state" / "planted.json"
        )

    def _statements(self) -> bool:
        """Show what the providers' statements say otherwise; whether everything that was planted is found."""
        differences = self._differences()
        report.heading(self.out, "What the providers' statements say otherwise, and a person has to look at")
        missing = frozenset[Difference]()
        if differences.wait_to_be_found:
            with self.out.status("comparing the providers' statements with the journal"):
                missing = differences.find()
        differences.show(self.out)
        for difference in sorted(missing):
            self.out.print(f"planted and not found: {difference}")
        return not missing

    def _books_and_till(self) -> bool:
        """Show the books, and whether the till says the same.

        What the stack pays of itself in this minute, such as at the end of a hold, is waited for.
        """
        looks = 1
        totals, till = self._totals_and_till()
        while not report.ties_out(totals, till) and looks < TIE_OUT_LOOKS:
            self.world.transport.pause(TIE_OUT_SECONDS)
            looks += 1
            totals, till = self._totals_and_till()
        report.show_books(self.out, totals)
        report.heading(self.out, "What the providers really took, and what the journal says")
        report.show_till(self.out, totals, till)
        return report.ties_out(totals, till)

    def _totals_and_till(self) -> tuple[Totals, Mapping[tuple[str, str], int]]:
        now = self.world.transport.now()
        till = paid_by_provider(self.environment["GUERDON_SANDBOX_URL"])
        return Books(self.stack.store).at(now).totals, report.less_voided(till, self._voided(now))

    def _voided(self, now: datetime) -> Iterator[Check]:
        """The checks that somebody voided: Lob mailed them, and is not told that nobody is to cash them."""
        for line in lines_between(self.stack.reviews, now - _A_YEAR_AND_MORE, now + CLOCKS_DIFFER_MOST):
            if line.action is AuditAction.CHECK_VOIDED:
                payout_id, _, attempt = line.subject_id.rpartition("-")
                check = self.stack.store.check(payout_id, int(attempt))
                if check is not None:
                    yield check

    def _journal(self, since: datetime | None) -> tuple[Entry, ...]:
        """What was posted after the end of the invented history."""
        return tuple(Books(self.stack.store).entries(self.world.transport.now(), since=since))

    def _target(self) -> Target:
        told = self.environment
        return Target(
            told["GUERDON_API_URL"],
            told["GUERDON_CONNECTION"],
            told["GUERDON_CONNECTION_SECRET"],
            told.get("GUERDON_API_HOST"),
        )

    def _where_to_look(self, deliveries: list[Progress]) -> None:
        report.heading(self.out, "Where to look next")
        told = self.environment
        addresses = report.Addresses(
            environment_file=f"{os.path.relpath(told['GUERDON_LOCAL'])}/env",
            console_url=told["GUERDON_CONSOLE_URL"],
            console_password=told["GUERDON_CONSOLE_PASSWORD"],
            sandbox_url=told["GUERDON_SANDBOX_URL"],
            inbox_url=told["GUERDON_INBOX_URL"],
        )
        report.show_where_to_look(self.out, deliveries, addresses)


def main() -> int:
    """Run the demo against the local cloud that the environment names; the exit status."""
    missing = [name for name in _NEEDED if not os.environ.get(name)]
    if missing:
        print(
            f"The demo runs against a local cloud, and {', '.join(missing)} is not set: run `make demo`",
            file=sys.stderr,
        )
        return 2
    world = real_world()
    with explained():
        demo = Demo(os.environ, world, world.open_stack(os.environ["GUERDON_STACK"]), console())
        return 0 if demo.run() else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (CannotBegin, CannotEnd, CannotLoad, CannotPlant, CannotPlay, SandboxAway) as problem:
        sys.exit(f"The demo stopped: {problem}")
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except KeyboardInterrupt:
        sys.exit("The demo was interrupted. Run it again: it goes on where it stopped, and nothing is paid twice.")
