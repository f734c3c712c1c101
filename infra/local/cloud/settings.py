"""Where one local cloud lives: its folder, its ports and what its programs are told through their environment."""

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import boto3

ROOT = Path(__file__).resolve().parents[3]
REGION = "us-east-1"
STACK = "guerdon"
MAIL_FROM = "rewards@guerdon.example"
FINANCE_MAIL = "finance@guerdon.example"

# The variable that moves each port, and the port if it isn't set.
PORTS = {
    "GUERDON_EMULATOR_PORT": 4566,
    "GUERDON_SANDBOX_PORT": 4570,
    "GUERDON_SMTP_PORT": 4571,
    "GUERDON_INBOX_PORT": 4572,
}

# Functions call AWS at the emulator's own port unless this names another, where something passes their calls on to it.
FUNCTIONS_PORT = "GUERDON_FUNCTIONS_PORT"

# How long the mail about what was earned waits for the payment, in seconds.
EARNED_MAIL_AFTER = "GUERDON_EARNED_MAIL_AFTER"
QUEUE_DELAY_SECONDS_MOST = 900

# The emulator lets this caller do everything, as AWS lets an account's root; functions run under their own roles.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


class SettingError(Exception):
    """A setting cannot be used; the message says which one and what it should be."""


@dataclass(frozen=True, slots=True)
class LocalCloud:
    """One local cloud. Two with different folders and ports run side by side.

    Attributes:
        functions_port: Where the functions call AWS; None for the emulator's own port.
        earned_mail_after: The template's EarnedMailAfter, in seconds. Here both mails are told by themselves unless
            asked otherwise: nobody who tries it out waits for minutes.
    """

    home: Path
    emulator_port: int
    sandbox_port: int
    smtp_port: int
    inbox_port: int
    functions_port: int | None = None
    earned_mail_after: int = 0

    @property
    def endpoint(self) -> str:
        """The URL that stands for every AWS service."""
        return f"http://127.0.0.1:{self.emulator_port}"

    @property
    def functions_endpoint(self) -> str:
        """The same as the functions see it: everybody else speaks to the emulator itself."""
        return f"http://127.0.0.1:{self.functions_port or self.emulator_port}"

    @property
    def sandbox_url(self) -> str:
        """The provider sandbox."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def inbox_url(self) -> str:
        """The mail inbox."""
        return f"http://127.0.0.1:{self.inbox_port}"

    @property
    def logs(self) -> Path:
        """The folder with one log for each program."""
        return self.home / "logs"

    @property
    def state(self) -> Path:
        """The folder in which the programs keep what survives `make down`."""
        return self.home / "state"

    @property
    def environment_file(self) -> Path:
        """The file that the command line and the tests find this cloud by."""
        return self.home / "env"

    def session(self) -> boto3.Session:
        """Make a session for this cloud, whatever the machine is configured for; give its clients the endpoint."""
        return boto3.Session(
            region_name=REGION,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )

    def aws_environment(self) -> dict[str, str]:
        """Return the variables by which any AWS tool speaks to this cloud and to no other."""
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


def from_environment(environment: Mapping[str, str]) -> LocalCloud:
    """Read where the local cloud is to live.

    Raises:
        SettingError: A port is not a number between 1 and 65535, or is given twice; or a time is none.
    """
    ports = {name: read_port(name, environment.get(name) or str(default)) for name, default in PORTS.items()}
    functions_port = environment.get(FUNCTIONS_PORT)
    if functions_port:
        ports[FUNCTIONS_PORT] = read_port(FUNCTIONS_PORT, functions_port)
    if len(set(ports.values())) < len(ports):
        listing = ", ".join(f"{name}={port}" for name, port in ports.items())
        raise SettingError(f"Each program needs a port of its own: {listing}")
    return LocalCloud(
        home=(ROOT / (environment.get("GUERDON_LOCAL") or ".local")).resolve(),
        emulator_port=ports["GUERDON_EMULATOR_PORT"],
        sandbox_port=ports["GUERDON_SANDBOX_PORT"],
        smtp_port=ports["GUERDON_SMTP_PORT"],
        inbox_port=ports["GUERDON_INBOX_PORT"],
        functions_port=ports.get(FUNCTIONS_PORT),
        earned_mail_after=read_seconds(EARNED_MAIL_AFTER, environment.get(EARNED_MAIL_AFTER) or "0"),
    )


def read_seconds(name: str, text: str) -> int:
    """Read for how long a queue keeps a message back.

    Raises:
        SettingError: The text is not a number between 0 and 900.
    """
    if not text.isdecimal() or int(text) > QUEUE_DELAY_SECONDS_MOST:
        raise SettingError(f"{name} should be seconds, a number between 0 and 900, and is {text!r}")
    return int(text)


def read_port(name: str, text: str) -> int:
    """Read a port.

    Raises:
        SettingError: The text is not a number between 1 and 65535.
    """
    if not text.isdecimal() or not 0 < int(text) < 65536:  # noqa: PLR2004  the range of ports is 16 bits everywhere
        raise SettingError(f"{name} should be a port, a number between 1 and 65535, and is {text!r}")
    return int(text)


def python_version() -> str:
    """Return this interpreter's version as Lambda names it, such as 3.13."""
    return f"{sys.version_info.major}.{sys.version_info.minor}"


def architecture() -> str:
    """Return this machine's architecture as Lambda names it: arm64 or x86_64."""
    return "arm64" if platform.machine().lower() in {"arm64", "aarch64"} else "x86_64"
