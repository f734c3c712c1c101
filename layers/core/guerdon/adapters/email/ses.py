"""Sending mail with Amazon SES (API version 2).

SES has no idempotency key: a send whose answer was lost and that is made again is a second mail. The caller records
what went out, which keeps that to a crash between the two.
"""

import re
from typing import TYPE_CHECKING, Final

from botocore import exceptions as botocore_errors

from guerdon.adapters.email.render import MailRenderer
from guerdon.application.ports import Declined, Mail
from guerdon.domain.errors import BusUnavailable

if TYPE_CHECKING:
    from types_boto3_sesv2 import SESV2Client

RECIPIENT_INVALID: Final = "recipient-invalid"
"""The address is none that SES takes; nothing was asked of it."""

DECLINES: Final = {
    "MessageRejected": "message-rejected",
    # The address looked right to us and not to SES.
    "BadRequestException": "request-invalid",
}
"""SES error code -> the reason that is recorded, for what is wrong with this one mail whoever looks into it.

Any other is worth another try, and then the dead-letter queue, whose alarm a person hears and from which it can be
redriven once the cause is gone: TooManyRequestsException, LimitExceededException (the day's quota),
SendingPausedException, AccountSuspendedException, MailFromDomainNotVerifiedException, NotFoundException (the sender's
identity is not there), missing permissions, 5xx.
"""

_NOT_VERIFIED: Final = "is not verified"
"""What SES says in a MessageRejected for want of a verified identity: of every mail, in a new account."""

# One address and nothing else: no second recipient, no display name, no header of its own. SES takes ASCII only; an
# international domain has to come as punycode.
_ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}", re.ASCII)


class SesMailer:
    """Renders mail and sends it. No address, name or body is ever in what it raises."""

    def __init__(self, client: "SESV2Client", sender: str) -> None:
        self._client = client
        self._sender = sender
        self._renderer = MailRenderer()

    def send(self, mail: Mail) -> str | Declined:
        """The SES message id, or why it was declined (see DECLINES).

        Raises:
            BusUnavailable: SES was away, throttled us or did not let us; sending again may succeed.
        """
        if not _ADDRESS.fullmatch(mail.to):
            return Declined(RECIPIENT_INVALID)
        rendered = self._renderer.render(mail)
        try:
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [mail.to]},
                Content={
                    "Simple": {
                        "Subject": {"Data": rendered.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": rendered.text, "Charset": "UTF-8"},
                            "Html": {"Data": rendered.html, "Charset": "UTF-8"},
                        },
                    }
                },
            )
        except botocore_errors.ClientError as error:
            code = error.response["Error"]["Code"]
            if code in DECLINES and _NOT_VERIFIED not in error.response["Error"].get("Message", ""):
                return Declined(DECLINES[code])
            # SES repeats addresses in its messages, so only the code is passed on, and not the error as a cause.
            raise BusUnavailable(f"the mail service answered {code}") from None
        except (botocore_errors.ConnectionError, botocore_errors.HTTPClientError) as error:
            raise BusUnavailable(f"the mail service was not reached: {type(error).__name__}") from None
        return answer["MessageId"]
