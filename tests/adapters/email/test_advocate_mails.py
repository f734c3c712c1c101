from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from adapters.email import samples
from builders import Changed
from guerdon.adapters.email.render import MailRenderer
from guerdon.application.mails import RewardEarnedMail
from guerdon.domain.channel import Channel
from guerdon.domain.counting import CountingPeriod
from guerdon.domain.money import Money
from guerdon.domain.program import Beneficiary

OTHER_CURRENCIES = [(Money(50000, "EUR"), "€500.00"), (Money(500, "JPY"), "¥500")]


def test_reward_earned_as_a_gift_card(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.earned(Channel.GIFT_CARD))
    assert mail.subject == snapshot("You earned $500.00 for referring Eckert Logistics")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Thank you for recommending us to Eckert Logistics. They are now a customer, and you earned a reward:

    $500.00 (as a gift card)

Why this amount
It is your 3rd referral of the year, and this is what the program pays for it.

How it reaches you
As a digital gift card, in a separate email from Tremendous, our gift card partner.

When
It is released on December 21, 2026. Until then it is on hold, in case the purchase is undone.

What happens next
There is nothing you need to do. We will write again once it is paid.

--
Northwind Referral Program
Questions? Please quote rw_7f3a91c2.
""")


def test_reward_earned_by_check(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.earned(Channel.CHECK))
    assert mail.subject == snapshot("You earned $500.00 for referring Eckert Logistics")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Thank you for recommending us to Eckert Logistics. They are now a customer, and you earned a reward:

    $500.00 (by check)

Why this amount
It is your 3rd referral of the year, and this is what the program pays for it.

How it reaches you
As a paper check by postal mail, sent to San Francisco, CA.

When
It is released on December 21, 2026. Until then it is on hold, in case the purchase is undone.

What happens next
There is nothing you need to do. We will write again once it is paid.

--
Northwind Referral Program
Questions? Please quote rw_7f3a91c2.
""")


def test_reward_earned_as_a_bill_credit(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.earned(Channel.BILL_CREDIT))
    assert mail.subject == snapshot("You earned $500.00 for referring Eckert Logistics")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Thank you for recommending us to Eckert Logistics. They are now a customer, and you earned a reward:

    $500.00 (as a credit on your account)

Why this amount
It is your 3rd referral of the year, and this is what the program pays for it.

How it reaches you
As a credit on your account. It comes off your next invoice by itself.

When
It is released on December 21, 2026. Until then it is on hold, in case the purchase is undone.

What happens next
There is nothing you need to do. We will write again once it is paid.

--
Northwind Referral Program
Questions? Please quote rw_7f3a91c2.
""")


def test_reward_earned_as_merchandise(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.earned(Channel.MERCHANDISE))
    assert mail.subject == snapshot("You earned a gift for referring Eckert Logistics")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Thank you for recommending us to Eckert Logistics. They are now a customer, and you earned a reward:

    Canvas Tote Bag (worth $500.00)

Why this amount
It is your 3rd referral of the year, and this is what the program pays for it.

How it reaches you
In a package: Printful makes it for you and ships it to the address we have on file.

When
It is released on December 21, 2026. Until then it is on hold, in case the purchase is undone.

What happens next
There is nothing you need to do. We will write again once it is paid.

--
Northwind Referral Program
Questions? Please quote rw_7f3a91c2.
""")


def test_payout_paid_as_a_gift_card(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.paid(Channel.GIFT_CARD))
    assert mail.subject == snapshot("Your $500.00 gift card is on its way")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Your reward for recommending us to Eckert Logistics has been paid:

    $500.00 (as a gift card)

What to expect
Look for a separate email from Tremendous, our gift card partner; it may land in your spam folder.

Paid on
December 22, 2026

Thank you for putting in a good word for us.

--
Northwind Referral Program
Questions? Please quote po_91c27f3a.
""")


def test_payout_paid_by_check(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.paid(Channel.CHECK))
    assert mail.subject == snapshot("Your $500.00 check is in the mail")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Your reward for recommending us to Eckert Logistics has been paid:

    $500.00 (by check)

What to expect
A paper check is traveling by postal mail to San Francisco, CA. Please allow two weeks for it to arrive.

Paid on
December 22, 2026

Thank you for putting in a good word for us.

--
Northwind Referral Program
Questions? Please quote po_91c27f3a.
""")


def test_payout_paid_as_a_bill_credit(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.paid(Channel.BILL_CREDIT))
    assert mail.subject == snapshot("$500.00 was credited to your account")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Your reward for recommending us to Eckert Logistics has been paid:

    $500.00 (as a credit on your account)

