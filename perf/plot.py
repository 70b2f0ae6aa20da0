"""Line and point plots as SVG text, logarithmic axes; no dependency."""
import html
import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 400, 80, 190, 40, 55
COLOURS = ["#1b6ca8", "#d1495b", "#3a7d44", "#8d6a9f", "#c77d0a", "#4a4e69", "#0f8b8d", "#a23b72"]


class Axis:
    """From values to a place between two pixels."""

    def __init__(self, values, first, last, logarithmic):
        self.log, self.first, self.last = logarithmic, first, last
        low, high = min(values), max(values)
        if logarithmic:
            self.low, self.high = math.floor(math.log10(low)), math.ceil(math.log10(high))
            self.high += self.high == self.low
        else:
            self.low, self.high = 0.0, (high or 1.0) * 1.05

    def place(self, value):
        at = math.log10(value) if self.log else value
        return self.first + (self.last - self.first) * (at - self.low) / (self.high - self.low)

    def ticks(self):
        if self.log:
            return [10.0 ** power for power in range(self.low, self.high + 1)]
        step = 10 ** math.floor(math.log10(self.high))
        step = next(step * part for part in (0.1, 0.2, 0.5, 1) if self.high / (step * part) <= 6)
        return [step * i for i in range(int(self.high / step) + 1)]


def number(value):
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


def text(x, y, words, anchor="middle", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{html.escape(words)}</text>'


def frame(x_axis, y_axis, title, x_label, y_label):
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    yield text(LEFT, 22, title, "start", ' font-weight="bold"')
    for tick in x_axis.ticks():
        x = x_axis.place(tick)
        yield f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#ddd"/>' + text(x, bottom + 18, number(tick))
    for tick in y_axis.ticks():
        y = y_axis.place(tick)
        yield f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#ddd"/>' + text(LEFT - 8, y + 4, number(tick), "end")
    yield text((LEFT + right) / 2, HEIGHT - 12, x_label)
    middle = (TOP + bottom) / 2
    yield text(18, middle, y_label, "middle", f' transform="rotate(-90 18 {middle})"')


def plot(title, x_label, y_label, series, x_log=True, y_log=True, joined=True):
    """series: {name: [(x, y), ...]}; points alone (not joined) bear their series' name."""
    points = [point for line in series.values() for point in line]
    x_axis = Axis([x for x, _ in points], LEFT, WIDTH - RIGHT, x_log)
    y_axis = Axis([y for _, y in points], HEIGHT - BOTTOM, TOP, y_log)
    parts = list(frame(x_axis, y_axis, title, x_label, y_label))
    for index, (name, line) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in sorted(line)]
        if joined:
            path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
            parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        y = TOP + 10 + 18 * index
        parts.append(f'<circle cx="{WIDTH - RIGHT + 18}" cy="{y}" r="4" fill="{colour}"/>')
        parts.append(text(WIDTH - RIGHT + 28, y + 4, name, "start"))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" '
            f'font-size="12"><rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n')
