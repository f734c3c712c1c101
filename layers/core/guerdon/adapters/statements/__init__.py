"""Statements as files that a person exported at a provider."""
