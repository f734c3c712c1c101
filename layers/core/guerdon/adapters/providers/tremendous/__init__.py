"""Gift cards by Tremendous. Its documentation: developers.tremendous.com."""
