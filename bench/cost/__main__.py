"""`make bench-cost`: pay deals by every channel on the local cloud, and say what that costs on AWS.

The functions call AWS at GUERDON_FUNCTIONS_PORT, where this program listens, counts, and passes everything on. What is
counted is what is billed; only Lambda's time is stated, since this machine's says little about AWS's. No money moves:
the providers are the sandbox's.
"""

import argparse
import os
import sys
from typing import Final

from bench.cost import report
from bench.cost.meter import Meter
from bench.cost.prices import Prices
from bench.cost.report import Report
from bench.cost.running import Bench, Measured, NotPaid
from bench.cost.standing import RUNS_A_MONTH, Standing, resources
from e2e.deals import Deal
from e2e.live import LiveCloud
from guerdon.cli.output import console
from guerdon.cli.wiring import real_world
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from local.cloud.settings import FUNCTIONS_PORT, from_environment
from local.demo.course import arm_channels, publish_programs
from local.demo.expectations import PROGRAMS

PAYOUTS: Final = 100
WARMING: Final = 4
"""Payouts of each channel that are paid before those that count, so that the functions run already."""


def main() -> int:
    """One run; the exit status says whether every goal is met."""
    parser = argparse.ArgumentParser(prog="bench-cost", description=__doc__)
    parser.add_argument("--payouts", type=int, default=PAYOUTS, help="how many by each channel")
    parser.add_argument("--no-page", action="store_true", help="leave docs/cost.md as it is")
    asked = parser.parse_args()
    cloud = from_environment(os.environ)
    if cloud.functions_port is None:
        sys.exit(f"The functions of this local cloud call AWS directly, and {FUNCTIONS_PORT} is not set")
    out = console()
    with Meter(cloud.endpoint).listening(cloud.functions_port) as meter:
        bench = prepared(meter)
        measured: dict[Channel, Measured] = {}
        bench.carry_out([Deal(channel) for channel in Channel for _ in range(WARMING)])
        for channel in Channel:
            measured[channel] = bench.pay(channel, asked.payouts)
            out.print(f"{asked.payouts} payouts by {glossary.CHANNEL[channel].words} are paid")
        run_of = {function: bench.by_the_clock(function) for function in RUNS_A_MONTH}
        standing = Standing(resources(), bench.metrics(), run_of)
    said = Report(Prices.read(), measured, standing)
    for sheet in said.sheets:
        sheet.show(out)
    if not asked.no_page:
        report.write(said)
        out.print(f"\nThe tables are in {report.PAGE.name}.")
    missed = list(said.missed())
    for words in missed:
        out.print(f"Missed: {words}")
    return 1 if missed else 0


def prepared(meter: Meter) -> Bench:
    """The cloud with the sample programs published and every channel armed."""
    world = real_world()
    stack = world.open_stack(os.environ["GUERDON_STACK"])
    publish_programs(world, stack, sorted(PROGRAMS.glob("*.yaml")), lambda _: None)
    arm_channels(stack, lambda _: None)
    return Bench(LiveCloud(dict(os.environ), stack), meter)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotPaid as problem:
        sys.exit(str(problem))
