"""Whether a history can be replayed in parts, each advocate's deals in one of them, with the same outcome."""

import zlib

from guerdon.domain.amounts import Escalating, Table
from guerdon.domain.program import Beneficiary, Program, Scope


def why_whole(program: Program) -> str | None:
    """Why all deals have to be replayed by one process; None if each advocate's can be by any."""
    if any(limit.scope is Scope.PROGRAM for limit in program.limits):
        return "the program has a limit of its own, so what one advocate earns depends on all others"
    if program.ceilings is not None:
        return "the program has ceilings of a day, so what waits of one advocate depends on all others"
    if Beneficiary.REFERRED in program.beneficiaries() and past_matters(program, Beneficiary.REFERRED):
        return "what the referred person earns depends on what they earned before, by whichever advocate"
    return None


def past_matters(program: Program, beneficiary: Beneficiary) -> bool:
    """Whether what a beneficiary earns, or by which channel, depends on what they earned before."""
    if any(limit.scope is Scope.ADVOCATE for limit in program.limits):
        return True
    return any(
        isinstance(rule.amount.kind, Escalating | Table)
        or bool(rule.amount.bonuses)
        # What they chose before is what they choose until they say otherwise.
        or any(len(case.channels) > 1 for case in rule.pays_by)
        for rule in program.rules
        if rule.beneficiary is beneficiary
    )


def part_of(advocate: str, parts: int) -> int:
    """Which of `parts` parts an advocate's deals are in; the same in every process."""
    return zlib.crc32(advocate.encode()) % parts
