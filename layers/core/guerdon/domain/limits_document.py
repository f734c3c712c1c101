"""The grammar of a program file's limits: the part under `limits`, read for program_document."""

from typing import Final

from guerdon.domain.document import DocumentReader, Node, Path
from guerdon.domain.program import CountingPeriod, Limit, Over, Scope

LIMITS_MOST: Final = 2
"""How many limits one scope may have: each period has a row that a transaction writes (decision 0009)."""

LIMIT_KEYS: Final = ("max", "period", "over")
_SCOPES: Final = {scope.value: scope for scope in Scope}
_PERIODS: Final = {period.value: period for period in CountingPeriod}
_OVER: Final = {over.value: over for over in Over}


def read_limits(reader: DocumentReader, node: Node, path: Path, currency: str) -> tuple[Limit, ...]:
    """The limits that `node` describes, as far as they are right."""
    scopes = reader.mapping(node, path, tuple(_SCOPES))
    if scopes is None:
        return ()
    if not scopes:
        reader.wrong(path, f"must name at least one of {', '.join(_SCOPES)}")
    return tuple(
        limit
        for key, scope in _SCOPES.items()
        if key in scopes
        for limit in _limits_of(reader, scopes[key], (*path, key), scope, currency)
    )


def _limits_of(reader: DocumentReader, node: Node, path: Path, scope: Scope, currency: str) -> tuple[Limit, ...]:
    nodes = reader.items(node, path)
    if len(nodes) > LIMITS_MOST:
        reader.wrong(path, f"must be at most {LIMITS_MOST} limits")
        return ()
    limits: list[Limit] = []
    for index, entry in enumerate(nodes):
        limit = _limit(reader, entry, (*path, index), scope, currency)
        if limit is not None:
            _check_beside(reader, (*path, index), limit, limits)
            limits.append(limit)
    return tuple(limits)


def _limit(reader: DocumentReader, node: Node, path: Path, scope: Scope, currency: str) -> Limit | None:
    document = reader.mapping(node, path, LIMIT_KEYS)
    if document is None:
        return None
    most = reader.money(document, "max", path, currency)
    if most is not None and most.amount_minor == 0:
        reader.wrong((*path, "max"), "must be above zero; leave the rules out to pay nothing")
    over = reader.choice(document, "over", path, _OVER)
    if scope is Scope.REWARD:
        if "period" in document:
            reader.wrong((*path, "period"), "is not for a limit of one reward: leave it out")
        return Limit(scope, most, over) if most and over else None
    period = reader.choice(document, "period", path, _PERIODS)
    return Limit(scope, most, over, period) if most and over and period else None


def _check_beside(reader: DocumentReader, path: Path, limit: Limit, earlier: list[Limit]) -> None:
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
            )
