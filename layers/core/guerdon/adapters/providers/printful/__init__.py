"""Merchandise by Printful, version 2 of its API. Its documentation: developers.printful.com/docs/v2-beta."""
