"""A person who is signed in, and what their role lets them do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody may do. Each role may do what the ones before it may."""

    VIEWER = "viewer"  # Reads everything and changes nothing.
    FINANCE = "finance"  # Decides about money: pauses, resumes, releases, voids, writes off, resolves, closes months.
    ADMIN = "admin"  # Arms channels, publishes programs and erases people, too.

    def may(self, needed: "Role") -> bool:
        """Whether this role is at least the one that is needed."""
        return _ORDER.index(self) >= _ORDER.index(needed)


_ORDER: Final = (Role.VIEWER, Role.FINANCE, Role.ADMIN)


def role_of(groups: Iterable[str]) -> Role | None:
    """The highest role among the groups that somebody is in; None if no group gives one."""
    roles = [role for role in _ORDER if role.value in set(groups)]
    return roles[-1] if roles else None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is signed in.

    Attributes:
        email: The claim of the identity provider. People who use the console are employees, never advocates.
    """

    email: str
    role: Role

    @property
    def actor(self) -> str:
        """How the books and the audit trail name them."""
        return f"console:{self.email}"
