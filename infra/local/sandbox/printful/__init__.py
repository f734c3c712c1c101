"""Printful v2: merchandise, as its HTTP API answers."""
