"""One folder per provider, with the same file names in each.

    capabilities.py   what it can carry, as data, and what an order lacks for it; loads nothing
    client.py         its HTTP API: paths, keys, and the shapes of what it answers
    payouts.py        the PayoutProvider: what to send, and what its statuses mean in our words
    webhooks.py       whether a webhook is its own, and what the webhook is a hint about

`classify.py` alone decides what a failed call proves; `build.py` finds a provider by name and loads only that one.
The names inside are the same too (CAPABILITIES and unmet, Payouts, verify and hint_from), so that a new provider is
a folder with these four files and its line in `domain/channel.py`.

What each provider calls the things that Guerdon relies on:

| provider   | our reference is                                | repetitions are one for | settled when           |
|------------|-------------------------------------------------|-------------------------|------------------------|
| tremendous | external_id                                     | good                    | EXECUTED               |
| lob        | Idempotency-Key and metadata.guerdon_attempt    | 24 h                    | mailed, or window over |
| stripe     | Idempotency-Key and metadata.guerdon_attempt    | 24 h                    | created                |
| printful   | external_id of a draft; only confirming it pays | no time at all          | fulfilled              |
"""
