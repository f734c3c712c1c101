"""What is observed while a schedule is played."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from guerdon.application.transaction import Row


@dataclass(slots=True)
class Seen:
    """What was observed while a schedule was played, for the invariants.

    Attributes:
        accepted: Event ids that a sender got success for.
        changes: Every write of a row, in order: the row before, the row after.
        calls: Every call that could move money: its reference, and what was wrong with its intent at that moment.
        notify_runs: When each sender of mail about a subject began and ended.
        mails: When each mail went out, by template and subject.
        crashes: Errors that no retry is meant for.
        debts: When each version of what an advocate owes was written, by the advocate's id and the version.
        decided: How many commits there were when a person first decided on a payout.
        overtook: What was sent though its provider was known to be out of money, in words.
        hinted: When a hint about a reference was first handled, after its last change at the provider.
    """

    accepted: list[str] = field(default_factory=list)
    changes: list[tuple[Row | None, Row]] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    mails: defaultdict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    notify_runs: defaultdict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    crashes: list[str] = field(default_factory=list)
    debts: dict[tuple[str, int], datetime] = field(default_factory=dict)
    decided: dict[str, int] = field(default_factory=dict)
    hinted: dict[str, int] = field(default_factory=dict)
    overtook: list[str] = field(default_factory=list)
