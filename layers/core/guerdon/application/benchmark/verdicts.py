"""One figure beside the field's: above, below, about the same, or too few to say."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from guerdon.application.benchmark.statistics import Interval

NEAR_SHARE: Final = 0.05
"""Figures within this share of the field's are about the same: nobody acts on a smaller difference."""


class Verdict(StrEnum):
    """How a figure compares."""

    ABOVE = "above"
    BELOW = "below"
    ABOUT = "about"
    TOO_FEW = "too_few"
    LACKING = "lacking"

    @property
    def words(self) -> str:
        """As a table shows it."""
        return {
            Verdict.ABOVE: "above",
            Verdict.BELOW: "below",
            Verdict.ABOUT: "about the same",
            Verdict.TOO_FEW: "too few to say",
            Verdict.LACKING: "not in the file",
        }[self]


class Unit(StrEnum):
    """What figures are in; `rounding` is half of the last place that the survey publishes."""

    SHARE = "share"
    LEADS = "leads"
    USD = "USD"

    @property
    def rounding(self) -> float:
        """Half of the last published place."""
        return {Unit.SHARE: 0.005, Unit.LEADS: 0.005, Unit.USD: 0.5}[self]

    def text(self, figure: float) -> str:
        """A figure as people read it."""
        match self:
            case Unit.SHARE:
                return f"{100 * figure:.1f}".removesuffix(".0") + " %"
            case Unit.LEADS:
                return f"{figure:.2f}"
            case Unit.USD:
                return f"{figure:,.2f} USD"

    def axis(self, figure: float) -> str:
        """A figure as an axis writes it, short."""
        return f"{100 * figure:g} %" if self is Unit.SHARE else f"{figure:g}"

    def difference(self, difference: float) -> str:
        """How far two figures are apart: shares in percentage points."""
        shown, places, after = {
            Unit.SHARE: (100 * difference, 1, " pts"),
            Unit.LEADS: (difference, 2, ""),
            Unit.USD: (difference, 2, " USD"),
        }[self]
        rounded = round(shown, places)
        return f"{rounded:+,.{places}f}{after}" if rounded else f"{0:.{places}f}{after}"


@dataclass(frozen=True, slots=True)
class Published:
    """A figure of the field.

    Attributes:
        below: Whether it was published as "less than" this figure.
    """

    figure: float
    unit: Unit
    below: bool = False

    @property
    def words(self) -> str:
        """As people read it; amounts as they were published, in whole USD."""
        if self.unit is Unit.USD:
            return f"{self.figure:,.0f} USD"
        return f"{'< ' if self.below else ''}{self.unit.text(self.figure)}"


@dataclass(frozen=True, slots=True)
class Measured:
    """The same figure of one program.

    Attributes:
        sample: How many it is from, of `counted`, such as "leads".
        enough: Whether there are so many that the interval means anything.
    """

    figure: float
    interval: Interval
    sample: int
    counted: str
    enough: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison.

    Attributes:
        key: Stable and unique, for scripts.
        label: What is compared, in words.
        short: The same where there is little room; empty if the label is short enough.
        measured: None if the file lacks what it needs, and `lacking` says what that is.
    """

    key: str
    label: str
    published: Published
    measured: Measured | None
    lacking: str = ""
    short: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the figure is the field's.

        Above or below: the whole interval is beyond what is about the field's, which is within NEAR_SHARE of it, or
        within its rounding if that is more. About the same: the interval reaches into that, and no farther than twice
        as far from the field's figure. Otherwise the sample is too small to say.
        """
        measured, told = self.measured, self.published
        if measured is None:
            return Verdict.LACKING
        if not measured.enough:
            return Verdict.TOO_FEW
        near = max(told.figure * NEAR_SHARE, told.unit.rounding)
        low, high = (0.0 if told.below else told.figure - near), told.figure + near
        if measured.interval.low > high:
            return Verdict.ABOVE
        if measured.interval.high < low:
            return Verdict.BELOW
        within = measured.interval.low >= low - near and measured.interval.high <= high + near
        return Verdict.ABOUT if within else Verdict.TOO_FEW

    @property
    def difference(self) -> float | None:
        """Yours less the field's; None where there is none of yours, or the field's is only known as "less than"."""
        if self.measured is None or self.published.below:
            return None
        return self.measured.figure - self.published.figure

    @property
    def sentence(self) -> str:
        """What the line says."""
        measured, told = self.measured, self.published
        if measured is None:
            return self.lacking
        text = told.unit.text
        sample = f"{measured.sample:,} {measured.counted}"
        if not measured.enough:
            return f"Too few to say: {sample}."
        likely = f"{text(measured.interval.low)} to {text(measured.interval.high)}"
        match self.verdict:
            case Verdict.TOO_FEW:
                return f"Too few to say: by {sample} it may be {likely}, and the field's {told.words} is not ruled out."
            case Verdict.ABOUT:
                return f"About the field's {told.words}: {text(measured.figure)} by {sample}, likely {likely}."
            case verdict:
                side = "Above" if verdict is Verdict.ABOVE else "Below"
                return f"{side} the field's {told.words}: {text(measured.figure)} by {sample}, likely {likely}."


@dataclass(frozen=True, slots=True)
class Chapter:
    """Lines that belong together.

    Attributes:
        source: Where the field's figures stand.
        note: What a reader has to know about how yours are counted.
    """

    key: str
    title: str
    source: str
    lines: tuple[Line, ...]
    note: str
