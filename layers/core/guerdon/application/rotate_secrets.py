"""Rotate a secret: the newer value stands beside the older one until a person finishes it.

    begin ──> the newer value stands first, both are believed ──> the sender changes over ──> finish ──> the newer alone
                                                                                          └─> undo ────> the older alone

Secrets are in Secrets Manager and the audit trail is not, so no transaction holds both. The secret changes first, on
condition that nobody else changed it, and the line is written after that: if the process dies between the two, AWS
CloudTrail alone tells who did it.
"""

import secrets
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from guerdon.application.another_account import not_at_rest, other_environment
from guerdon.application.audit import Subject, audited, unusable
from guerdon.application.doctor.facts import KeyMode
from guerdon.application.ports import Clock, Store
from guerdon.application.review_ports import ReviewStore
from guerdon.application.transaction import Committed
from guerdon.domain.actions import AuditAction, SubjectKind
from guerdon.domain.errors import StoreBusy

VALID_MOST: Final = 2
"""Of the secrets of one sender: the older and the newer one."""

_SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Kept:
    """The value of a secret, and which of its versions it is."""

    value: Mapping[str, Any]
    version: str


class Vault(Protocol):
    """One secret that is a JSON object."""

    def read(self) -> Kept:
        """Its value.

        Raises:
            SecretMissing: It has none that is a JSON object.
        """

    def replace(self, known: Kept, value: Mapping[str, Any]) -> bool:
        """Give it another value; whether that was done. It is not if `known` is no longer its value."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sender's secrets stand.

    Attributes:
        kind: "connection" or "webhooks".
        name: The connection, or the provider.
    """

    kind: str
    name: str

    @property
    def subject(self) -> Subject:
        """It, in the audit trail."""
        return Subject(SubjectKind.SECRET, f"{self.kind} {self.name}")

    def valid(self, value: Mapping[str, Any]) -> tuple[str, ...] | None:
        """The secrets that are believed, the newest first; None if the sender is not known."""
        entry = value.get(self.name)
        found = entry.get("secrets") if self.kind == "connection" and isinstance(entry, Mapping) else entry
        return tuple(found) if isinstance(found, list) else None

    def changed(self, value: Mapping[str, Any], valid: tuple[str, ...]) -> Mapping[str, Any]:
        """`value` with these secrets of the sender, and all else as it is."""
        entry = {**value[self.name], "secrets": list(valid)} if self.kind == "connection" else list(valid)
        return {**value, self.name: entry}


@dataclass(frozen=True, slots=True)
class Rotated:
    """It was changed, or stood as asked already.

    Attributes:
        valid: How many secrets are believed now.
        again: Whether nothing was to be done.
    """

    valid: int
    again: bool = False


@dataclass(frozen=True, slots=True)
class NotRotated:
    """Nothing was changed, and why."""

    why: str


def new_connection_secret() -> str:
    """A secret for a CRM, of 32 random bytes, in the form of Standard Webhooks: "whsec_" and base64."""
    return f"whsec_{b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


