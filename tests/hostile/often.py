"""How many generated requests of each kind are played: their sum is what the documentation says."""

from typing import Final

FORGED_DELIVERIES: Final = 90
UNREADABLE_BODIES: Final = 80
WRONG_FIELDS: Final = 40
MISSING_FIELDS: Final = 10
RIGHT_DELIVERIES: Final = 12
LARGEST_BODIES: Final = 4

FORGED_UPDATES: Final = 40
UPDATES_ABOUT_NOTHING: Final = 60
HINTS: Final = 25

WRONG_FRAMES: Final = 60
"""Of each: a body too large, another media type, nobody's address, base64 that is none."""