What to expect
The credit comes off your next invoice by itself, and you will see it there.

Paid on
December 22, 2026

Thank you for putting in a good word for us.

--
Northwind Referral Program
Questions? Please quote po_91c27f3a.
""")


def test_payout_paid_as_merchandise(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.paid(Channel.MERCHANDISE))
    assert mail.subject == snapshot("On its way to you: Canvas Tote Bag")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Your reward for recommending us to Eckert Logistics has been paid:

    Canvas Tote Bag (worth $500.00)

What to expect
Printful made it for you and shipped it to the address we have on file.

Paid on
December 22, 2026

Thank you for putting in a good word for us.

--
Northwind Referral Program
Questions? Please quote po_91c27f3a.
""")


def test_payout_paid_before_anything_was_told_says_why(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.payout_paid(replace(samples.PAID, earned=samples.EARNED)))
    assert mail.subject == snapshot("Your $500.00 gift card is on its way")
    assert mail.text == snapshot("""\
Hello Ada Byron,

Your reward for recommending us to Eckert Logistics has been paid:

    $500.00 (as a gift card)

Why this amount
It is your 3rd referral of the year, and this is what the program pays for it.

What to expect
Look for a separate email from Tremendous, our gift card partner; it may land in your spam folder.

Paid on
December 22, 2026

Thank you for putting in a good word for us.

--
Northwind Referral Program
Questions? Please quote po_91c27f3a.
""")
    for line in ("Why this amount", "It is your 3rd referral of the year, and this is what the program pays for it."):
        assert line in mail.html


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize(("money", "words"), OTHER_CURRENCIES)
def test_another_currency_changes_the_amount_and_nothing_else(
    renderer: MailRenderer, channel: Channel, money: Money, words: str
) -> None:
    for sample in (samples.earned, samples.paid):
        in_dollars, in_other = renderer.render(sample(channel)), renderer.render(sample(channel, money))
        assert words in in_other.text
        assert in_other.subject == in_dollars.subject.replace("$500.00", words)
        assert in_other.text == in_dollars.text.replace("$500.00", words)
        assert in_other.html == in_dollars.html.replace("$500.00", words)


def test_without_names_nobody_is_invented(renderer: MailRenderer) -> None:
    nameless = replace(samples.EARNED, advocate_name=None, referred_name=None)
    mail = renderer.render(samples.reward_earned(nameless))
    assert mail.subject == "You earned $500.00 in Northwind Referral Program"
    assert mail.text.startswith(
        "Hello,\n\nThank you for recommending us. Your referral is now a customer, and you earned a reward:\n"
    )
    paid = renderer.render(samples.payout_paid(replace(samples.PAID, advocate_name="\u202e", referred_name=None)))
    assert paid.text.startswith("Hello,\n\nYour reward for recommending us has been paid:\n")


def test_without_an_item_or_a_place_none_is_named(renderer: MailRenderer) -> None:
    unnamed = renderer.render(samples.payout_paid(replace(samples.PAID, channel=Channel.MERCHANDISE)))
    assert unnamed.subject == "Your reward is on its way to you"
    assert "    $500.00 (as merchandise)\n" in unnamed.text
    check = renderer.render(samples.reward_earned(replace(samples.EARNED, channel=Channel.CHECK)))
    assert "As a paper check by postal mail.\n" in check.text


@pytest.mark.parametrize(
    ("period", "step_from", "limit", "why"),
    [
        (CountingPeriod.LIFETIME, None, None, "It is your 3rd referral, and this is what the program pays for it."),
        (CountingPeriod.LIFETIME, 1, None, "It is your 3rd referral, and this is what the program pays for it."),
        (
            CountingPeriod.CALENDAR_MONTH,
            2,
            None,
            "It is your 3rd referral of the month, and this is what the program pays from the 2nd one on.",
        ),
        (
            CountingPeriod.LIFETIME,
            None,
            "max",
            (
                "It is your 3rd referral, and this is what the program pays for it. "
                "It is also the most that one such referral can earn."
            ),
        ),
        (
            CountingPeriod.CALENDAR_YEAR,
            None,
            "min",
            (
                "It is your 3rd referral of the year, and this is what the program pays for it. "
                "It is also the least that one such referral earns."
            ),
        ),
    ],
)
def test_the_amount_explains_itself(
    renderer: MailRenderer, period: CountingPeriod, step_from: int | None, limit: str | None, why: str
) -> None:
    content = replace(samples.EARNED, counting_period=period, step_from=step_from, limit=limit)
    assert f"\nWhy this amount\n{why}\n\n" in renderer.render(samples.reward_earned(content)).text


