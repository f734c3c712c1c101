"""A deployed stack, as the command line sees it; opening.py makes one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from guerdon.adapters.dynamodb.table_names import TABLES
from guerdon.domain.errors import GuerdonError

if TYPE_CHECKING:
    from guerdon.application.arm_channel import ArmChannel
    from guerdon.application.clear_checks import ClearChecks
    from guerdon.application.compare_file import CompareFile
    from guerdon.application.erase_advocate import EraseAdvocate
    from guerdon.application.free_paused import FreePaused
    from guerdon.application.lift_funds_hold import LiftFundsHold
    from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
    from guerdon.application.month_end.gather import GatherPack
    from guerdon.application.month_end.open_books import OpenBooks
    from guerdon.application.month_end.verify_closes import VerifyCloses
    from guerdon.application.pause_payouts import PausePayouts, ResumePayouts
    from guerdon.application.ports import Store
    from guerdon.application.programs import PublishProgram
    from guerdon.application.reconcile_bank import ReconcileBank
    from guerdon.application.redrive import Redrive
    from guerdon.application.release_again import ReleaseAgain
    from guerdon.application.release_range import ReleaseRange
    from guerdon.application.resend_event import ResendEvent
    from guerdon.application.resolve_event import ResolveEvent
    from guerdon.application.resolve_item import ResolveItem
    from guerdon.application.resolve_payout import ResolvePayout
    from guerdon.application.review_ports import ReviewStore
    from guerdon.application.rotate_secrets import RotateSecrets
    from guerdon.application.void_check import VoidCheck
    from guerdon.application.write_off import WriteOff
    from guerdon.application.write_off_range import WriteOffRange

NEEDED_OUTPUTS: Final = (
    *(f"{table.capitalize()}Table" for table in TABLES),
    *("ApiUrl", "ConsoleUsers", "EventBus", "FunctionsLog", "StateMachineArn"),
    *("ConnectionsSecret", "WebhooksSecret", "TremendousSecret", "LobSecret", "StripeSecret", "PrintfulSecret"),
)
"""The outputs that the command line finds a stack by."""


class StackNotFound(GuerdonError):
    """There is no such stack, or it has not been deployed to the end."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"there is no stack called {name} in this account and region: deploy it, or name another")


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack, as the command line sees it.

    Attributes:
        outputs: The stack's outputs by name.
        reviews: The lists of what the store holds.
        caller: Gives who the command runs as, as the audit trail names them: their AWS identity.
        reconcile_now: Has a provider's statement compared at once, or that of a month if one is named, and gives what
            was counted; it needs the right to invoke the function that has the provider's key.
        connections: Gives the configured connections with their secrets; it needs the right to read them.
        rotate: Changes secrets; it needs the right to read and to write the one that it is about.
    """

    outputs: Mapping[str, str]
    store: "Store"
    reviews: "ReviewStore"
    publish: "PublishProgram"
    arm: "ArmChannel"
    pause: "PausePayouts"
    resume: "ResumePayouts"
    free_paused: "FreePaused"
    lift_funds_hold: "LiftFundsHold"
    release: "ReleaseAgain"
    release_range: "ReleaseRange"
    resend: "ResendEvent"
    redrive: "Redrive"
    resolve: "ResolveEvent"
    resolve_item: "ResolveItem"
    resolve_payout: "ResolvePayout"
    clear_checks: "ClearChecks"
    void_check: "VoidCheck"
    write_off: "WriteOff"
    write_off_range: "WriteOffRange"
    compare_file: "CompareFile"
    reconcile_bank: "ReconcileBank"
    reconcile_now: Callable[[str, str | None], Mapping[str, Any]]
    erase: "EraseAdvocate"
    packs: "GatherPack"
    prepare_month: "PrepareMonth"
    review_month: "ReviewMonth"
    open_books: "OpenBooks"
    verify_closes: "VerifyCloses"
    caller: Callable[[], str]
    connections: Callable[[], Mapping[str, Any]]
    rotate: "RotateSecrets"

    @property
    def api_url(self) -> str:
        """Where CRMs and providers send to."""
        return self.outputs["ApiUrl"]
