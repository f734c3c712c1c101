"""`guerdon rotate`: change what senders sign with and what providers are called with, while deals arrive."""

import sys
from typing import Annotated, Final

import typer

from guerdon.adapters.aws.secrets import REFRESHED_AFTER
from guerdon.adapters.providers.secrets import wrong_with
from guerdon.application.rotate_secrets import NotRotated, Place, Rotated, new_connection_secret
from guerdon.cli.endings import Ending, explained, stop
from guerdon.cli.options import Reason, StackName
from guerdon.cli.stack import world_of
from guerdon.domain import glossary
from guerdon.stack import Stack

rotate_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

_PROVIDERS: Final = ", ".join(glossary.PROVIDER)

_Finish = Annotated[
    bool, typer.Option("--finish", help="Believe the newer secret alone; once its sender signs with it.")
]
_Undo = Annotated[bool, typer.Option("--undo", help="Believe the older secret alone, as before.")]
_Provider = Annotated[str, typer.Argument(metavar="PROVIDER", help=f"One of {_PROVIDERS}.")]


@rotate_app.callback()
def rotate() -> None:
    """Change a secret while both the older and the newer one are valid: docs/secrets.md has each step by step.

    Your AWS identity and your reason are kept. What is there already is never shown.
    """


@rotate_app.command()
def connection(  # noqa: PLR0913 - each option of a command is a parameter to Typer.
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The connection, as in its address.")],
    *,
    reason: Reason,
    finish: _Finish = False,
    undo: _Undo = False,
    stack: StackName = "guerdon",
) -> None:
    """Make a newer secret for a CRM, which is believed beside the older one until you finish.

    Prints the newer secret once, alone on standard output, when every function believes it: give it to the CRM, then
    run it again with --finish. If you lost it, --undo and begin anew.
    """
    _one_of(finish=finish, undo=undo)
    world, place = world_of(context), Place("connection", name)
    with explained():
        opened = world.open_stack(stack)
        if finish or undo:
            _end(opened, place, reason, finish=finish)
            return
        newer = new_connection_secret()
        _said(place, opened.rotate.begin(place, newer, opened.caller(), reason))
        # A function that read the list just now reads it again only after that time. Nobody has the secret before.
        world.transport.pause(REFRESHED_AFTER.total_seconds())
    typer.echo(f"connection {name}: both are valid. Give this one to the CRM, then: --finish", err=True)
    typer.echo(newer)


@rotate_app.command()
def webhooks(  # noqa: PLR0913 - as above
    context: typer.Context,
    provider: _Provider,
    *,
    reason: Reason,
    finish: _Finish = False,
    undo: _Undo = False,
    stack: StackName = "guerdon",
) -> None:
    """Take in a newer secret that a provider signs its webhooks with, beside the older one until you finish.

    The provider makes it. It is asked for, or read from standard input: never an argument, which others could see.
    """
    _one_of(finish=finish, undo=undo)
    _known(provider)
    place = Place("webhooks", provider)
    with explained():
        opened = world_of(context).open_stack(stack)
        if finish or undo:
            _end(opened, place, reason, finish=finish)
            return
        newer = _typed(f"the newer webhook secret of {glossary.PROVIDER[provider]}")
        wrong = wrong_with(provider, newer)
        if wrong is not None:
            stop(Ending.FINDINGS, f"webhooks {provider}: not taken: {wrong}")
        done = _said(place, opened.rotate.begin(place, newer, opened.caller(), reason))
    again = "it was there already" if done.again else f"{done.valid} are valid"
    typer.echo(f"webhooks {provider}: {again}. Once the provider signs with this one: --finish")


@rotate_app.command()
def key(
    context: typer.Context,
    provider: _Provider,
    *,
    reason: Reason,
    another_account: Annotated[
        bool,
        typer.Option("--another-account", help="It is of another account, and nothing rests on the one before."),
    ] = False,
    stack: StackName = "guerdon",
) -> None:
    """Call a provider with another key of the same account from now on.

    Make it at the provider, let both be valid, run this, then revoke the older one: a function that still has it reads
    the secret again when the provider refuses it. The key is asked for, or read from standard input.

    A key of another account is refused where its beginning shows that it is one, such as a live key after a test key:
    what is under way would not be found there and could be paid twice. --another-account takes it once the channel is
    disarmed and nothing is released, submitted or in doubt.
    """
    _known(provider)
    with explained():
        opened = world_of(context).open_stack(stack)
        typed = _typed(f"the newer API key of {glossary.PROVIDER[provider]}")
        if not (typed and typed.isascii() and typed.isprintable()):
            stop(Ending.FINDINGS, f"key {provider}: not taken: it is empty, or has characters that no key has")
        done = opened.rotate.replace_key(provider, typed, opened.caller(), reason, another_account=another_account)
        if isinstance(done, NotRotated):
            stop(Ending.FINDINGS, f"key {provider}: not changed: {done.why}")
    again = "is that already" if done.again else "changed; the older one may be revoked"
    typer.echo(f"key {provider}: {again}")


def _end(opened: Stack, place: Place, reason: str, *, finish: bool) -> None:
    change = opened.rotate.finish if finish else opened.rotate.undo
    done = _said(place, change(place, opened.caller(), reason))
    which = "newer" if finish else "older"
    again = "one secret is valid, as before" if done.again else f"the {which} one alone is valid"
    typer.echo(f"{place.kind} {place.name}: {again}")


def _said(place: Place, answer: Rotated | NotRotated) -> Rotated:
    if isinstance(answer, NotRotated):
        stop(Ending.FINDINGS, f"{place.kind} {place.name}: not changed: {answer.why}")
    return answer


def _one_of(*, finish: bool, undo: bool) -> None:
    if finish and undo:
        stop(Ending.USAGE, "error: --finish and --undo exclude each other")


def _known(provider: str) -> None:
    if provider not in glossary.PROVIDER:
        stop(Ending.FINDINGS, f"error: no provider is called {provider[:40]!r}; there are {_PROVIDERS}")


def _typed(what: str) -> str:
    """What a person types without seeing it, or a script pipes in."""
    if sys.stdin.isatty():
        asked: str = typer.prompt(what, hide_input=True)
        return asked.strip()
    return sys.stdin.readline().strip()
