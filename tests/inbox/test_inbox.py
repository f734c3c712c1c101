import http.client
import json
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from inbox.conftest import RunningInbox
from local.inbox.__main__ import main
from local.inbox.server import listening_socket


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: str


def ask(inbox: RunningInbox, method: str, path: str, host: str = "localhost") -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", inbox.http_port, timeout=10)
    try:
        connection.request(method, path, headers={"Host": host})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode())
    finally:
        connection.close()


def send(inbox: RunningInbox, mail: EmailMessage | str, *recipients: str) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.smtp_port, timeout=10) as smtp:
        if isinstance(mail, str):
            smtp.sendmail("rewards@northwind.example", recipients, mail)
        else:
            smtp.send_message(mail)


def sample(subject: str = "You earned $500.00") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "rewards@northwind.example", "ada@example.com", subject
    mail.set_content("Hello Ada,\nyou earned 500 €.\n")
    mail.add_alternative("<p>Hello <b>Ada</b>, you earned 500 €.</p>", subtype="html")
    return mail


def ids(inbox: RunningInbox) -> list[str]:
    return [row["id"] for row in json.loads(ask(inbox, "GET", "/mails.json").body)]


def test_a_mail_that_was_sent_is_listed_the_newest_first(inbox: RunningInbox) -> None:
    send(inbox, sample("first"))
    send(inbox, sample("second 🎉"))
    rows = json.loads(ask(inbox, "GET", "/mails.json").body)
    assert [(row["to"], row["subject"], row["text"]) for row in rows] == [
        ("ada@example.com", "second 🎉", "Hello Ada,\nyou earned 500 €.\n"),
        ("ada@example.com", "first", "Hello Ada,\nyou earned 500 €.\n"),
    ]
    assert set(rows[0]) == {"id", "to", "subject", "date", "text"}
    page = ask(inbox, "GET", "/").body
    assert page.index("second 🎉") < page.index("first")


def test_a_mail_is_kept_as_it_came_and_half_a_mail_is_never_seen(inbox: RunningInbox) -> None:
    send(inbox, "To: a@example.com\r\nSubject: raw\r\n\r\nbody\r\n", "a@example.com", "b@example.com")
    (file,) = inbox.directory.iterdir()
    assert file.name == f"{ids(inbox)[0]}.eml"
    assert file.read_bytes() == (
        b"Delivered-To: a@example.com, b@example.com\r\nTo: a@example.com\r\nSubject: raw\r\n\r\nbody\r\n"
    )


def test_one_mail_shows_its_headers_its_text_and_a_frame_for_its_html(inbox: RunningInbox) -> None:
    send(inbox, sample())
    (mail_id,) = ids(inbox)
    page = ask(inbox, "GET", f"/mails/{mail_id}")
    assert page.status == 200
    assert f'<iframe sandbox src="/mails/{mail_id}/html"' in page.body
    assert "you earned 500 €." in page.body
    assert "<dt>From</dt><dd>rewards@northwind.example</dd>" in page.body
    assert "script-src" not in str(page.headers["Content-Security-Policy"])
    assert str(page.headers["Content-Security-Policy"]).startswith("default-src 'none'; style-src 'self';")
    framed = ask(inbox, "GET", f"/mails/{mail_id}/html")
    assert framed.body.strip() == "<p>Hello <b>Ada</b>, you earned 500 €.</p>"
    assert str(framed.headers["Content-Security-Policy"]).startswith("sandbox; default-src 'none';")


def test_a_hostile_mail_is_text_on_our_page(inbox: RunningInbox) -> None:
    attack = "<script>alert(1)</script>"
    send(inbox, f"To: {attack}\r\nSubject: {attack}\r\nX-Bad: {attack}\r\n\r\n{attack}\r\n", "a@example.com")
    (mail_id,) = ids(inbox)
    for path in ("/", f"/mails/{mail_id}"):
        page = ask(inbox, "GET", path).body
        assert "<script" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert ask(inbox, "GET", f"/mails/{mail_id}/html").status == 404


def test_a_mail_in_an_unknown_character_set_is_still_shown(inbox: RunningInbox) -> None:
    send(inbox, "Subject: odd\r\nContent-Type: text/plain; charset=x-none\r\n\r\nstill here\r\n", "a@example.com")
    (row,) = json.loads(ask(inbox, "GET", "/mails.json").body)
    assert (row["to"], row["subject"], row["text"]) == ("a@example.com", "odd", "still here\n")


def test_clearing_deletes_every_mail_and_reading_deletes_none(inbox: RunningInbox) -> None:
    send(inbox, sample())
    send(inbox, sample())
    assert ask(inbox, "GET", "/mails").status == 405
    assert len(ids(inbox)) == 2
    assert json.loads(ask(inbox, "DELETE", "/mails").body) == {"deleted": 2}
    assert ids(inbox) == []
    assert "No mail yet" in ask(inbox, "GET", "/").body


@pytest.mark.parametrize("mail_id", ["nothing", "0000000000000000000-00000000", "..%2f..%2fetc%2fpasswd", "%2e%2e"])
def test_an_id_that_is_no_mails_is_not_found(inbox: RunningInbox, mail_id: str) -> None:
    answer = ask(inbox, "GET", f"/mails/{mail_id}")
    assert answer.status == 404


def test_a_foreign_host_name_reads_nothing(inbox: RunningInbox) -> None:
    send(inbox, sample())
    answer = ask(inbox, "GET", "/mails.json", host="evil.example")
    assert answer.status == 400
    assert "ada@example.com" not in answer.body


def test_mail_survives_a_restart(inbox: RunningInbox, tmp_path: Path) -> None:
    send(inbox, sample("kept"))
    from_disk = [path.name for path in (tmp_path / "mails").iterdir()]
    assert from_disk == [f"{ids(inbox)[0]}.eml"]


@pytest.mark.parametrize("option", ["--smtp-port", "--http-port"])
def test_a_port_in_use_is_named_with_the_option_that_chooses_another(
    option: str, tmp_path: Path, socket_enabled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    del socket_enabled  # It is asked for what it does, and says nothing.
    ports = {"--smtp-port": "0", "--http-port": "0"}
    with listening_socket(option, 0) as taken:
        port = taken.getsockname()[1]
        ports[option] = str(port)
        arguments = [text for pair in ports.items() for text in pair]
        assert main([*arguments, "--state", str(tmp_path / "mails")]) == 1
    assert capsys.readouterr().err == (
        f"The mail inbox cannot start: it cannot listen on 127.0.0.1:{port}: another program is using it. "
        f"Choose another port with {option} PORT.\n"
    )
    assert not (tmp_path / "mails").exists()
