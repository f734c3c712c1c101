"""The console of finance: pages, a JSON API and CSV files, all of them made from one list of operations.

`operations` says how an operation is declared, `registry` lists them all, `app` answers requests with them.
"""
