"""Lob: checks, as its HTTP API answers."""
