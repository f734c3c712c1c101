"""A program's own history beside what its field publishes about programs like it."""
