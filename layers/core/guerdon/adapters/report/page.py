"""A report from a template: `templates/layout.html` is the page, and each report fills its blocks."""

from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(enabled_extensions=("html",), default_for_string=False, default=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, **content: object) -> str:
    """The report as HTML; a name that the template uses and nobody gave is an error, never an empty spot."""
    return _TEMPLATES.get_template(template).render(content)
