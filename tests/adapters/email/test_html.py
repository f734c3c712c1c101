from dataclasses import replace
from typing import Final

import pytest
from inline_snapshot import snapshot

from adapters.email import samples
from adapters.email.visible import tags_of, visible_lines
from guerdon.adapters.email.render import MailRenderer
from guerdon.application.mails import PayoutPaidMail, RewardEarnedMail
from guerdon.application.ports import Mail
from guerdon.domain.channel import Channel

ADVOCATE_MAILS: Final = [sample(channel) for sample in (samples.earned, samples.paid) for channel in Channel]
ALL_MAILS: Final = [*ADVOCATE_MAILS, samples.payout_attention(samples.ATTENTION)]

HOSTILE_NAMES: Final = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% raw %}",
    "Eckert\r\nBcc: eve@example.com\r\n\r\n<p>injected",
    "\u202etxt.exe\u2066 \u0000\ud83c",
    "🎉👩‍👩‍👧 " * 5,
    "x" * 300,
]


def test_reward_earned_reads_like_its_plain_text(renderer: MailRenderer) -> None:
    assert visible_lines(renderer.render(samples.earned(Channel.CHECK)).html) == snapshot(
        [
            "Northwind Referral Program",
            "It is released on December 21, 2026. Until then it is on hold, in case the purchase is undone.",
            "Northwind Referral Program",
            "Hello Ada Byron,",
            "Thank you for recommending us to Eckert Logistics",
            "They are now a customer, and you earned a reward:",
            "$500.00",
            "by check",
            "Why this amount",
            "It is your 3rd referral of the year, and this is what the program pays for it.",
            "How it reaches you",
            "As a paper check by postal mail, sent to San Francisco, CA.",
            "When",
            "It is released on December 21, 2026. Until then it is on hold, in case the purchase is undone.",
            "What happens next",
            "There is nothing you need to do. We will write again once it is paid.",
            "Questions? Please quote rw_7f3a91c2.",
        ]
    )


def test_payout_paid_reads_like_its_plain_text(renderer: MailRenderer) -> None:
    assert visible_lines(renderer.render(samples.paid(Channel.MERCHANDISE)).html) == snapshot(
        [
            "Northwind Referral Program",
            "Printful made it for you and shipped it to the address we have on file.",
            "Northwind Referral Program",
            "Hello Ada Byron,",
            "On its way to you: Canvas Tote Bag",
            "Your reward for recommending us to Eckert Logistics has been paid:",
            "Canvas Tote Bag",
            "worth $500.00",
            "What to expect",
            "Printful made it for you and shipped it to the address we have on file.",
            "Paid on",
            "December 22, 2026",
            "Thank you for putting in a good word for us.",
            "Questions? Please quote po_91c27f3a.",
        ]
    )


def test_payout_attention_reads_like_its_plain_text(renderer: MailRenderer) -> None:
    assert visible_lines(renderer.render(samples.payout_attention(samples.ATTENTION)).html) == snapshot(
        [
            "Northwind Referral Program",
            (
                "Add money to the account at the provider; "
                "all go on by themselves within hours, at once with guerdon resume."
            ),
            "Northwind Referral Program",
            "Payout po_91c27f3a is waiting: the provider account is out of money",
            "Amount",
            "$500.00",
            "Channel",
            "check, by Lob",
            "Status",
            "waiting",
            "Since",
            "December 21, 2026",
            "What this means",
            "The provider refused a payout for want of money, so this channel's payouts wait in order; nothing moved.",
            "What to do",
            (
                "Add money to the account at the provider; "
                "all go on by themselves within hours, at once with guerdon resume."
            ),
            "Its whole story",
            "guerdon status po_91c27f3a",
            "From Guerdon, to the people who look after its payouts.",
        ]
    )


@pytest.mark.parametrize("mail", ALL_MAILS)
def test_it_fetches_nothing_links_nowhere_and_runs_nothing(renderer: MailRenderer, mail: Mail) -> None:
    html = renderer.render(mail).html
    assert tags_of(html) <= {
        "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "p", "h1", "bdi",
    }  # fmt: skip
    assert "//" not in html
    assert "url(" not in html
    assert '<meta name="color-scheme" content="light dark">' in html


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
@pytest.mark.parametrize("mail", ADVOCATE_MAILS)
def test_a_hostile_name_stays_text(renderer: MailRenderer, mail: Mail, name: str) -> None:
    content = mail.content
    assert isinstance(content, RewardEarnedMail | PayoutPaidMail)
    harmless = renderer.render(mail)
    hostile = replace(content, advocate_name=name, referred_name=name, program_title=name, mailed_to=name)
    rendered = renderer.render(replace(mail, content=replace(hostile, item_name=name if content.item_name else None)))

    assert tags_of(rendered.html) == tags_of(harmless.html)
    assert rendered.html.count("<") == harmless.html.count("<")
    assert len(rendered.subject) <= 140
    assert rendered.subject.splitlines() == [rendered.subject]
    assert rendered.text.count("\n") == harmless.text.count("\n")
    assert "\u202e" not in rendered.subject + rendered.text + rendered.html
    rendered.html.encode()
    rendered.text.encode()
