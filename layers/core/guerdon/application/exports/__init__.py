"""The journal for accountants: its entries in a period, dated, and mapped to a chart of accounts."""
