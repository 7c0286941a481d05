"""Line charts as SVG, for light and dark pages alike: no background, and colours of middle brightness."""

import dataclasses
import html
import math

WIDTH, HEIGHT = 900, 400
PANEL_TOP, PANEL_BOTTOM = 66, 96
PANEL_LEFT, PANEL_RIGHT = 74, 26
INK = "#767e89"
FAINT = "#767e8940"
COLOURS = ("#2f81f7", "#d9730d", "#2da44e", "#a371f7")
DASHES = ("", "7 4", "2 4", "9 3 2 3")
MARKER = 3.5
FONT = "font-family=\"system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif\""


@dataclasses.dataclass
class Series:
    """A line: its name and its points."""

    name: str
    points: list


@dataclasses.dataclass
class Panel:
    """One pair of axes."""

    title: str
    x_label: str
    y_label: str
    series: list
    x_ticks: list
    y_log: bool = False


def short(value):
    """A tick's text: 100 k, 2.5 M, 0.5."""
    for size, unit in ((1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


class Axis:
    """From values to places."""

    def __init__(self, low, high, begin, end, log):
        self.low, self.high, self.begin, self.end, self.log = low, high, begin, end, log

    def place(self, value):
        if self.log:
            share = math.log(value / self.low) / math.log(self.high / self.low) if self.high > self.low else 0.5
        else:
            share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.begin + share * (self.end - self.begin)


def linear_ticks(high):
    """From 0 to a round number above the highest value, in four to six steps."""
    step = 10 ** math.floor(math.log10(max(high, 1e-9)))
    for nice in (0.2, 0.25, 0.5, 1, 2):
        if high / (step * nice) <= 6:
            step *= nice
            break
    count = math.ceil(high / step * 1.02)
    return [round(step * i, 12) for i in range(count + 1)]


def log_ticks(low, high):
    """1, 2 and 5 of every power of ten, or powers alone where there are many."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = (1, 2, 5) if last - first <= 3 else (1,)
    ticks = [digit * 10.0 ** power for power in range(first, last + 1) for digit in steps]
    inner = [tick for tick in ticks if low <= tick <= high]
    below, above = [t for t in ticks if t < low][-1:], [t for t in ticks if t > high][:1]
    return below + inner + above


def text(x, y, words, anchor="middle", size=12, turned=False, weight="normal"):
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
            f'fill="{INK}"{turn}>{html.escape(words)}</text>')


def marker(x, y, colour, index):
    """Told apart without colour too."""
    r = MARKER
    if index % 4 == 1:
        return f'<rect x="{x - r:.1f}" y="{y - r:.1f}" width="{2 * r}" height="{2 * r}" fill="{colour}"/>'
    if index % 4 == 2:
        return (f'<path d="M{x:.1f} {y - r - 1:.1f} L{x + r + 1:.1f} {y + r:.1f} L{x - r - 1:.1f} {y + r:.1f} Z" '
                f'fill="{colour}"/>')
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="{colour}"/>'


def stroke(points, colour, index):
    """One line with a marker at each point."""
    path = " ".join(f"{'M' if i == 0 else 'L'}{x:.1f} {y:.1f}" for i, (x, y) in enumerate(points))
    dash = f' stroke-dasharray="{DASHES[index % 4]}"' if DASHES[index % 4] else ""
    return [f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-linejoin="round"{dash}/>',
            *(marker(x, y, colour, index) for x, y in points)]


def draw_panel(panel, left, right):
    """Axes, lines and legend between two edges."""
    top, bottom = PANEL_TOP, HEIGHT - PANEL_BOTTOM
    values = [y for series in panel.series for _, y in series.points]
    ticks = log_ticks(min(values), max(values)) if panel.y_log else linear_ticks(max(values))
    xs = [x for series in panel.series for x, _ in series.points]
    across = Axis(min([*xs, panel.x_ticks[0]]), max([*xs, panel.x_ticks[-1]]), left, right, log=True)
    up = Axis(ticks[0], ticks[-1], bottom, top, log=panel.y_log)
    parts = [text((left + right) / 2, top - 14, panel.title, size=13, weight="600")]
    for tick in ticks:
        y = up.place(tick)
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{FAINT}"/>')
        parts.append(text(left - 8, y + 4, short(tick), anchor="end", size=11))
    for tick in panel.x_ticks:
        x = across.place(tick)
        parts.append(f'<line x1="{x:.1f}" y1="{bottom}" x2="{x:.1f}" y2="{bottom + 5}" stroke="{INK}"/>')
        parts.append(text(x, bottom + 19, short(tick), size=11))
    parts.append(f'<line x1="{left}" y1="{bottom}" x2="{right}" y2="{bottom}" stroke="{INK}"/>')
    parts.append(text((left + right) / 2, bottom + 40, panel.x_label))
    parts.append(text(left - 56, (top + bottom) / 2, panel.y_label, turned=True))
    at = left
    for index, series in enumerate(panel.series):
        colour = COLOURS[index % len(COLOURS)]
        parts += stroke([(across.place(x), up.place(y)) for x, y in series.points], colour, index)
        parts += stroke([(at, bottom + 66), (at + 26, bottom + 66)], colour, index)[:1]
        parts.append(marker(at + 13, bottom + 66, colour, index))
        parts.append(text(at + 32, bottom + 70, series.name, anchor="start"))
        at += 48 + 6.6 * len(series.name)
    return parts


def chart(title, panels):
    """A whole SVG file."""
    room = WIDTH / len(panels)
    parts = [text(WIDTH / 2, 24, title, size=16, weight="600")]
    for i, panel in enumerate(panels):
        parts += draw_panel(panel, i * room + PANEL_LEFT, (i + 1) * room - PANEL_RIGHT)
    body = "\n".join(parts)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" {FONT}>\n<title>{html.escape(title)}</title>\n{body}\n</svg>\n')
