"""Make somebody who may sign in to the local console in each role, and say how."""

from dataclasses import dataclass

from botocore.exceptions import ClientError

from local.cloud.connections import local_secrets
from local.cloud.settings import LocalCloud

ROLES = ("viewer", "finance", "admin")


@dataclass(frozen=True, slots=True)
class ConsoleAccess:
    """How to get into the local console.

    Attributes:
        addresses: Of the local users, by their roles.
        password: The same for all of them; it opens nothing but this machine's emulator.
    """

    url: str
    addresses: dict[str, str]
    password: str


def console_access(cloud: LocalCloud, outputs: dict[str, str]) -> ConsoleAccess:
    """Return how to get into the console of this cloud."""
    addresses = {role: f"{role}@guerdon.example" for role in ROLES}
    return ConsoleAccess(outputs["ConsoleUrl"], addresses, local_secrets(cloud)["console"])


def make_users(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    """Make the users that are missing; the password of those that are there stays what it is."""
    client = cloud.session().client("cognito-idp", endpoint_url=cloud.endpoint)
    pool, access = outputs["ConsoleUsers"], console_access(cloud, outputs)
    for role, address in access.addresses.items():
        try:
            client.admin_create_user(
                UserPoolId=pool,
                Username=address,
                UserAttributes=[{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}],
                TemporaryPassword=access.password,
                MessageAction="SUPPRESS",
            )
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "UsernameExistsException":
                raise
            continue
        client.admin_set_user_password(UserPoolId=pool, Username=address, Password=access.password, Permanent=True)
        client.admin_add_user_to_group(UserPoolId=pool, Username=address, GroupName=role)
