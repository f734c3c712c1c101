"""What the operations of the console work with. `bootstrap.finance_console` makes it, and the tests' runner."""

from dataclasses import dataclass

from guerdon.application.arm_channel import ArmChannel
from guerdon.application.erase_advocate import EraseAdvocate
from guerdon.application.lift_funds_hold import LiftFundsHold
from guerdon.application.month_end.close_month import PrepareMonth, ReviewMonth
from guerdon.application.month_end.gather import GatherPack
from guerdon.application.pause_payouts import PausePayouts, ResumePayouts
from guerdon.application.ports import Clock, Store
from guerdon.application.programs import PublishProgram
from guerdon.application.release_again import ReleaseAgain
from guerdon.application.resend_event import ResendEvent
from guerdon.application.resolve_event import ResolveEvent
from guerdon.application.resolve_item import ResolveItem
from guerdon.application.resolve_payout import ResolvePayout
from guerdon.application.review.draft_history import GatherDraftHistory
from guerdon.application.review_ports import ReviewStore
from guerdon.application.void_check import VoidCheck
from guerdon.application.write_off import WriteOff


@dataclass(frozen=True, slots=True)
class Services:
    """The store, the time, and the use cases that a person sets off. An operation gets it as its first argument."""

    store: Store
    reviews: ReviewStore
    clock: Clock
    pause: PausePayouts
    resume: ResumePayouts
    lift_funds_hold: LiftFundsHold
    arm: ArmChannel
    release: ReleaseAgain
    resend: ResendEvent
    resolve: ResolveEvent
    resolve_item: ResolveItem
    resolve_payout: ResolvePayout
    void: VoidCheck
    write_off: WriteOff
    packs: GatherPack
    prepare_month: PrepareMonth
    review_month: ReviewMonth
    publish: PublishProgram
    draft_history: GatherDraftHistory
    erase: EraseAdvocate
