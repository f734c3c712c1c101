"""What the first invocation of each function builds, so that a process of its own can do the same.

Nothing is called: a secret that would be read from AWS is made up, and everything after it is built as it would be.
"""

import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
ON_THE_WAY_OF_A_DEAL = sorted(set(FUNCTIONS) - {"finance_console", "notify", "reconcile", "seal_ledger", "sweep"})

LAYERS = {
    "finance_console": ("console",),
    "notify": ("mail",),
    "pay_bill_credit": ("stripe",),
    # Built here as that of Tremendous; that of Stripe has Stripe's layer.
    "reconcile": (),
}
"""The layers of a function beside those that all share, core and dependencies."""

SECRETS = {
    "pay_gift_card": {"api_key": "k", "funding_source_id": "balance", "campaign_id": "c"},
    "pay_check": {"api_key": "k", "bank_account": "bank_1", "from_address": "adr_1"},
    "pay_bill_credit": {"api_key": "sk_test_1"},
    "pay_merchandise": {"api_key": "k", "store_id": "1"},
}

CLIENTS = {
    "evaluate_rewards": ("stepfunctions",),
    "notify": ("sesv2",),
    "pay_bill_credit": ("secretsmanager",),
    "pay_check": ("secretsmanager",),
    "pay_gift_card": ("secretsmanager",),
    "pay_merchandise": ("secretsmanager",),
    "receive_event": ("secretsmanager", "events"),
    "receive_provider_update": ("secretsmanager", "sqs"),
    "reconcile": ("secretsmanager",),
    "sweep": (),
}
"""The clients that a first invocation needs in the usual case, beside the store's; others are made when used."""

WITHOUT_STORE = {"receive_provider_update"}

TABLES = (
    "INBOX",
    "PEOPLE",
    "PROGRAMS",
    "DEALS",
    "COUNTERS",
    "REWARDS",
    "PAYOUTS",
    "ATTEMPTS",
    "JOURNAL",
    "SEALS",
    "STATEMENTS",
    "RECONCILIATION",
    "SETTINGS",
    "NOTICES",
    "SESSIONS",
)
QUEUES = ("NOTICES", "GIFT_CARD_HINTS", "CHECK_HINTS", "BILL_CREDIT_HINTS", "MERCHANDISE_HINTS")


def environment_of(name: str) -> dict[str, str]:
    """What the template sets for a function, with made up values; no PATH or PYTHONPATH."""
    return {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "POWERTOOLS_SERVICE_NAME": name,
        "EVENT_BUS": "bus",
        "STACK_NAME": "guerdon",
        "STATE_MACHINE_ARN": "arn:aws:states:us-east-1:000000000000:stateMachine:fulfillment",
        "CONNECTIONS_SECRET": "connections",
        "WEBHOOKS_SECRET": "webhooks",
        "PROVIDER_SECRET": "provider",
        "PROVIDER_URL": "https://provider.example",
        "CONSOLE_ORIGIN": "https://console.example",
        "SIGN_IN_CLIENT": "client",
        "SIGN_IN_ISSUER": "https://issuer.example",
        "SIGN_IN_KEYS_URL": "https://issuer.example/keys",
        "SIGN_IN_URL": "https://sign-in.example",
        "MAIL_FROM": "rewards@example.com",
        "FINANCE_MAIL": "finance@example.com",
        **{f"{table}_TABLE": table.lower() for table in TABLES},
        **{f"{queue}_QUEUE_URL": f"https://queue.example/{queue}" for queue in QUEUES},
    }


def building(name: str) -> str:
    """Python that builds what the function's first invocation builds, once its handler is imported."""
    build = f"bootstrap.{name}()"
    if name == "finance_console":
        build = "from guerdon.console.wiring import deployed_console\ndeployed_console()"
    if name in SECRETS:
        build = f"bootstrap._pay_step(Channel({name.removeprefix('pay_')!r}), {json.dumps(SECRETS[name])!r})"
    if name == "reconcile":
        build = f"bootstrap._reconcile('tremendous', {json.dumps(SECRETS['pay_gift_card'])!r})"
    return f"from guerdon import bootstrap\nfrom guerdon.domain.channel import Channel\n{build}\n"


def clients(name: str) -> str:
    """Python that makes the clients which the first invocation calls AWS by, once all is built."""
    made = [f"bootstrap._made({service!r})" for service in CLIENTS.get(name, ())]
    if name == "finance_console":
        made.append("bootstrap.finance_console().services.store.tables.connection.client")
    elif name not in WITHOUT_STORE:
        made.append("bootstrap._store().tables.connection.client")
    return "\n".join(made) + "\n"
