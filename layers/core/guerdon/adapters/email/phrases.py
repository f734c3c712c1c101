"""The sentences of each mail: what depends on the channel, the hold, the reason.

Both bodies of a mail, plain text and HTML, are filled with the same sentences. These are plain text; the HTML
templates escape them.
"""

from collections.abc import Mapping
from typing import Final, assert_never

from guerdon.adapters.email.formats import date_text, money_text, one_line
from guerdon.application.mails import MailContent, PayoutAttentionMail, PayoutPaidMail, RewardEarnedMail
from guerdon.domain import glossary
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.domain.explanation_words import ordinal_words
from guerdon.domain.payout import CONTRADICTED, BlockReason, PayoutStatus
from guerdon.domain.program import Beneficiary
from guerdon.domain.triggers import DEAL_CLOSED, DEAL_RENEWED, DEMO_ATTENDED, INVOICE_PAID, LEAD_QUALIFIED

_DETAIL_LENGTH_MOST = 300


def phrases_of(content: MailContent) -> Mapping[str, str]:
    """What the templates of this kind of mail may name; an absent name or place is an empty text."""
    match content:
        case RewardEarnedMail():
            return _reward_earned(content)
        case PayoutPaidMail():
            return _payout_paid(content)
        case PayoutAttentionMail():
            return _payout_attention(content)
        case _:
            assert_never(content)


def _reward_earned(mail: RewardEarnedMail) -> Mapping[str, str]:
    item = one_line(mail.item_name or "") if mail.channel is Channel.MERCHANDISE else ""
    amount = money_text(mail.amount, mail.locale)
    return {
        "reference": mail.reference,
        "program": one_line(mail.program_title),
        "advocate": one_line(mail.advocate_name or ""),
        "referred": one_line(mail.referred_name or ""),
        "amount": amount,
        "item": item,
        "prize": item or amount,
        "kind": _kind(mail.channel, amount, item),
        "welcome": "welcome" if mail.beneficiary is Beneficiary.REFERRED else "",
        "news": _news(mail.trigger, named=bool(mail.referred_name)),
        "why": _why(mail),
        "how": _how(mail.channel, one_line(mail.mailed_to or "")),
        "when": _when(mail),
    }


_NEWS: Final = {
    DEAL_CLOSED: ("They are now a customer", "Your referral is now a customer"),
    LEAD_QUALIFIED: ("They may become a customer", "Your referral may become a customer"),
    DEMO_ATTENDED: ("They took a demo", "Your referral took a demo"),
    INVOICE_PAID: ("They paid an invoice", "Your referral paid an invoice"),
    DEAL_RENEWED: ("They stay a customer", "Your referral stays a customer"),
}
"""What happened, by trigger: of whoever was named in the sentence before, and of whoever was not."""

_PURCHASES: Final = frozenset({DEAL_CLOSED, INVOICE_PAID, DEAL_RENEWED})
"""What money was spent for."""


def _news(trigger: str, *, named: bool) -> str:
    """What happened, as a sentence without its end."""
    of_them, of_somebody = _NEWS[trigger]
    return of_them if named else of_somebody


def _welcome_why(mail: RewardEarnedMail) -> str:
    """Why a referred customer is rewarded; how often that happened before is not told."""
    source = "what the program pays a customer who was recommended to us"
    if mail.cut:
        return f"This is what the program's limits leave of {source}."
    return f"This is {source}."


def _kind(channel: Channel, amount: str, item: str) -> str:
    match channel:
        case Channel.GIFT_CARD:
            return "as a gift card"
        case Channel.CHECK:
            return "by check"
        case Channel.BILL_CREDIT:
            return "as a credit on your account"
        case Channel.MERCHANDISE:
            return f"worth {amount}" if item else "as merchandise"
        case _:
            assert_never(channel)


def _why(mail: RewardEarnedMail) -> str:
    """Why it is that amount."""
    return _welcome_why(mail) if mail.beneficiary is Beneficiary.REFERRED else _referral_why(mail)


def _referral_why(mail: RewardEarnedMail) -> str:
    period = glossary.PERIOD[mail.counting_period]
    noun, most, least = (
        ("referral", "referral can earn", "referral earns")
        if mail.trigger == DEAL_CLOSED
        else ("reward", "reward can be", "reward is")
    )
    nth = f"{ordinal_words(mail.ordinal)} {noun}{f' {period}' if period else ''}"
    # The first step begins at the first referral, so it is not worth a word.
    step = mail.step_from if mail.step_from != 1 else None
    source = f"what the program pays from the {ordinal_words(step)} one on" if step else "what the program pays for it"
    if mail.cut:
        return f"It is your {nth}, and this is what the program's limits leave of {source}."
    sentences = [f"It is your {nth}, and this is {source}."]
    if mail.limit == "max":
        sentences.append(f"It is also the most that one such {most}.")
    if mail.limit == "min":
        sentences.append(f"It is also the least that one such {least}.")
    return " ".join(sentences)


def _how(channel: Channel, place: str) -> str:
    provider = glossary.PROVIDER[PROVIDER_OF[channel]]
    match channel:
        case Channel.GIFT_CARD:
            return f"As a digital gift card, in a separate email from {provider}, our gift card partner."
        case Channel.CHECK:
            return f"As a paper check by postal mail{f', sent to {place}' if place else ''}."
        case Channel.BILL_CREDIT:
            return "As a credit on your account. It comes off your next invoice by itself."
        case Channel.MERCHANDISE:
            return f"In a package: {provider} makes it for you and ships it to the address we have on file."
        case _:
            assert_never(channel)


