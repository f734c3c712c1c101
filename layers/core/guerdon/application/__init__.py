"""One module per use case. Each returns its transaction as data and reaches the world through ports only."""
