"""What 1,000 payouts cost on AWS, and how much they write to any one key, by counting: `make bench-cost`.

__main__.py   the command
meter.py      stands between the functions and the emulator, and keeps every request
running.py    pays deals by a channel, waits until all is at rest, and counts
capacity.py   read and write units of DynamoDB, partition by partition, by AWS's published rules
shares.py     which keys are written to by which payouts
usage.py      the counts
prices.py     the price file, and a bill
standing.py   what a stack costs in a month by itself
report.py     the tables, in the terminal and in docs/cost.md
"""
