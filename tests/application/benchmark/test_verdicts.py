import pytest

from guerdon.application.benchmark.statistics import Interval
from guerdon.application.benchmark.verdicts import Line, Measured, Published, Unit, Verdict

THIRTEEN = Published(0.13, Unit.SHARE)
LESS_THAN_ONE = Published(0.01, Unit.SHARE, below=True)


def line(published: Published, low: float, figure: float, high: float, *, enough: bool = True) -> Line:
    return Line("k", "All", published, Measured(figure, Interval(low, high), 1234, "leads", enough=enough))


# About 13 % is from 12.35 % to 13.65 %, and its interval may reach from 11.7 % to 14.3 %.
@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.1366, 0.2, Verdict.ABOVE),
        (0.05, 0.1234, Verdict.BELOW),
        (0.1364, 0.143, Verdict.ABOUT),
        (0.1171, 0.1429, Verdict.ABOUT),
        (0.1364, 0.144, Verdict.TOO_FEW),
        (0.116, 0.14, Verdict.TOO_FEW),
        (0.0, 1.0, Verdict.TOO_FEW),
    ],
)
def test_the_interval_decides(low: float, high: float, verdict: Verdict) -> None:
    assert line(THIRTEEN, low, (low + high) / 2, high).verdict is verdict


def test_a_figure_published_as_less_than_is_met_by_anything_below() -> None:
    assert line(LESS_THAN_ONE, 0.0, 0.001, 0.002).verdict is Verdict.ABOUT
    assert line(LESS_THAN_ONE, 0.03, 0.04, 0.05).verdict is Verdict.ABOVE
    assert line(LESS_THAN_ONE, 0.0, 0.01, 0.05).verdict is Verdict.TOO_FEW
    assert line(LESS_THAN_ONE, 0.0, 0.001, 0.002).difference is None


def test_a_published_zero_has_its_rounding_around_it() -> None:
    assert line(Published(0.0, Unit.SHARE), 0.0, 0.002, 0.004).verdict is Verdict.ABOUT
    assert line(Published(0.0, Unit.SHARE), 0.006, 0.01, 0.02).verdict is Verdict.ABOVE


def test_too_small_a_sample_says_nothing_whatever_its_interval() -> None:
    small = line(THIRTEEN, 0.5, 0.5, 0.5, enough=False)
    assert small.verdict is Verdict.TOO_FEW
    assert small.sentence == "Too few to say: 1,234 leads."


@pytest.mark.parametrize(
    ("low", "figure", "high", "sentence"),
    [
        (0.15, 0.172, 0.19, "Above the field's 13 %: 17.2 % by 1,234 leads, likely 15 % to 19 %."),
        (0.05, 0.06, 0.07, "Below the field's 13 %: 6 % by 1,234 leads, likely 5 % to 7 %."),
        (0.125, 0.131, 0.137, "About the field's 13 %: 13.1 % by 1,234 leads, likely 12.5 % to 13.7 %."),
        (
            0.05,
            0.1,
            0.2,
            "Too few to say: by 1,234 leads it may be 5 % to 20 %, and the field's 13 % is not ruled out.",
        ),
    ],
)
def test_a_line_says_it_in_a_sentence(low: float, figure: float, high: float, sentence: str) -> None:
    assert line(THIRTEEN, low, figure, high).sentence == sentence


def test_what_is_lacking_is_said() -> None:
    lacking = Line("k", "All", THIRTEEN, None, "Needs leads.")
    assert (lacking.verdict, lacking.sentence, lacking.difference) == (Verdict.LACKING, "Needs leads.", None)


@pytest.mark.parametrize(
    ("unit", "figure", "text", "difference"),
    [
        (Unit.SHARE, 0.0951, "9.5 %", "+9.5 pts"),
        (Unit.SHARE, -0.00001, "-0 %", "0.0 pts"),
        (Unit.LEADS, 0.874, "0.87", "+0.87"),
        (Unit.LEADS, -1.5, "-1.50", "-1.50"),
        (Unit.USD, 1234.5, "1,234.50 USD", "+1,234.50 USD"),
    ],
)
def test_figures_are_written_in_their_unit(unit: Unit, figure: float, text: str, difference: str) -> None:
    assert unit.text(figure) == text
    assert unit.difference(figure) == difference


def test_published_amounts_are_written_as_they_were_published() -> None:
    assert Published(111, Unit.USD).words == "111 USD"
    assert LESS_THAN_ONE.words == "< 1 %"
