"""The grammar of a program file's limits: the part under `limits`, as a program reads it."""

from collections.abc import Mapping, Sequence
from typing import Final

from guerdon.domain.counting import CountingPeriod
from guerdon.domain.document import Node, Path
from guerdon.domain.grammar import keys
from guerdon.domain.grammar.reader import ProgramReader
from guerdon.domain.program import Limit, Over, Scope

LIMITS_MOST: Final = 2
"""How many limits one scope may have: each period has a row that a transaction writes (decision 0009)."""

_SCOPES: Final = {scope.value: scope for scope in Scope}
PERIODS: Final = {period.value: period for period in CountingPeriod if period is not CountingPeriod.ROLLING_DAYS}
"""Nothing ever resets a sum of rolling days, so there is no row that could hold it."""

_OVER: Final = {over.value: over for over in Over}


def read_limits(reader: ProgramReader, node: Node, path: Path) -> tuple[Limit, ...]:
    """The limits that `node` describes, as far as they are right."""
    scopes = reader.mapping(node, path, keys.SCOPES)
    if scopes is None:
        return ()
    if not scopes:
        reader.wrong(path, f"must name at least one of {', '.join(_SCOPES)}")
    return tuple(
        limit
        for key, scope in _SCOPES.items()
        if key in scopes
        for limit in _limits_of(reader, scopes[key], (*path, key), scope)
    )


def ask_for_fiscal_years(node: Node) -> bool:
    """Whether any limit that `node` describes, right or wrong, is of a fiscal year."""
    if not isinstance(node, Mapping):
        return False
    lists = (entries for entries in node.values() if isinstance(entries, Sequence))
    limits = (limit for entries in lists for limit in entries if isinstance(limit, Mapping))
    return any(limit.get("period") == CountingPeriod.FISCAL_YEAR for limit in limits)


def _limits_of(reader: ProgramReader, node: Node, path: Path, scope: Scope) -> tuple[Limit, ...]:
    nodes = reader.items(node, path)
    if len(nodes) > LIMITS_MOST:
        reader.wrong(path, f"must be at most {LIMITS_MOST} limits")
        return ()
    limits: list[Limit] = []
    for index, entry in enumerate(nodes):
        limit = _limit(reader, entry, (*path, index), scope)
        if limit is not None:
            _check_beside(reader, (*path, index), limit, limits)
            limits.append(limit)
    return tuple(limits)


def _limit(reader: ProgramReader, node: Node, path: Path, scope: Scope) -> Limit | None:
    document = reader.mapping(node, path, keys.LIMIT)
    if document is None:
        return None
    most = reader.sum(document, "max", path, above_zero="leave the rules out to pay nothing")
    over = reader.choice(document, "over", path, _OVER)
    if scope is Scope.REWARD:
        if "period" in document:
            reader.wrong((*path, "period"), "is not for a limit of one reward: leave it out")
        return Limit(scope, most, over) if most and over else None
    period = reader.choice(document, "period", path, PERIODS)
    return Limit(scope, most, over, period) if most and over and period else None


def _check_beside(reader: ProgramReader, path: Path, limit: Limit, earlier: list[Limit]) -> None:
    """Of two limits of one sum the lower asks for approval: what it cuts or refuses never comes to the higher one."""
    for other in earlier:
        if other.period is not limit.period:
            continue
        lower, higher = sorted((limit, other), key=lambda one: one.most.amount_minor)
        if lower.most == higher.most or lower.over is not Over.APPROVAL or higher.over is Over.APPROVAL:
            what = f"period {limit.period}" if limit.period else "one reward"
            reader.wrong(
                path,
                f"two limits of {what} must be one that asks for approval, and a higher one that cuts or refuses",
                "limit-does-nothing",
            )
