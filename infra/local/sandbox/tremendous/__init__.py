"""Tremendous: gift cards, as its HTTP API answers."""
