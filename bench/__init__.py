"""How fast the evaluation of rules is, side by side with another engine, and as programs grow: `make bench-rules`.

__main__.py   the command: it measures in an environment of its own, then writes docs/rules-speed.svg
measuring.py  calls a second, taken in turns so that a busy machine slows all alike
one_table.py  one table of rewards, as a program of ours and in the forms that zen-engine reads
against.py    ours and zen-engine's on that table: the same answers, then the speed
growing.py    ours on programs of 10 to 500 rules
measure.py    what runs in that environment: prints the ratios, and all as JSON for the plot
plot.py       the plot
"""
