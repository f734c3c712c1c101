"""Chance that a test can repeat."""

from random import Random


def luck(seed: int) -> Random:
    """Draws that are the same for the same seed."""
    return Random(seed)  # noqa: S311 - repeatable, not secret.
