import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from adapters.email import samples
from guerdon.adapters.email.render import MailRenderer
from guerdon.adapters.email.ses import SesMailer
from guerdon.application.ports import Declined, Mail
from guerdon.domain.channel import Channel
from guerdon.domain.errors import BusUnavailable

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

SENDER = "rewards@northwind.example"


@pytest.fixture
def client() -> "SESV2Client":
    return boto3.client(
        "sesv2",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def stub(client: "SESV2Client") -> Iterator[Stubber]:
    with Stubber(client) as stubber:
        yield stubber


def test_it_sends_both_bodies_to_the_one_recipient(
    client: "SESV2Client", stub: Stubber, renderer: MailRenderer
) -> None:
    mail = samples.earned(Channel.GIFT_CARD)
    rendered = renderer.render(mail)
    stub.add_response(
        "send_email",
        {"MessageId": "0100019"},
        {
            "FromEmailAddress": SENDER,
            "Destination": {"ToAddresses": ["ada@example.com"]},
            "Content": {
                "Simple": {
                    "Subject": {"Data": rendered.subject, "Charset": "UTF-8"},
                    "Body": {
                        "Text": {"Data": rendered.text, "Charset": "UTF-8"},
                        "Html": {"Data": rendered.html, "Charset": "UTF-8"},
                    },
                }
            },
        },
    )
    assert SesMailer(client, SENDER).send(mail) == "0100019"
    stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [
        ("MessageRejected", 400, "message-rejected"),
        ("BadRequestException", 400, "request-invalid"),
    ],
)
def test_a_refusal_that_will_not_change_is_a_declined_mail(
    client: "SESV2Client", stub: Stubber, code: str, status: int, reason: str
) -> None:
    stub.add_client_error("send_email", code, "no: ada@example.com", status)
    assert SesMailer(client, SENDER).send(samples.earned(Channel.CHECK)) == Declined(reason)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("TooManyRequestsException", 429),
        ("LimitExceededException", 400),
        ("SendingPausedException", 400),
        ("AccountSuspendedException", 400),
        ("MailFromDomainNotVerifiedException", 400),
        ("NotFoundException", 404),
        ("AccessDeniedException", 403),
        ("InternalFailure", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_what_may_pass_is_raised_to_be_tried_again_and_names_nobody(
    client: "SESV2Client", stub: Stubber, code: str, status: int
) -> None:
    stub.add_client_error("send_email", code, "not for ada@example.com", status)
    with pytest.raises(BusUnavailable) as raised:
        SesMailer(client, SENDER).send(samples.earned(Channel.CHECK))
    assert str(raised.value) == f"the mail service answered {code}"
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_mail_of_an_account_whose_identity_is_not_verified_waits_for_a_person(
    client: "SESV2Client", stub: Stubber
) -> None:
    why = "Email address is not verified. The following identities failed the check: ada@example.com"
    stub.add_client_error("send_email", "MessageRejected", why, 400)
    with pytest.raises(BusUnavailable) as raised:
        SesMailer(client, SENDER).send(samples.earned(Channel.CHECK))
    assert str(raised.value) == "the mail service answered MessageRejected"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "ada@example.com\n",
        "ada@example.com, eve@example.com",
        "Ada <ada@example.com>",
        "ada byron@example.com",
        "ada@exämple.com",
        "a" * 65 + "@example.com",
    ],
)
def test_an_address_that_is_none_is_declined_before_anything_is_sent(
    client: "SESV2Client", stub: Stubber, address: str
) -> None:
    stub.add_response("send_email", {"MessageId": "never"})
    mail = Mail("payout_paid", address, samples.PAID)
    assert SesMailer(client, SENDER).send(mail) == Declined("recipient-invalid")
    with pytest.raises(AssertionError, match="1 responses remaining"):
        stub.assert_no_pending_responses()


@pytest.fixture
def unused_port(socket_enabled: None) -> int:
    del socket_enabled  # It is asked for what it does, and says nothing.
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def test_a_service_that_is_not_reached_is_tried_again(unused_port: int) -> None:
    nowhere = boto3.client(
        "sesv2",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        endpoint_url=f"http://127.0.0.1:{unused_port}",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=5),
    )
    with pytest.raises(BusUnavailable, match=r"^the mail service was not reached: EndpointConnectionError$"):
        SesMailer(nowhere, SENDER).send(samples.paid(Channel.CHECK))
