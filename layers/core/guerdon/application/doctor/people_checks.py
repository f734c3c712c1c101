"""Whether the stack can reach people, and people can reach it."""

from collections.abc import Iterator
from typing import Final

from guerdon.application.doctor.facts import Facts, Inside, Sender, Unread
from guerdon.application.doctor.findings import Finding, deploy_with, ok, to_do, unseen, warning

SENDER: Final = "sender"
MAIL: Final = "mail"
ALARMS: Final = "alarm-topic"
PEOPLE: Final = "people"

_DECIDING: Final = ("finance", "admin")
_DECIDE_LEAST: Final = 2
"""A month is prepared by one person and closed by another."""


def sender(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """SES may send from the stack's address, and signs it."""
    address = facts.deployment.parameters.get("MailFrom", "")
    found = inside.sender
    if facts.deployment.local:
        yield ok(SENDER, f"mail from {address} goes to the emulator's inbox")
    elif isinstance(found, Unread):
        yield unseen(SENDER, found)
    elif found.identity is None or not found.verified:
        yield to_do(SENDER, *_unverified(found, address, facts.deployment.region))
    elif not found.signed:
        says = f"mail from {address} is not signed with DKIM, so much of it will be taken for spam"
        yield warning(SENDER, says, _verify_domain(address))
    else:
        yield ok(SENDER, f"mail from {address} is verified by {found.identity} and signed with DKIM")


def mail(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """SES sends to anybody, not only to verified addresses."""
    found = inside.sender
    if facts.deployment.local:
        yield ok(MAIL, "the emulator sends to anybody")
    elif isinstance(found, Unread):
        yield unseen(MAIL, found)
    elif not found.sending:
        says = "SES does not let this account send: it was paused, most often for bounces or complaints"
        yield to_do(MAIL, says, "Read why in SES's console under Reputation metrics, and answer AWS there")
    elif not found.production:
        says = "SES is in its sandbox: mail goes to verified addresses only, and 200 a day"
        do = "Ask for production access in SES's console under Account dashboard; AWS answers within 24 hours"
        yield to_do(MAIL, says, do)
    else:
        yield ok(MAIL, "SES is out of its sandbox")


def alarm_topic(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """Somebody hears an alarm."""
    arn = facts.deployment.parameters.get("AlarmTopic", "")
    subscribe = f"aws sns subscribe --topic-arn {arn} --protocol email --notification-endpoint YOU@YOURS"
    if facts.deployment.local:
        yield ok(ALARMS, "the emulator tells nobody")
    elif isinstance(inside.subscribers, Unread):
        yield unseen(ALARMS, inside.subscribers)
    elif inside.subscribers is None:
        do = f"aws sns create-topic --name {facts.deployment.name}-alarms, subscribe to it, then "
        yield to_do(ALARMS, "alarms are told to nobody", do + deploy_with("AlarmTopic"))
    elif not inside.subscribers:
        says = "nobody has subscribed to the alarms, or nobody confirmed it yet"
        yield to_do(ALARMS, says, f"{subscribe}, and follow the link in the mail")
    else:
        yield ok(ALARMS, f"{inside.subscribers} subscribed to the alarms")


def people(facts: Facts, inside: Inside) -> Iterator[Finding]:
    """Somebody may sign in to the console, and two may close a month."""
    if isinstance(inside.people, Unread):
        yield unseen(PEOPLE, inside.people)
        return
    deciding = frozenset[str]().union(*(inside.people.get(group, frozenset()) for group in _DECIDING))
    pool = facts.deployment.outputs.get("ConsoleUsers", "")
    make = (
        f"aws cognito-idp admin-create-user --user-pool-id {pool} --username THEIR@ADDRESS, then aws cognito-idp "
        f"admin-add-user-to-group --user-pool-id {pool} --username THEIR@ADDRESS --group-name finance"
    )
    if not deciding:
        yield to_do(PEOPLE, "nobody may sign in to the console and decide there", make)
    elif len(deciding) < _DECIDE_LEAST:
        says = "one person may decide in the console: a month is closed by two"
        yield warning(PEOPLE, says, make)
    else:
        yield ok(PEOPLE, f"{len(deciding)} people may decide in the console")


def _unverified(found: Sender, address: str, region: str) -> tuple[str, str]:
    if found.identity is None:
        says = f"SES in {region} knows neither {address} nor its domain, so no mail goes out"
        return says, _verify_domain(address)
    do = f"Put the records into DNS that aws sesv2 get-email-identity --email-identity {found.identity} names"
    if "@" in found.identity:
        do = f"Follow the link in the mail that SES sent to {found.identity}"
    return f"SES has not verified {found.identity} yet, so no mail goes out", do


def _verify_domain(address: str) -> str:
    domain = address.rpartition("@")[2]
    return f"aws sesv2 create-email-identity --email-identity {domain}, and put the records that it names into DNS"
