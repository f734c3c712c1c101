from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from adapters.email import samples
from guerdon.adapters.email.render import MailRenderer
from guerdon.domain import glossary
from guerdon.domain.channel import Channel
from guerdon.domain.money import Money
from guerdon.domain.payout import CONTRADICTED, BlockReason, PayoutStatus


def test_a_blocked_payout_tells_why_and_what_to_do(renderer: MailRenderer) -> None:
    mail = renderer.render(samples.payout_attention(samples.ATTENTION))
    assert mail.subject == snapshot("Payout po_91c27f3a is waiting: the provider account is out of money")
    assert mail.text == snapshot("""\
Payout po_91c27f3a is waiting: the provider account is out of money.

Amount    $500.00
Channel   check, by Lob
Program   Northwind Referral Program
Status    waiting
Since     December 21, 2026

What this means
The provider refused a payout for want of money, so this channel's payouts wait in order; nothing moved.

What to do
Add money to the account at the provider; all go on by themselves within hours, at once with guerdon resume.

Its whole story:
    guerdon status po_91c27f3a

--
From Guerdon, to the people who look after its payouts.
""")


def test_a_failed_payout_passes_on_what_the_provider_said(renderer: MailRenderer) -> None:
    content = replace(samples.ATTENTION, status=PayoutStatus.FAILED, reason="failed_deliverability_strictness")
    mail = renderer.render(samples.payout_attention(content))
    assert mail.subject == snapshot("Payout po_91c27f3a is not paid")
    assert mail.text == snapshot("""\
Payout po_91c27f3a is not paid.

Amount    $500.00
Channel   check, by Lob
Program   Northwind Referral Program
Status    not paid
Since     December 21, 2026

What this means
The provider did not carry it out, and it is proven that no money moved.

What the provider said
failed_deliverability_strictness

What to do
Correct what the provider objected to, then release the payout with guerdon release.

Its whole story:
    guerdon status po_91c27f3a

--
From Guerdon, to the people who look after its payouts.
""")


def test_an_unknown_outcome_is_looked_up_and_not_paid_again(renderer: MailRenderer) -> None:
    content = replace(
        samples.ATTENTION,
        status=PayoutStatus.SUBMITTED,
        reason=None,
        attention="the provider has not said what became of it",
    )
    mail = renderer.render(samples.payout_attention(content))
    assert mail.subject == snapshot("Payout po_91c27f3a is on its way, but the provider has not said what became of it")
    assert mail.text == snapshot("""\
Payout po_91c27f3a is on its way, but the provider has not said what became of it.

Amount    $500.00
Channel   check, by Lob
Program   Northwind Referral Program
Status    on its way
Since     December 21, 2026

What this means
Whether money moved has to be looked up. Guerdon does not pay it again by itself.

What to do
Look it up at Lob. Do not pay it in any other way before it is certain that no money moved.

Its whole story:
    guerdon status po_91c27f3a

--
From Guerdon, to the people who look after its payouts.
""")


def test_what_needs_approval_names_the_limit_and_how_to_approve(renderer: MailRenderer) -> None:
    limit = "the program's limit of 9,000.00 USD for 2026-12 has 120.00 USD left for 500.00 USD"
    content = replace(samples.ATTENTION, reason=BlockReason.APPROVAL.value, attention=limit)
    mail = renderer.render(samples.payout_attention(content))
    term = glossary.BLOCK_REASON[BlockReason.APPROVAL]
    assert mail.subject == "Payout po_91c27f3a is waiting: it needs approval"
    assert f"\nWhat this means\n{term.meaning} {limit[0].upper()}{limit[1:]}.\n\n" in mail.text
    do = "Look at its story, and approve it with guerdon release, or give it up with guerdon write-off."
    assert f"\nWhat to do\n{do}\n\n" in mail.text
    assert "money moved" not in mail.text
    assert "What the provider said" not in mail.text


def test_what_lacks_details_names_them_and_sends_nobody_to_look_for_money(renderer: MailRenderer) -> None:
    missing = "address: the recipient's address is missing"
    content = replace(samples.ATTENTION, reason=BlockReason.DETAILS.value, attention=missing)
    mail = renderer.render(samples.payout_attention(content))
    term = glossary.BLOCK_REASON[BlockReason.DETAILS]
    assert mail.subject == f"Payout po_91c27f3a is waiting: {term.words}"
    assert f"\nWhat this means\n{term.meaning} Address: the recipient's address is missing.\n\n" in mail.text
    assert f"\nWhat to do\n{term.to_do}\n\n" in mail.text
    assert "money moved" not in mail.text


@pytest.mark.parametrize("reason", [BlockReason.APPROVAL, BlockReason.DETAILS, BlockReason.WORKFLOW])
def test_what_may_have_been_paid_already_is_looked_up_whatever_it_is_blocked_for(
    renderer: MailRenderer, reason: BlockReason
) -> None:
    content = replace(samples.ATTENTION, reason=reason.value, attention=CONTRADICTED)
    mail = renderer.render(samples.payout_attention(content))
    assert "release" not in mail.text
    assert "Do not pay it in any other way before it is certain that no money moved.\n" in mail.text


@pytest.mark.parametrize("status", PayoutStatus)
def test_while_something_is_not_right_no_status_advises_to_release_it_again(
    renderer: MailRenderer, status: PayoutStatus
) -> None:
    content = replace(samples.ATTENTION, status=status, reason=None, attention="the provider says otherwise")
    mail = renderer.render(samples.payout_attention(content))
    assert mail.subject == f"Payout po_91c27f3a is {glossary.STATUS[status].words}, but the provider says otherwise"
    assert "release" not in mail.text
    assert "Do not pay it in any other way before it is certain that no money moved.\n" in mail.text


@pytest.mark.parametrize("reason", BlockReason)
def test_every_reason_has_its_advice(renderer: MailRenderer, reason: BlockReason) -> None:
    mail = renderer.render(samples.payout_attention(replace(samples.ATTENTION, reason=reason.value)))
    term = glossary.BLOCK_REASON[reason]
    assert mail.subject == f"Payout po_91c27f3a is waiting: {term.words}"
    assert f"\nWhat this means\n{term.meaning}\n\nWhat to do\n{term.to_do}\n\n" in mail.text


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        (Channel.GIFT_CARD, "gift card, by Tremendous"),
        (Channel.CHECK, "check, by Lob"),
        (Channel.BILL_CREDIT, "bill credit, by Stripe"),
        (Channel.MERCHANDISE, "merchandise, by Printful"),
    ],
)
@pytest.mark.parametrize(
    ("value", "amount"),
    [(Money(50000, "USD"), "$500.00"), (Money(50000, "EUR"), "€500.00"), (Money(500, "JPY"), "¥500")],
)
def test_channel_and_value_are_named(
    renderer: MailRenderer, channel: Channel, words: str, value: Money, amount: str
) -> None:
    mail = renderer.render(samples.payout_attention(replace(samples.ATTENTION, channel=channel, value=value)))
    assert f"\nAmount    {amount}\nChannel   {words}\n" in mail.text
