"""A year of invented history, so that a new local stack has books to look at.

programs/     the programs that it is lived under; one has two versions
names.py      who the invented people are
telling.py    what the CRM tells in that year, message by message
providers.py  the provider sandbox of that year, on the year's own clock
month_ends.py the bank's statement each month, and the closing of every month but the last
playing.py    the production use cases, played through the year over a store in memory
loading.py    what was played, written into the stack and the sandbox once
"""
