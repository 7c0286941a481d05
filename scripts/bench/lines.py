"""One line of the table: a figure, the limit beside it, the ratio that binds, and what a peer did."""

import dataclasses
import typing


@dataclasses.dataclass
class Line:
    """A figure and what it is held against."""

    row: str
    work: str
    figure: float
    unit: str
    limit: typing.Optional[float] = None
    limit_name: str = ""
    limit_unit: str = ""
    ratio: typing.Optional[float] = None
    at_least: typing.Optional[float] = None
    at_most: typing.Optional[float] = None
    peer: typing.Optional[float] = None
    peer_text: str = ""
    binds: str = ""
    commands: tuple = ()

    @property
    def met(self):
        """Whether what binds holds; nothing where nothing does."""
        if self.at_least is not None:
            return self.ratio >= self.at_least
        if self.at_most is not None:
            return self.ratio <= self.at_most
        return None

    @property
    def peer_ratio(self):
        """How many times the peer's figure."""
        return self.figure / self.peer if self.peer else None


def number(value):
    """A figure as a person reads it."""
    if value is None:
        return ""
    if abs(value) < 1000 and value == int(value):
        return f"{value:.0f}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def micros(value):
    """Microseconds as a person reads them."""
    return f"{value / 1000:.2f} ms" if value >= 1000 else f"{value:.0f} µs"
