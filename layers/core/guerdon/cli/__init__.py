"""The `guerdon` command: publish programs, judge and send events, follow a deal, read the books.

app.py             the command itself and its groups
publish.py evaluate.py send.py status.py ledger.py budgets.py arm.py
release.py redrive.py resend.py resolve.py    one module per command
waiting.py         the list of what waits for a person, which `guerdon status --waiting` prints
stack.py           what the commands need of a deployed stack; `wiring.py` alone opens a real one
program_check.py   whether the providers can carry what a program promises
sending.py         sign an event and POST it
output.py          tables, amounts and times for people
endings.py         exit statuses, and errors as one line
"""
