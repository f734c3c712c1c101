"""Stripe: bill credits (customer balance transactions), as its HTTP API answers."""
