"""Guerdon: referral rewards that are paid exactly once, and a ledger that proves it."""
