"""Mails: each notice sends at most one, and every reason not to is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import builders
from builders import ADVOCATE_ID, CLOSED_AT, EVENT_ID, NOW, PAYOUT_ID, REWARD_ID, usd
from guerdon.application.arm_channel import ArmChannel
from guerdon.application.mails import PayoutAttentionMail, PayoutPaidMail, RewardEarnedMail
from guerdon.application.notify import Told
from guerdon.application.ports import Mail, Notice
from guerdon.application.records import EventBody, SentNotice
from guerdon.domain.channel import Channel
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.errors import BusUnavailable
from guerdon.domain.limits import Applied
from guerdon.domain.payout import BlockReason, Change, PayoutStatus
from guerdon.domain.program import Item, Over, Scope
from world import FINANCE, World

EARNED = Notice("reward_earned", REWARD_ID)
STANDS = Notice("payout", PAYOUT_ID, 1)
SETTLED_AT = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    world = World()
    world.store.put(
        builders.reward(),
        builders.payout(),
        builders.details(),
        builders.armed(),
        EventBody(EVENT_ID, builders.message_text()),
    )
    return world


def stand(world: World, status: PayoutStatus, **changes: object) -> None:
    history = (Change(SETTLED_AT, status, None, 1),)
    world.store.put(builders.payout(status, history=history, **changes))


def test_the_advocate_hears_what_was_earned(world: World) -> None:
    assert world.notify(EARNED) == Told("sent", EVENT_ID)
    content = RewardEarnedMail(
        reference=REWARD_ID,
        program_title="Customer referral",
        advocate_name="Ada Byron",
        referred_name="Eckert",
        amount=usd("100.00"),
        ordinal=1,
        counting_period=CountingPeriod.LIFETIME,
        step_from=None,
        limit=None,
        channel=Channel.GIFT_CARD,
        hold_until=CLOSED_AT,
        written_at=NOW,
        time_zone="America/New_York",
        mailed_to="San Francisco, CA",
    )
    assert world.mailer.sent == [Mail("reward_earned", "ada@example.com", content)]
    assert world.store.of(SentNotice) == [SentNotice(f"reward_earned/{REWARD_ID}", "sent", NOW)]


def test_the_advocate_hears_what_was_paid(world: World) -> None:
    stand(world, PayoutStatus.SETTLED, cost=usd("103.50"))
    assert world.notify(STANDS) == Told("sent", EVENT_ID)
    content = PayoutPaidMail(
        reference=PAYOUT_ID,
        program_title="Customer referral",
        advocate_name="Ada Byron",
        referred_name="Eckert",
        value=usd("100.00"),
        channel=Channel.GIFT_CARD,
        settled_at=SETTLED_AT,
        time_zone="America/New_York",
        mailed_to="San Francisco, CA",
    )
    assert world.mailer.sent == [Mail("payout_paid", "ada@example.com", content)]


@pytest.fixture
def together(world: World) -> World:
    """One mail tells what was earned and paid at once."""
    world.notify = replace(world.notify, together=True)
    return world


def subjects(world: World) -> list[tuple[str, bool]]:
    """The kind of each mail, and whether one about a payment says why it is that amount."""
    contents = [mail.content for mail in world.mailer.sent]
    return [
        (mail.template, isinstance(content, PayoutPaidMail) and content.earned is not None)
        for mail, content in zip(world.mailer.sent, contents, strict=True)
    ]


def test_what_was_paid_before_it_was_told_is_told_in_one_mail(together: World) -> None:
    stand(together, PayoutStatus.SETTLED, cost=usd("103.50"))

    assert together.notify(STANDS) == Told("sent", EVENT_ID)
    assert together.notify(EARNED) == Told("told-with-the-payment", EVENT_ID)

    (mail,) = together.mailer.sent
    assert isinstance(mail.content, PayoutPaidMail)
    earned = mail.content.earned
    assert earned is not None
    assert (earned.reference, earned.amount, earned.ordinal) == (REWARD_ID, usd("100.00"), 1)
    assert together.store.of(SentNotice) == [
        SentNotice(f"payout_paid/{PAYOUT_ID}/1", "sent", NOW),
        SentNotice(f"reward_earned/{REWARD_ID}", "told-with-another", NOW),
    ]


def test_what_was_told_with_the_payment_is_not_told_again_after_an_amendment(together: World) -> None:
    stand(together, PayoutStatus.SETTLED, cost=usd("103.50"))
    together.notify(STANDS)
    together.store.put(builders.reward(amount=usd("110.00"), payout_ids=(PAYOUT_ID, "po_more")))

    assert together.notify(EARNED) == Told("already-sent", EVENT_ID)
    assert subjects(together) == [("payout_paid", True)]


def test_what_was_told_with_the_payment_is_not_told_again_with_the_next_run(together: World) -> None:
    stand(together, PayoutStatus.SETTLED, cost=usd("103.50"))
    together.notify(STANDS)
    stand(together, PayoutStatus.SETTLED, cost=usd("103.50"), run=2)

    assert together.notify(Notice("payout", PAYOUT_ID, 2)) == Told("sent", EVENT_ID)
    assert together.notify(EARNED).result == "told-with-the-payment"
    assert subjects(together) == [("payout_paid", True), ("payout_paid", False)]


def test_a_process_that_died_after_telling_both_notes_both_when_it_comes_again(together: World) -> None:
    stand(together, PayoutStatus.SETTLED, cost=usd("103.50"))
    together.store.put(SentNotice(f"payout_paid/{PAYOUT_ID}/1", "sent", NOW))

    assert together.notify(STANDS) == Told("already-sent", EVENT_ID)
    assert together.store.sent_notice(f"reward_earned/{REWARD_ID}") == SentNotice(
        f"reward_earned/{REWARD_ID}", "told-with-another", NOW
    )
    assert together.mailer.sent == []


def test_a_mail_about_both_that_was_declined_tells_nothing_of_what_was_earned(together: World) -> None:
    together.mailer.declines["ada@example.com"] = "suppressed"
    stand(together, PayoutStatus.SETTLED, cost=usd("103.50"))

    assert together.notify(STANDS) == Told("suppressed", EVENT_ID)
    assert together.store.of(SentNotice) == [SentNotice(f"payout_paid/{PAYOUT_ID}/1", "suppressed", NOW)]


def test_what_was_told_before_it_was_paid_is_told_in_two(together: World) -> None:
    assert together.notify(EARNED) == Told("sent", EVENT_ID)
    stand(together, PayoutStatus.SETTLED, cost=usd("103.50"))
    assert together.notify(STANDS) == Told("sent", EVENT_ID)

    assert subjects(together) == [("reward_earned", False), ("payout_paid", False)]


def test_what_was_paid_is_told_by_itself_while_nobody_heard_of_the_payment(together: World) -> None:
    """The notice of the payment may be late, or lost: then the advocate hears at least what was earned."""
    stand(together, PayoutStatus.SETTLED, cost=usd("103.50"))

    assert together.notify(EARNED) == Told("sent", EVENT_ID)
    assert together.notify(STANDS) == Told("sent", EVENT_ID)

    assert subjects(together) == [("reward_earned", False), ("payout_paid", False)]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"value": usd("60.00")}, id="a part of the reward"),
        pytest.param({"attention": "carried out twice"}, id="what a person must look at"),
    ],
)
def test_a_payment_that_does_not_say_everything_leaves_both_mails(together: World, changes: dict[str, object]) -> None:
    stand(together, PayoutStatus.SETTLED, **changes)
    together.notify(STANDS)

    assert together.notify(EARNED) == Told("sent", EVENT_ID)
    assert ("reward_earned", False) in subjects(together)


def test_both_are_told_by_themselves_where_nothing_is_told_together(world: World) -> None:
    stand(world, PayoutStatus.SETTLED, cost=usd("103.50"))
    world.notify(STANDS)

    assert world.notify(EARNED) == Told("sent", EVENT_ID)
    assert subjects(world) == [("payout_paid", False), ("reward_earned", False)]


@pytest.mark.parametrize(
    ("status", "reason", "attention"),
    [
        (PayoutStatus.BLOCKED, BlockReason.FUNDS, None),
        (PayoutStatus.BLOCKED, BlockReason.DETAILS, "a check needs an address"),
        (PayoutStatus.FAILED, "CANCELED", None),
        (PayoutStatus.RETURNED, "returned_to_sender", None),
        (PayoutStatus.SUBMITTED, None, "the provider has not said what became of it"),
        (PayoutStatus.SETTLED, None, "carried out twice"),
    ],
)
def test_finance_hears_what_waits_for_a_person(
    world: World, status: PayoutStatus, reason: str | None, attention: str | None
) -> None:
    stand(world, status, reason=reason, attention=attention)
    assert world.notify(STANDS) == Told("sent", EVENT_ID)
    content = PayoutAttentionMail(
        payout_id=PAYOUT_ID,
        program_title="Customer referral",
        value=usd("100.00"),
        channel=Channel.GIFT_CARD,
        status=status,
        reason=reason,
        attention=attention,
        since=SETTLED_AT,
        time_zone="America/New_York",
    )
    assert world.mailer.sent == [Mail("payout_attention", FINANCE, content)]


@pytest.mark.parametrize("status", [PayoutStatus.EARNED, PayoutStatus.RELEASED, PayoutStatus.SUBMITTED])
def test_a_payout_on_its_way_is_nothing_to_tell(world: World, status: PayoutStatus) -> None:
    stand(world, status)
    assert world.notify(STANDS) == Told(f"nothing-to-tell-about-{status}", EVENT_ID)
    assert world.mailer.sent == []


@pytest.mark.parametrize(
    ("notice", "result"),
    [
        (Notice("reward_earned", "rw_unknown"), "unknown-reward"),
        (Notice("payout", "po_unknown"), "unknown-payout"),
        (Notice("weather", PAYOUT_ID), "unknown-kind"),
    ],
)
def test_what_is_not_known_is_said_and_not_raised(world: World, notice: Notice, result: str) -> None:
    assert world.notify(notice) == Told(result)
    assert world.mailer.sent == []


@pytest.mark.parametrize("notice", [EARNED, STANDS])
def test_a_notice_is_told_once(world: World, notice: Notice) -> None:
    stand(world, PayoutStatus.SETTLED)
    assert world.notify(notice).result == "sent"
    assert world.notify(notice).result == "already-sent"
    assert len(world.mailer.sent) == 1


def test_while_observing_nobody_is_mailed(world: World) -> None:
    world.store.rows.pop(("ChannelSwitch", "gift_card"))
    stand(world, PayoutStatus.BLOCKED, reason=BlockReason.OBSERVING)
    assert world.notify(EARNED) == Told("observing", EVENT_ID)
    assert world.notify(STANDS) == Told("observing", EVENT_ID)
    assert world.mailer.sent == []
    assert world.store.of(SentNotice) == []


def test_what_was_earned_while_observing_mails_nobody_after_arming_until_a_person_decided(world: World) -> None:
    earlier = NOW - timedelta(days=3)
    world.store.put(replace(builders.armed(), changed_at=NOW), builders.reward(decided_at=earlier))
    observed = builders.payout(history=(Change(earlier, PayoutStatus.EARNED, None, 1),)).blocked(
        BlockReason.OBSERVING, earlier
    )
    world.store.put(observed)
    assert world.notify(EARNED) == Told("observing", EVENT_ID)
    assert world.mailer.sent == []
    world.store.put(observed.decided_again(NOW, "ada@example.com"))
    assert world.notify(EARNED) == Told("sent", EVENT_ID)
    assert [mail.to for mail in world.mailer.sent] == ["ada@example.com"]


def test_finance_gets_no_mail_for_each_paused_payout(world: World) -> None:
    stand(world, PayoutStatus.BLOCKED, reason=BlockReason.PAUSED)
    assert world.notify(STANDS) == Told("paused", EVENT_ID)
    assert world.mailer.sent == []
    assert world.store.of(SentNotice) == []


def test_what_was_earned_and_paid_before_a_channel_was_disarmed_is_told_all_the_same(world: World) -> None:
    world.clock.advance(timedelta(minutes=1))
    ArmChannel(world.store, world.clock)(Channel.GIFT_CARD, "ops@example.com", armed=False)
    stand(world, PayoutStatus.SETTLED)
    assert world.notify(EARNED) == Told("sent", EVENT_ID)
    assert world.notify(STANDS) == Told("sent", EVENT_ID)
    assert [mail.template for mail in world.mailer.sent] == ["reward_earned", "payout_paid"]


def test_what_was_earned_while_disarmed_is_not_told_by_arming(world: World) -> None:
    arm = ArmChannel(world.store, world.clock)
    arm(Channel.GIFT_CARD, "ops@example.com", armed=False)
    world.clock.advance(timedelta(hours=1))
    world.store.put(builders.reward(decided_at=world.clock.now()))
    world.clock.advance(timedelta(hours=1))
    arm(Channel.GIFT_CARD, "ops@example.com", armed=True)
    assert world.notify(EARNED) == Told("observing", EVENT_ID)
    assert world.mailer.sent == []


def test_money_that_moved_is_told_though_its_channel_has_no_switch(world: World) -> None:
    world.store.rows.pop(("ChannelSwitch", "gift_card"))
    stand(world, PayoutStatus.SETTLED)
    assert world.notify(EARNED) == Told("observing", EVENT_ID)
    assert world.notify(STANDS) == Told("sent", EVENT_ID)
    assert [mail.template for mail in world.mailer.sent] == ["payout_paid"]


@pytest.mark.parametrize("reason", [BlockReason.OBSERVING, BlockReason.PAUSED])
def test_a_contradiction_reaches_finance_even_while_nothing_else_does(world: World, reason: BlockReason) -> None:
    stand(world, PayoutStatus.BLOCKED, reason=reason, attention="carried out after all")
    assert world.notify(STANDS).result == "sent"
    assert [mail.to for mail in world.mailer.sent] == [FINANCE]


def test_a_decline_is_returned_and_not_tried_again(world: World) -> None:
    world.mailer.declines["ada@example.com"] = "suppressed"
    assert world.notify(EARNED) == Told("suppressed", EVENT_ID)
    assert world.store.of(SentNotice) == [SentNotice(f"reward_earned/{REWARD_ID}", "suppressed", NOW)]
    assert world.notify(EARNED) == Told("already-sent", EVENT_ID)


@pytest.mark.parametrize(
    ("reason", "told"), [(BlockReason.APPROVAL, True), (BlockReason.DETAILS, False)], ids=["waiting", "approved since"]
)
def test_the_advocate_hears_of_a_cut_and_of_an_approval_that_is_still_missing(
    *, world: World, reason: BlockReason, told: bool
) -> None:
    limits = (
        Applied(Scope.PROGRAM, usd("80.00"), usd("80.00"), usd("100.00"), Over.CUT, "2026"),
        Applied(Scope.REWARD, usd("50.00"), usd("50.00"), usd("80.00"), Over.APPROVAL),
    )
    explained = builders.explanation(amount=usd("80.00"), limits=limits)
    world.store.put(builders.reward(amount=usd("80.00"), explanation=explained))
    stand(world, PayoutStatus.BLOCKED, reason=reason)
    world.notify(EARNED)
    (mail,) = world.mailer.sent
    assert isinstance(mail.content, RewardEarnedMail)
    assert (mail.content.amount, mail.content.cut, mail.content.needs_approval) == (usd("80.00"), True, told)


def test_finance_hears_once_that_a_payout_waits_for_approval(world: World) -> None:
    stand(world, PayoutStatus.BLOCKED, reason=BlockReason.APPROVAL, attention="80.00 USD is over a limit")
    assert [world.notify(STANDS).result, world.notify(STANDS).result] == ["sent", "already-sent"]
    (mail,) = world.mailer.sent
    assert (mail.to, isinstance(mail.content, PayoutAttentionMail)) == (FINANCE, True)
    assert [sent.notice for sent in world.store.of(SentNotice)] == [f"payout_attention/{PAYOUT_ID}/1/blocked"]


def test_a_mail_service_that_is_away_leaves_the_notice_untold(world: World) -> None:
    world.mailer.away = 1
    with pytest.raises(BusUnavailable):
        world.notify(EARNED)
    assert world.store.of(SentNotice) == []
    assert world.notify(EARNED).result == "sent"


@pytest.mark.parametrize("email", [None, ""])
def test_an_advocate_without_an_address_is_not_mailed(world: World, email: str | None) -> None:
    world.store.put(builders.details(email=email))
    assert world.notify(EARNED) == Told("no-email", EVENT_ID)
    assert world.mailer.sent == []


def test_an_erased_advocate_is_not_mailed(world: World) -> None:
    world.store.rows.pop(("AdvocateDetails", ADVOCATE_ID))
    assert world.notify(EARNED) == Told("no-email", EVENT_ID)


def test_an_erased_event_leaves_the_referred_unnamed(world: World) -> None:
    world.store.rows.pop(("EventBody", EVENT_ID))
    world.notify(EARNED)
    (mail,) = world.mailer.sent
    assert isinstance(mail.content, RewardEarnedMail)
    assert mail.content.referred_name is None


def test_merchandise_names_its_item(world: World) -> None:
    item = Item(71, "Mug", "https://example.com/mug.png", "front", "dtg")
    terms = builders.terms(channel=Channel.MERCHANDISE, item=item)
    world.store.put(builders.reward(terms=terms), builders.armed(Channel.MERCHANDISE))
    world.notify(EARNED)
    (mail,) = world.mailer.sent
    assert isinstance(mail.content, RewardEarnedMail)
    assert mail.content.item_name == "Mug"


@pytest.mark.parametrize(("country", "locale"), [("GB", "en_GB"), ("US", "en_US"), ("JP", "en_US"), (None, "en_US")])
def test_amounts_are_written_as_the_country_writes_english(world: World, country: str | None, locale: str) -> None:
    world.store.put(builders.details(country=country))
    world.notify(EARNED)
    assert world.mailer.sent[0].content.locale == locale


def test_the_next_run_is_told_anew(world: World) -> None:
    stand(world, PayoutStatus.FAILED)
    world.notify(STANDS)
    stand(world, PayoutStatus.FAILED, run=2)
    assert world.notify(Notice("payout", PAYOUT_ID, 2)).result == "sent"
    assert len(world.mailer.sent) == 2
