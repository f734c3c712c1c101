"""Plays so many generated requests, and counts them: the same ones in every run and on every machine."""

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hostile.edge import Edge

_T = TypeVar("_T")


def play(edge: Edge, times: int, requests: st.SearchStrategy[_T], check: Callable[[_T], object]) -> None:
    """Have `times` generated requests checked, and hold that at least so many were answered.

    A request that fails its check is made as small as it can be, and shown.
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