def _when(mail: RewardEarnedMail) -> str:
    if mail.hold_until <= mail.written_at:
        return "It is released once we have approved it." if mail.needs_approval else "It is being prepared now."
    day = date_text(mail.hold_until, mail.time_zone, mail.locale)
    if mail.needs_approval:
        return f"It is released on {day} at the earliest, once we have approved it."
    undone = ", in case the purchase is undone" if mail.trigger in _PURCHASES else ""
    return f"It is released on {day}. Until then it is on hold{undone}."


def _payout_paid(mail: PayoutPaidMail) -> Mapping[str, str]:
    item = one_line(mail.item_name or "") if mail.channel is Channel.MERCHANDISE else ""
    amount = money_text(mail.value, mail.locale)
    return {
        "reference": mail.reference,
        "program": one_line(mail.program_title),
        "advocate": one_line(mail.advocate_name or ""),
        "referred": one_line(mail.referred_name or ""),
        "amount": amount,
        "item": item,
        "prize": item or amount,
        "kind": _kind(mail.channel, amount, item),
        "welcome": "welcome" if mail.beneficiary is Beneficiary.REFERRED else "",
        "day": date_text(mail.settled_at, mail.time_zone, mail.locale),
        "headline": _paid_headline(mail.channel, amount, item),
        "expect": _what_to_expect(mail.channel, one_line(mail.mailed_to or "")),
        "why": _why(mail.earned) if mail.earned else "",
    }


def _paid_headline(channel: Channel, amount: str, item: str) -> str:
    match channel:
        case Channel.GIFT_CARD:
            return f"Your {amount} gift card is on its way"
        case Channel.CHECK:
            return f"Your {amount} check is in the mail"
        case Channel.BILL_CREDIT:
            return f"{amount} was credited to your account"
        case Channel.MERCHANDISE:
            return f"On its way to you: {item}" if item else "Your reward is on its way to you"
        case _:
            assert_never(channel)


def _what_to_expect(channel: Channel, place: str) -> str:
    provider = glossary.PROVIDER[PROVIDER_OF[channel]]
    match channel:
        case Channel.GIFT_CARD:
            return f"Look for a separate email from {provider}, our gift card partner; it may land in your spam folder."
        case Channel.CHECK:
            traveling = f"A paper check is traveling by postal mail{f' to {place}' if place else ''}."
            return f"{traveling} Please allow two weeks for it to arrive."
        case Channel.BILL_CREDIT:
            return "The credit comes off your next invoice by itself, and you will see it there."
        case Channel.MERCHANDISE:
            return f"{provider} made it for you and shipped it to the address we have on file."
        case _:
            assert_never(channel)


def _payout_attention(mail: PayoutAttentionMail) -> Mapping[str, str]:
    provider = glossary.PROVIDER[PROVIDER_OF[mail.channel]]
    meaning, to_do = _meaning_and_to_do(mail, provider)
    ours = mail.reason in glossary.BLOCK_REASON
    return {
        "payout": mail.payout_id,
        "program": one_line(mail.program_title),
        "amount": money_text(mail.value, mail.locale),
        "channel": f"{glossary.CHANNEL[mail.channel].words}, by {provider}",
        "status": glossary.STATUS[mail.status].words,
        "since": date_text(mail.since, mail.time_zone, mail.locale),
        "headline": _attention_headline(mail),
        "meaning": meaning,
        "detail": "" if ours else one_line(mail.reason or "", _DETAIL_LENGTH_MOST),
        "to_do": to_do,
        "command": f"guerdon status {mail.payout_id}",
    }


def _attention_headline(mail: PayoutAttentionMail) -> str:
    words = glossary.STATUS[mail.status].words
    reason = glossary.BLOCK_REASON.get(mail.reason or "")
    if mail.attention and not _says_what_is_missing(mail):
        return f"{words}, but {one_line(mail.attention, _DETAIL_LENGTH_MOST)}"
    return f"{words}: {reason.words}" if reason else words


_MISSING: Final = frozenset({BlockReason.APPROVAL.value, BlockReason.CEILING.value, BlockReason.DETAILS.value})


def _says_what_is_missing(mail: PayoutAttentionMail) -> bool:
    """Whether what it asks a person to look at is why it is blocked, such as a limit or an address: nothing is out."""
    return mail.status is PayoutStatus.BLOCKED and mail.reason in _MISSING and mail.attention != CONTRADICTED


def _meaning_and_to_do(mail: PayoutAttentionMail, provider: str) -> tuple[str, str]:
    if _says_what_is_missing(mail):
        term, missing = glossary.BLOCK_REASON[mail.reason or ""], one_line(mail.attention or "", _DETAIL_LENGTH_MOST)
        return (f"{term.meaning} {missing[0].upper()}{missing[1:]}." if missing else term.meaning), term.to_do
    # What was noticed may contradict the status, so it comes before everything that the status would advise: nobody
    # may be told to pay again while money may have moved.
    if mail.attention:
        return (
            "Whether money moved has to be looked up. Guerdon does not pay it again by itself.",
            f"Look it up at {provider}. Do not pay it in any other way before it is certain that no money moved.",
        )
    term = glossary.BLOCK_REASON.get(mail.reason or "") or glossary.STATUS[mail.status]
    return term.meaning, term.to_do or "Nothing, unless its story below surprises you."
