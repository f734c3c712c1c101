"""The `standard` source: our own deal event as the body of a Standard Webhooks message."""
