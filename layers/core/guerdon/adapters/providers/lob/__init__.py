"""Checks by Lob. Its documentation: docs.lob.com."""
