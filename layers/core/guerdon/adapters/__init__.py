"""How Guerdon speaks to the world: databases, queues, CRMs, providers, mail."""
