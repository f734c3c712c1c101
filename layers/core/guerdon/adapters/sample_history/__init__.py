"""Invented history: what a referral program like those of the field would have lived through."""
