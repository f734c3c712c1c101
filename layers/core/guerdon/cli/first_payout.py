"""`guerdon first-payout`: one deal that is made up, from the webhook to a gift card of 1 USD for a colleague."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

import typer

from guerdon.adapters.crm.connections import Connection, connection_named
from guerdon.application.doctor.connection_checks import CONNECTIONS, provider_step
from guerdon.application.doctor.deployment_checks import STACK
from guerdon.application.doctor.examine import examine
from guerdon.application.doctor.facts import Facts, KeyMode, ProviderAccess
from guerdon.application.doctor.findings import State
from guerdon.application.first_payout import PROGRAM, VALUE, MadeUpDeal, deal_for, program_document
from guerdon.application.programs import ProgramShelf, Published
from guerdon.cli.doctor import show_findings
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import StackName
from guerdon.cli.output import console
from guerdon.cli.send import Host, Url
from guerdon.cli.sending import Declined, GaveUp, Target, send_event
from guerdon.cli.stack import World, world_of
from guerdon.cli.watching import watch
from guerdon.domain.channel import PROVIDER_OF, Channel
from guerdon.stack import Stack

_NEEDED: Final = (STACK, CONNECTIONS, provider_step(PROVIDER_OF[Channel.GIFT_CARD]))
"""The steps of the doctor without which no card can be sent."""


@dataclass(frozen=True, slots=True)
class _Books:
    """Whose books the test is in, and the time zone of their dates."""

    legal_entity: str
    time_zone: str


def first_payout(  # noqa: PLR0913 - each option of a command is a parameter to Typer.
    context: typer.Context,
    *,
    email: Annotated[str, typer.Option("--email", prompt="Their email address", help="Where the gift card goes.")],
    name: Annotated[str, typer.Option("--name", prompt="Their name", help="Whom it is for.")],
    stack: StackName = "guerdon",
    connection: Annotated[
        str | None,
        typer.Option("--connection", envvar="GUERDON_CONNECTION", help="The connection to send by, if several."),
    ] = None,
    legal_entity: Annotated[
        str | None,
        typer.Option("--legal-entity", help="Whose books it is in, if your programs have several or there is none."),
    ] = None,
    url: Url = None,
    host: Host = None,
    observe: Annotated[
        bool,
        typer.Option("--observe", help="Go on though gift cards are not armed: all is shown but the payment."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: real money may move.")] = False,
    wait: Annotated[int, typer.Option("--wait", min=0, max=3600, help="Seconds to watch it.")] = 180,
) -> None:
    """Send a colleague a gift card of 1 USD, by a deal that is made up, and show each step until it is sent.

    It publishes the program first-payout, which pays 1 USD for a deal and 25 USD in a month, and sends one signed event
    through the stack's own webhook, as a CRM does. With a live key at Tremendous this moves real money: it says so, and
    asks. The same person on the same day is the same deal, so that a second call sends nothing and goes on watching.
    Ends with 0 when the card was sent, or with --observe when it stands blocked as it should; else with 1, and says
    what is missing.
    """
    if "@" not in email or not name.strip():
        raise typer.BadParameter("give an email address, and the name of whom it is for", param_hint="--email, --name")
    world = world_of(context)
    with explained():
        facts = world.stack_facts(stack)
        _refuse_if_lacking(facts)
        opened = world.open_stack(stack)
        armed = _refuse_if_observing(opened, observe=observe)
        sender = _connection(opened, connection)
        made_up = deal_for(email, name, world.transport.now().date(), sender.secrets[0])
        event_id = next(iter(opened.store.events_of_deal(made_up.deal_id)), None)
        if event_id is not None:
            typer.echo(f"{name} was given today's deal already, {made_up.deal_id}: nothing is sent again.")
        else:
            books = _books(opened, legal_entity)
            if not yes:
                typer.confirm(_question(facts, name, email, books, armed=armed), abort=True)
            _publish(opened, books)
            event_id = _deliver(Target(url or opened.api_url, sender.name, sender.secrets[0], host), made_up, world)
        ended = watch(opened.store, event_id, world.transport, timedelta(seconds=wait), observed=not armed)
    typer.echo(f"The whole story: guerdon status {made_up.deal_id}")
    raise typer.Exit(ended)


def _refuse_if_lacking(facts: Facts) -> None:
    lacking = [each for each in examine(facts) if each.state is State.TO_DO and each.step in _NEEDED]
    if lacking:
        show_findings(console(), lacking)
        stop(Ending.FINDINGS, "error: no gift card can be sent before that is done; guerdon doctor looks at everything")


def _refuse_if_observing(opened: Stack, *, observe: bool) -> bool:
    """Whether gift cards are armed; ends the command if they are not and nobody said to go on."""
    switch = opened.store.channel_switch(Channel.GIFT_CARD)
    armed = switch is not None and switch.armed
    if not armed and not observe:
        stop(
            Ending.FINDINGS,
            "error: gift cards are not armed, so nothing would be paid. guerdon arm gift_card arms them for every "
            "program; with --observe this shows everything but the payment",
        )
    return armed


def _connection(opened: Stack, name: str | None) -> Connection:
    configured = opened.connections()
    there_are = ", ".join(sorted(configured)) or "none yet"
    if name is None and len(configured) != 1:
        stop(Ending.FINDINGS, f"error: say by --connection which connection to send by; there are: {there_are}")
    wanted = name if name is not None else next(iter(configured))
    found = connection_named(wanted, configured)
    if found is None:
        stop(Ending.FINDINGS, f"error: the stack has no connection {wanted!r}; there are: {there_are}")
    return found


def _books(opened: Stack, legal_entity: str | None) -> _Books:
    """Those that were named; else those of the test before, else those of the published programs if all agree."""
    shelf, known = ProgramShelf(opened.store), {}
    for name in opened.reviews.program_names():
        head = opened.store.program_head(name)
        if head is not None:
            program = shelf.version(name, head.current)
            known[name] = _Books(program.legal_entity, program.zone.key)
    if legal_entity is not None:
        return next(
            (books for books in known.values() if books.legal_entity == legal_entity), _Books(legal_entity, "UTC")
        )
    if PROGRAM in known:
        return known[PROGRAM]
    entities = sorted({books.legal_entity for books in known.values()})
    if len(entities) != 1:
        there_are = ", ".join(entities) or "no program is published yet"
        stop(Ending.FINDINGS, f"error: say by --legal-entity whose books the 1 USD is in; there are: {there_are}")
    return next(iter(known.values()))


def _question(facts: Facts, name: str, email: str, books: _Books, *, armed: bool) -> str:
    whom = f"{name} <{email}>"
    if not armed:
        return f"Gift cards are not armed, so {whom} is sent nothing; {VALUE.words} are observed. Go on?"
    tremendous = facts.inside.providers[PROVIDER_OF[Channel.GIFT_CARD]] if facts.inside else None
    if facts.deployment.local:
        return f"The provider sandbox plays a gift card of {VALUE.words} for {whom}; no real money moves. Go on?"
    if isinstance(tremendous, ProviderAccess) and tremendous.mode is KeyMode.TEST:
        return f"Tremendous's key is one for tests: {whom} is sent no real card. Go on?"
    return (
        f"This is real money, in the books of {books.legal_entity}: {whom} is sent a gift card of {VALUE.words}, paid "
        "from your balance at Tremendous. Go on?"
    )


def _publish(opened: Stack, books: _Books) -> None:
    document = program_document(books.legal_entity, books.time_zone)
    published = opened.publish(document, opened.caller(), "guerdon first-payout")
    if not isinstance(published, Published):
        stop(Ending.FINDINGS, "\n".join(f"error: {PROGRAM}: {each.place}: {each.message}" for each in published))
    typer.echo(f"Program {PROGRAM}: version {published.number}{', published now' if published.new else ''}")


def _deliver(target: Target, made_up: MadeUpDeal, world: World) -> str:
    """Send it through the webhook; gives the event's id."""
    answer = send_event(target, made_up.delivery_id, made_up.body, world.transport)
    if isinstance(answer, Declined):
        stop(Ending.FINDINGS, f"error: {target.url} refused it: {answer.words}")
    if isinstance(answer, GaveUp):
        stop(Ending.STACK, f"error: {answer.why} (tried {answer.tries} times). Call it again: it is the same deal")
    typer.echo(f"Deal {made_up.deal_id}: accepted by {target.url} as {answer.event_id}")
    return answer.event_id
