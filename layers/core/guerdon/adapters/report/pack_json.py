"""A month's pack as JSON: fields in the order of their declaration, so equal packs give equal text."""

import msgspec

from guerdon.application.month_end.pack import Pack


class PackJson:
    """Writes packs down, and reads them back."""

    def encode(self, pack: Pack) -> str:
        """The pack as text."""
        return msgspec.json.encode(pack).decode()

    def decode(self, text: str) -> Pack:
        """The pack that a text is of.

        Raises:
            ValueError: The text is of none; msgspec.ValidationError is one.
        """
        return msgspec.json.decode(text, type=Pack)
