"""Connect what was deployed: secrets on both sides, the sender's identity, webhooks, and how to find it all."""

import json
import secrets
import shlex
import urllib.request
from base64 import b64encode
from typing import TypedDict

from local.cloud.settings import MAIL_FROM, REGION, STACK, LocalCloud

CONNECTION = "demo"
SANDBOX_SECONDS = 10


class WebhookSecrets(TypedDict):
    """What each provider signs its webhooks with."""

    tremendous: str
    lob: str
    stripe: str
    printful: str


class LocalSecrets(TypedDict):
    """The secrets of one local cloud, made once."""

    connection: str
    console: str
    webhooks: WebhookSecrets


def local_secrets(cloud: LocalCloud) -> LocalSecrets:
    """Return this cloud's secrets, each made when it is first asked for; only the owner of their file can read it."""
    path = cloud.home / "secrets.json"
    path.touch(mode=0o600)
    made: LocalSecrets = json.loads(path.read_text() or "{}")
    kept: LocalSecrets = {**new_secrets(), **made}
    if kept != made:
        path.write_text(json.dumps(kept, indent=2))
    return kept


def new_secrets() -> LocalSecrets:
    """Make secrets in the form that each sender uses."""
    return {
        "console": secrets.token_urlsafe(12),
        "connection": f"whsec_{b64encode(secrets.token_bytes(32)).decode()}",
        "webhooks": {
            "tremendous": secrets.token_hex(32),
            "lob": secrets.token_hex(32),
            "stripe": f"whsec_{secrets.token_hex(32)}",
            "printful": secrets.token_hex(32),
        },
    }


def stack_secrets(local: LocalSecrets) -> dict[str, dict[str, object]]:
    """Return the value of each secret of the stack, by the name of its output."""
    return {
        "ConnectionsSecret": {
            CONNECTION: {"source": "standard", "source_account": "demo-crm", "secrets": [local["connection"]]}
        },
        "WebhooksSecret": {provider: [secret] for provider, secret in local["webhooks"].items()},
        "TremendousSecret": {"api_key": "TEST_local", "funding_source_id": "balance", "campaign_id": "SANDBOXCAMPAIGN"},
        "LobSecret": {"api_key": "test_local", "bank_account": "bank_local", "from_address": "adr_local"},
        "StripeSecret": {"api_key": "sk_test_local"},
        "PrintfulSecret": {"api_key": "local", "store_id": "1"},
    }


def put_secrets(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    """Put the local secrets into the stack's, where they differ."""
    client = cloud.session().client("secretsmanager", endpoint_url=cloud.endpoint)
    for output, value in stack_secrets(local_secrets(cloud)).items():
        wanted = json.dumps(value)
        if client.get_secret_value(SecretId=outputs[output])["SecretString"] != wanted:
            client.put_secret_value(SecretId=outputs[output], SecretString=wanted)


def verify_sender(cloud: LocalCloud) -> None:
    """Make the sender's address one that SES sends from."""
    client = cloud.session().client("ses", endpoint_url=cloud.endpoint)
    client.verify_email_identity(EmailAddress=MAIL_FROM)


def register_webhooks(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    """Tell the provider sandbox where its webhooks go and what it signs them with."""
    target = {
        "url": f"{api_url(cloud, outputs)}/provider-updates/{{provider}}",
        "secrets": local_secrets(cloud)["webhooks"],
    }
    request = urllib.request.Request(  # noqa: S310  the URL is ours, on 127.0.0.1
        f"{cloud.sandbox_url}/_sandbox/webhooks",
        data=json.dumps(target).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=SANDBOX_SECONDS):  # noqa: S310  as above
        pass


def api_url(cloud: LocalCloud, outputs: dict[str, str]) -> str:
    """Return the API's URL in the form that needs no name to be resolved; %24default is its stage, $default."""
    return f"{cloud.endpoint}/_aws/execute-api/{outputs['ApiId']}/%24default"


def write_environment(cloud: LocalCloud, outputs: dict[str, str]) -> None:
    """Write the file that a shell can source to have the command line speak to this cloud."""
    values = cloud.aws_environment() | {
        "AWS_REGION": REGION,
        "GUERDON_STACK": STACK,
        "GUERDON_API_URL": api_url(cloud, outputs),
        "GUERDON_CONNECTION": CONNECTION,
        "GUERDON_CONSOLE_PASSWORD": local_secrets(cloud)["console"],
        "GUERDON_CONSOLE_URL": outputs["ConsoleUrl"],
        "GUERDON_CONNECTION_SECRET": local_secrets(cloud)["connection"],
        "GUERDON_SANDBOX_URL": cloud.sandbox_url,
        "GUERDON_INBOX_URL": cloud.inbox_url,
        "GUERDON_LOCAL": str(cloud.home),
    }
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in sorted(values.items())]
    cloud.environment_file.touch(mode=0o600)
    cloud.environment_file.write_text("".join(lines))