@dataclass(frozen=True, slots=True)
class RotateSecrets:
    """Change what senders sign with, and what providers are called with.

    Attributes:
        vault: Gives a secret of the stack: "connections", "webhooks", or a provider's name for its key.
        mode_of: Says of a provider, by its name, and a key what that key may do.
    """

    store: Store
    reviews: ReviewStore
    clock: Clock
    vault: Callable[[str], Vault]
    mode_of: Callable[[str, str], KeyMode]

    def begin(self, place: Place, newer: str, actor: str, reason: str) -> Rotated | NotRotated:
        """Have `newer` believed beside what is.

        Raises:
            SecretMissing: The secret has no value yet.
            StoreBusy: Somebody else changed it at this moment, or the line of the audit trail could not be written.
        """

        def added(valid: tuple[str, ...]) -> tuple[str, ...] | NotRotated:
            if newer == valid[0]:
                return valid
            if newer in valid:
                return NotRotated("that is the older secret: take the rotation back instead, with --undo")
            if len(valid) >= VALID_MOST:
                return NotRotated("it is being rotated already: finish that with --finish, or take it back with --undo")
            return (newer, *valid)

        return self._change(place, added, AuditAction.ROTATION_BEGUN, actor, reason)

    def finish(self, place: Place, actor: str, reason: str) -> Rotated | NotRotated:
        """Have the newest secret alone believed.

        Raises:
            SecretMissing: The secret has no value yet.
            StoreBusy: As above.
        """
        return self._change(place, lambda valid: valid[:1], AuditAction.ROTATION_FINISHED, actor, reason)

    def undo(self, place: Place, actor: str, reason: str) -> Rotated | NotRotated:
        """Have the newest secret not believed any more, if there is an older one.

        Raises:
            SecretMissing: The secret has no value yet.
            StoreBusy: As above.
        """
        return self._change(place, lambda valid: valid[1:] or valid, AuditAction.ROTATION_UNDONE, actor, reason)

    def replace_key(
        self, provider: str, key: str, actor: str, reason: str, *, another_account: bool = False
    ) -> Rotated | NotRotated:
        """Have a provider called with `key` from now on; everything else in its secret stays.

        A key of another account is taken only if that is meant, and nothing rests on the account before.

        Raises:
            SecretMissing: The secret has no value yet.
            StoreBusy: As above.
        """
        wrong = unusable(reason)
        if wrong is not None:
            return NotRotated(wrong)
        vault = self.vault(provider)
        known = vault.read()
        older = known.value.get("api_key")
        if older == key:
            return Rotated(1, again=True)
        # A secret that has no key yet has called nobody: any account is its first.
        before = self.mode_of(provider, older) if isinstance(older, str) and older else None
        newer = self.mode_of(provider, key)
        if another_account:
            wrong = not_at_rest(self.store, self.reviews, provider, self.clock.now())
        elif before is not None:
            wrong = other_environment(before, newer)
        if wrong is not None:
            return NotRotated(wrong)
        subject = Subject(SubjectKind.SECRET, f"key {provider}")
        self._keep(vault, known, {**known.value, "api_key": key})
        states = (f"{before or 'no'} key", f"{newer} key, of another account") if another_account else (None, None)
        self._tell(AuditAction.KEY_REPLACED, subject, actor, reason, states)
        return Rotated(1)

    def _change(
        self,
        place: Place,
        change: Callable[[tuple[str, ...]], tuple[str, ...] | NotRotated],
        action: AuditAction,
        actor: str,
        reason: str,
    ) -> Rotated | NotRotated:
        wrong = unusable(reason)
        if wrong is not None:
            return NotRotated(wrong)
        vault = self.vault("connections" if place.kind == "connection" else "webhooks")
        known = vault.read()
        before = place.valid(known.value)
        if not before:
            return NotRotated(f"there is none; there are: {', '.join(sorted(known.value)) or 'none yet'}")
        after = change(before)
        if isinstance(after, NotRotated):
            return after
        if after == before:
            return Rotated(len(after), again=True)
        self._keep(vault, known, place.changed(known.value, after))
        self._tell(action, place.subject, actor, reason, (_words(before), _words(after)))
        return Rotated(len(after))

    def _keep(self, vault: Vault, known: Kept, value: Mapping[str, Any]) -> None:
        if not vault.replace(known, value):
            raise StoreBusy("somebody else changed the secret at this moment: look and try again")

    def _tell(
        self,
        action: AuditAction,
        subject: Subject,
        actor: str,
        reason: str,
        states: tuple[str | None, str | None] = (None, None),
    ) -> None:
        at, (before, after) = self.clock.now(), states
        line = audited(action, subject, at=at, actor=actor, before=before, after=after, reason=reason)
        if self.store.commit((line,)) is not Committed.YES:
            raise StoreBusy("the secret is changed, and the audit trail has no line of it: AWS CloudTrail has")


def _words(valid: tuple[str, ...]) -> str:
    return "one secret valid" if len(valid) == 1 else f"{len(valid)} secrets valid"
