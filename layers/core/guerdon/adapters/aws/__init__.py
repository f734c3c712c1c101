"""AWS's own services: event bus, queues, workflow, secrets, and the clock."""
