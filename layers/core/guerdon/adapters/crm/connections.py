"""The configured sources: who may send deal events, under which account, with which secrets.

They stand in one secret, so that an unknown connection costs no look-up and adding one needs no deployment:

    {"acme-crm": {"source": "standard", "source_account": "acme", "secrets": ["whsec_…", "whsec_…"]}}

Several secrets are valid at once while one rotates, the newest first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from guerdon.domain.errors import SecretMissing


@dataclass(frozen=True, slots=True)
class Connection:
    """One configured source.

    Attributes:
        name: The last part of the address that it sends to.
        source: Which of the folders beside this module reads it.
        source_account: Whose deals they are: two connections of one CRM account name the same one.
        secrets: What its sender may sign with, the newest first.
    """

    name: str
    source: str
    source_account: str
    secrets: tuple[str, ...]

    @property
    def newest_only(self) -> "Connection":
        """It, as if the newest secret were the only one."""
        return replace(self, secrets=self.secrets[:1])


def connection_named(name: str, configured: Mapping[str, object]) -> Connection | None:
    """The connection called `name`, or None.

    Raises:
        SecretMissing: It is configured, and lacks a field.
    """
    entry = configured.get(name)
    if entry is None:
        return None
    if not isinstance(entry, Mapping):
        raise SecretMissing("connections", name)
    secrets = entry.get("secrets")
    if not isinstance(secrets, list) or not all(isinstance(secret, str) for secret in secrets) or not secrets:
        raise SecretMissing("connections", f"{name}.secrets")
    source, account = entry.get("source"), entry.get("source_account")
    if not isinstance(source, str):
        raise SecretMissing("connections", f"{name}.source")
    if not isinstance(account, str) or not account:
        raise SecretMissing("connections", f"{name}.source_account")
    return Connection(name, source, account, tuple(secrets))
