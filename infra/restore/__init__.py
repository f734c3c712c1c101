"""Bring a stack's tables back to what restored copies of them hold; docs/restore.md is the procedure."""
