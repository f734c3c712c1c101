"""`make demo`: from the sample events to the books. See local/demo/__init__.py.

Ends with status 0 only if every event ended as events/expected.json says, every payout settled, and the sandbox's
till equals the journal.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

import typer
from rich.console import Console

from guerdon.bootstrap import Stack
from guerdon.cli.endings import explained
from guerdon.cli.output import console
from guerdon.cli.sending import Target
from guerdon.cli.stack import World
from guerdon.cli.wiring import real_world
from local.demo import report
from local.demo.course import CannotBegin, Course, arm_channels, publish_programs
from local.demo.expectations import PROGRAMS, read_expectations
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
)


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
            SandboxAway: The provider sandbox does not answer.
        """
        report.heading(self.out, "Programs and channels")
        publish_programs(self.world, self.stack, sorted(PROGRAMS.glob("*.yaml")), self.out.print)
        arm_channels(self.stack, self.out.print)
        deliveries = beginning(read_expectations())
        paid_before = tuple(self.stack.store.journal())
        report.heading(self.out, f"{len(deliveries)} deliveries, signed and sent")
        self.out.print(self._target().url, style="dim", soft_wrap=True)
        with Screen(self.out, deliveries) as screen:
            rested = Course(self.stack, self._target(), self.world.transport, screen.changed).run(deliveries)
        if not rested:
            report.show_stuck(self.out, deliveries)
        journal = tuple(self.stack.store.journal())
        report.heading(self.out, "What was earned, and why")
        report.show_rewards(self.out, deliveries)
        report.heading(self.out, "What was told about deals later, and what it changed")
        report.show_revised(self.out, deliveries)
        report.heading(self.out, "What paid nothing, and why")
        report.show_unrewarded(self.out, deliveries)
        report.show_books(self.out, journal)
        report.heading(self.out, "What the providers really took, and what the journal says")
        tied_out = report.show_till(self.out, journal, paid_by_provider(self.environment["GUERDON_SANDBOX_URL"]))
        wrong = report.show_wrong(self.out, deliveries)
        report.heading(self.out, "This run")
        report.show_newly_paid(self.out, paid_before, journal)
        if not tied_out:
            self.out.print("The till and the journal differ: compare guerdon ledger --entries with the sandbox's page.")
        self._where_to_look(deliveries)
        return rested and tied_out and not wrong

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
        report.show_where_to_look(
            self.out,
            deliveries,
            f"{os.path.relpath(self.environment['GUERDON_LOCAL'])}/env",
            self.environment["GUERDON_SANDBOX_URL"],
            self.environment["GUERDON_INBOX_URL"],
        )


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
    except (CannotBegin, SandboxAway) as problem:
        sys.exit(f"The demo stopped: {problem}")
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except KeyboardInterrupt:
        sys.exit("The demo was interrupted. Run it again: it goes on where it stopped, and nothing is paid twice.")
