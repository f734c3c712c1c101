"""A mail as subject, plain text and HTML, from the templates beside this module."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from guerdon.adapters.email.phrases import phrases_of
from guerdon.application.ports import Mail


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """What goes out; all of it is personal data.

    Attributes:
        subject: One line.
    """

    subject: str
    text: str
    html: str


class MailRenderer:
    """Fills a template folder: `templates/<name>/{subject.txt,body.txt,body.html}`.

    A name that a template uses and nobody provides is an error, never an empty spot. HTML is escaped, whatever the
    text is.
    """

    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=False, default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def render(self, mail: Mail) -> RenderedMail:
        """Put a mail into words.

        Raises:
            jinja2.TemplateNotFound: There is no folder `mail.template`.
            jinja2.UndefinedError: The folder is not one for this kind of content.
        """
        phrases = phrases_of(mail.content)
        subject, text, html = (
            self._templates.get_template(f"{mail.template}/{part}").render(phrases)
            for part in ("subject.txt", "body.txt", "body.html")
        )
        return RenderedMail(" ".join(subject.split()), text, html)
