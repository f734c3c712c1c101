"""The demo: the sample programs and events on the local cloud, followed from the webhook to the books.

history/          a year before today, invented, played by the production use cases and loaded once
differences.py    one difference of each kind in the providers' statements, planted and found
expectations.py   events/expected.json: what is sent, and what has to become of it
progress.py       what is known of each delivery so far
course.py         publish, arm, send and follow until everything came to rest
screen.py         progress, live in a terminal, a line for each change elsewhere
report.py         what it came to: rewards, what paid nothing, books and till
sandbox.py        the till of the provider sandbox
"""
