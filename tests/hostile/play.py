"""Plays so many generated requests, and counts them.

They are drawn from a fixed seed, so that a run can be repeated; only which modules were loaded before it, from which
Hypothesis takes some of its constants, may change a few of them.
"""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hostile.edge import Edge

_T = TypeVar("_T")


def play(edge: Edge, times: int, requests: st.SearchStrategy[_T], check: Callable[[_T], object]) -> None:
    """Have `times` generated requests checked, and hold that at least so many were answered.

    The first that fails its check is shown as it is: making it smaller would take minutes.
    """

    @settings(
        max_examples=times,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(request=requests)
    def each(request: _T) -> None:
        check(request)

    before = edge.played
    each()
    assert edge.played - before >= times
