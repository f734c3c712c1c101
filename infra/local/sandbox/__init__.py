"""The provider sandbox: Tremendous, Lob, Stripe and Printful played by one local server.

It answers like the four payout providers, remembers what money really moved (the till), sends
their signed webhooks, and does on demand what providers do on bad days (faults). Its own
controls live under `/_sandbox`; `local.sandbox.admin` lists them.
"""
