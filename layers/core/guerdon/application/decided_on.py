"""Whether what a person decides about is still what they looked at."""

from guerdon.domain.payout import Payout


def gone_on(payout: Payout, run: int | None) -> str | None:
    """Why a decision about `run` of a payout comes too late; None if it does not.

    A form that is sent a second time, from a page that stood open or after the browser's "back", is about a run that
    is over: its person has not seen the check that was mailed since, nor what the payout waits for now.

    Args:
        payout: As it is now.
        run: The run that the person saw; None if they decide about the payout as it is.
    """
    if run is None or payout.run == run:
        return None
    return f"it has gone on since: it is {payout.status} in run {payout.run} now, and that was about run {run}"
