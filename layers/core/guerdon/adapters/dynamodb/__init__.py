"""The store in DynamoDB: PynamoDB models, one per kind of row, and the translation of transactions."""
