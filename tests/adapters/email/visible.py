"""What a reader of an HTML mail sees, as lines of text."""

from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "h1", "td", "div", "title"})


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.tags: set[str] = set()
        self._line = ""
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.add(tag)
        self._in_style = tag == "style"
        if tag in _BLOCKS:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        if tag in _BLOCKS:
            self._end_line()

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self._line += data

    def _end_line(self) -> None:
        line = " ".join(self._line.split())
        if line:
            self.lines.append(line)
        self._line = ""


def visible_lines(html: str) -> list[str]:
    """Each block's text, in order; the first is the title, the second the preview that mail programs list."""
    return _parsed(html).lines


def tags_of(html: str) -> set[str]:
    """The names of all elements."""
    return _parsed(html).tags


def _parsed(html: str) -> _Visible:
    parser = _Visible()
    parser.feed(html)
    parser.close()
    return parser
