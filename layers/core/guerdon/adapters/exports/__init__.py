"""Journals as files for other programs: one module a format, each with `refusals` and `write`."""
