"""`make chaos`: break everything around the functions for some minutes, let it heal, and compare what everybody says.

Runs against a local cloud whose functions call AWS at GUERDON_FUNCTIONS_PORT, where this program puts a proxy that
plays faults. No money moves: the providers are the sandbox's, and the cloud is one of its own.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from chaos import report
from chaos.agreement import disagreements
from chaos.crm import Crm, NotTaken
from chaos.plan import plan_of
from chaos.rage import Rage
from chaos.recovery import Recovery
from chaos.standing import everything, taken_of
from chaos.storms import Proxy
from e2e.executions import KILLED, errors_of_tasks
from e2e.live import LiveCloud
from guerdon.cli.wiring import real_world
from local.cloud import environments, processes
from local.cloud.environments import EnvironmentSetupError, python_of
from local.cloud.processes import Program, ProgramError
from local.cloud.programs import plain_environment, programs_of
from local.cloud.settings import FUNCTIONS_PORT, ROOT, LocalCloud, from_environment
from local.demo.course import arm_channels, publish_programs
from local.demo.expectations import PROGRAMS
from local.demo.report import heading

ENVIRONMENT = "chaos"
PROXY = Path(__file__).with_name("proxy.py")


def main() -> int:
    """One run; the exit status says whether every fault struck and everything agrees."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="what is told and which faults come when; random if it is not given")
    parser.add_argument("--minutes", type=float, default=3.0, help="how long the faults last")
    asked = parser.parse_args()
    cloud = from_environment(os.environ)
    if cloud.functions_port is None:
        sys.exit(
            f"The functions of this local cloud call AWS directly, and {FUNCTIONS_PORT} is not set: run `make chaos`"
        )
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"\nSEED={seed} MINUTES={asked.minutes:g}: the plan can be repeated, what runs at the same time cannot.")
    with proxy_running(cloud) as proxy:
        return 0 if run(cloud, proxy, out, seed, asked.minutes * 60) else 1


def run(cloud: LocalCloud, proxy: Proxy, out: Console, seed: int, seconds: float) -> bool:
    """Rage, heal, compare; whether all is well."""
    live = prepared(out)
    crm = Crm(live)
    try:
        rage = Rage(live, plan_of(seed, seconds), proxy, programs_of(cloud, python_of("emulator"))[-1], crm)
        suffered = rage.suffered()
        heading(out, "It rages")
        for suffered in rage.moments():
            said = f"{len(crm.begun)} deals begun, {len(crm.taken)} tellings taken, {suffered.total} faults"
            missing = suffered.never_fired() if rage.seconds > seconds else []
            out.print(
                f"{rage.seconds:4.0f} s  {said}" + (f"; still to come: {len(missing)}, {missing[0]}" if missing else "")
            )
    finally:
        crm.close()
    heading(out, "It heals")
    recovery = Recovery(live, taken_of(crm.taken))
    for step in recovery.steps():
        out.print(f"{rage.seconds:4.0f} s  {step}")
    standing = everything(live, recovery.deals.values(), recovery.cut_off_by_a_restart())
    report.show_suffered(out, suffered, tasks_cut_off(live, recovery))
    report.show_standing(out, standing, recovery)
    never, wrong = suffered.never_fired(), disagreements(standing)
    report.show_wrong(out, never, wrong)
    if not never and not wrong:
        out.print(
            f"\nEvery fault struck, and books, till and inbox agree. Repeat it: make chaos SEED={seed}", style="bold"
        )
    return not never and not wrong


def prepared(out: Console) -> LiveCloud:
    """The cloud with the sample programs published and every channel armed."""
    world = real_world()
    stack = world.open_stack(os.environ["GUERDON_STACK"])
    publish_programs(world, stack, sorted(PROGRAMS.glob("*.yaml")), out.print)
    arm_channels(stack, out.print)
    return LiveCloud(dict(os.environ), stack)


def tasks_cut_off(live: LiveCloud, recovery: Recovery) -> int:
    """How many tasks failed because their function's process was killed."""
    arns = [arn for status in ("SUCCEEDED", "FAILED") for arn in recovery.executions(status).values()]
    return sum(errors_of_tasks(live, arn).count(KILLED) for arn in arns)


@contextmanager
def proxy_running(cloud: LocalCloud) -> Iterator[Proxy]:
    """The proxy, for as long as the block runs."""
    if not environments.is_current(ENVIRONMENT):
        environments.make(ENVIRONMENT, cloud.logs / "install.log")
    program = proxy_program(cloud, (str(python_of(ENVIRONMENT)), str(PROXY)))
    processes.stop(program)  # One that outlived its run would count that run's faults.
    processes.start(program)
    try:
        yield Proxy(cloud.functions_endpoint)
    finally:
        processes.stop(program)


def proxy_program(cloud: LocalCloud, command: Sequence[str]) -> Program:
    """Describe the proxy between the functions and the emulator."""
    port = cloud.functions_port or cloud.emulator_port
    return Program(
        name="proxy",
        arguments=(*command, "--upstream", cloud.endpoint, "--port", str(port)),
        environment=plain_environment(cloud),
        ready_url=f"{cloud.functions_endpoint}/_microburst/health",
        ports={FUNCTIONS_PORT: port},
        home=cloud.home,
        working_directory=ROOT,
    )


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (EnvironmentSetupError, NotTaken, ProgramError) as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
