"""What all played providers share: records, clock, till, faults, webhooks and the agenda."""
