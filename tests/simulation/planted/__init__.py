"""Bugs that are planted on purpose, to see whether the simulator finds them. None of this is ever deployed."""