def test_a_hold_that_is_over_is_not_announced(renderer: MailRenderer) -> None:
    over = replace(samples.EARNED, hold_until=samples.EARNED.written_at)
    assert "\nWhen\nIt is being prepared now.\n\n" in renderer.render(samples.reward_earned(over)).text


def test_a_cut_says_that_the_limits_left_no_more(renderer: MailRenderer) -> None:
    why = "It is your 3rd referral of the year, and this is what the program's limits leave of what the program pays"
    cut = replace(samples.EARNED, cut=True, limit="max")
    assert f"\nWhy this amount\n{why} for it.\n\n" in renderer.render(samples.reward_earned(cut)).text
    later = replace(cut, step_from=2)
    assert f"\nWhy this amount\n{why} from the 2nd one on.\n\n" in renderer.render(samples.reward_earned(later)).text


def test_what_needs_approval_is_not_promised_for_a_day(renderer: MailRenderer) -> None:
    held = replace(samples.EARNED, needs_approval=True)
    over = replace(held, hold_until=samples.EARNED.written_at)
    assert (
        "\nWhen\nIt is released on December 21, 2026 at the earliest, once we have approved it.\n\n"
        in renderer.render(samples.reward_earned(held)).text
    )
    assert "\nWhen\nIt is released once we have approved it.\n\n" in renderer.render(samples.reward_earned(over)).text


def welcome(**changes: Changed) -> RewardEarnedMail:
    return replace(samples.EARNED, beneficiary=Beneficiary.REFERRED, advocate_name="Grace Hopper", **changes)


def test_a_referred_customer_is_welcomed_and_told_nothing_of_referrals(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.reward_earned(welcome()))
    assert mail.subject == "Your welcome reward: $500.00"
    assert (
        mail.text
        == """\
Hello Grace Hopper,

You came to us by a recommendation, and you earned your welcome reward:

    $500.00 (as a gift card)

Why this amount
This is what the program pays a customer who was recommended to us.

How it reaches you
As a digital gift card, in a separate email from Tremendous, our gift card partner.

When
It is released on December 21, 2026. Until then it is on hold, in case the purchase is undone.

What happens next
There is nothing you need to do. We will write again once it is paid.

--
Northwind Referral Program
Questions? Please quote rw_7f3a91c2.
"""
    )
    assert "Your welcome reward" in mail.html
    for word in ("referral", "recommending", "Eckert"):
        assert word not in mail.html.replace("Northwind Referral Program", "")


def test_a_cut_welcome_reward_says_what_is_left(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.reward_earned(welcome(cut=True)))
    left = "This is what the program's limits leave of what the program pays a customer who was recommended to us."
    assert left in mail.text


def test_a_welcome_reward_that_was_paid_thanks_for_choosing_us(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.payout_paid(replace(samples.PAID, beneficiary=Beneficiary.REFERRED)))
    assert "Your welcome reward has been paid:" in mail.text
    for part in (mail.text, mail.html):
        assert "Thank you for choosing us." in part
        assert "good word" not in part
        assert "Eckert" not in part


@pytest.mark.parametrize(
    ("trigger", "named", "unnamed"),
    [
        ("deal.closed", "They are now a customer,", "Your referral is now a customer,"),
        ("lead.qualified", "They may become a customer,", "Your referral may become a customer,"),
        ("demo.attended", "They took a demo,", "Your referral took a demo,"),
        ("invoice.paid", "They paid an invoice,", "Your referral paid an invoice,"),
        ("deal.renewed", "They stay a customer,", "Your referral stays a customer,"),
    ],
)
def test_the_mail_says_what_happened(renderer: MailRenderer, trigger: str, named: str, unnamed: str) -> None:
    for referred_name, news in (("Eckert", named), (None, unnamed)):
        told = replace(samples.EARNED, trigger=trigger, referred_name=referred_name)
        mail = renderer.render(samples.reward_earned(told))
        assert f". {news} and you earned a reward:" in mail.text
        assert f"{news} and you earned a reward:" in mail.html


def test_a_milestone_is_counted_as_a_reward_and_held_for_no_purchase(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.reward_earned(replace(samples.EARNED, trigger="demo.attended", limit="max")))
    assert "It is your 3rd reward of the year" in mail.text
    assert "the most that one such reward can be." in mail.text
    assert "Until then it is on hold.\n" in mail.text
