"""What a reward is and what money may do: pure Python, no clock, no network, no environment."""
