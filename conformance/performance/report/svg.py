"""Draws a line chart as SVG with the standard library alone. Both axes are logarithmic."""

import math
from html import escape

WIDTH, HEIGHT = 840, 480
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 44, 56
COLOURS = ('#0b6e4f', '#c1121f', '#1d4e89', '#e07a00', '#6a4c93', '#7a5c3e', '#008b9a', '#b5179e',
           '#5b6470', '#8a9a00')
LABEL_HEIGHT = 15


def decades(values):
    """The exponents of ten around all values, without the last one."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def tick(exponent):
    return f'{10 ** exponent:,}' if exponent >= 0 else f'{10.0 ** exponent:g}'


def spread_out(wanted):
    """Places for labels, at least one label apart, as near as possible to the wanted places."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    places, last = list(wanted), -math.inf
    for i in order:
        places[i] = last = max(wanted[i], last + LABEL_HEIGHT)
    bottom = HEIGHT - BOTTOM
    for i in reversed(order):
        places[i] = bottom = min(places[i], bottom)
        bottom -= LABEL_HEIGHT
    return places


def axes(x_range, y_range, x_label, y_label, place):
    left, right, bottom = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for exponent in range(x_range[0], x_range[1] + 1):
        x, _ = place(10 ** exponent, 10 ** y_range[0])
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" class="grid"/>'
                     f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">'
                     f'{tick(exponent)}</text>')
    for exponent in range(y_range[0], y_range[1] + 1):
        _, y = place(10 ** x_range[0], 10 ** exponent)
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" class="grid"/>'
                     f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">'
                     f'{tick(exponent)}</text>')
    parts.append(f'<text x="{(left + right) / 2}" y="{HEIGHT - 14}" text-anchor="middle">'
                 f'{escape(x_label)}</text>')
    parts.append(f'<text transform="translate(18 {(TOP + bottom) / 2}) rotate(-90)" '
                 f'text-anchor="middle">{escape(y_label)}</text>')
    return parts


def line(points, colour, dashed):
    path = ' '.join(f'{x:.1f},{y:.1f}' for x, y in points)
    dashes = ' stroke-dasharray="5 4"' if dashed else ''
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>',
            *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points)]


def chart(title, x_label, y_label, series, dashed=()):
    """`series` is {name: [(x, y), ...]}; the names in `dashed` are drawn so."""
    series = {name: sorted(points) for name, points in series.items() if points}
    x_range = decades([x for points in series.values() for x, _ in points])
    y_range = decades([y for points in series.values() for _, y in points])

    def place(x, y):
        across = (math.log10(x) - x_range[0]) / (x_range[1] - x_range[0])
        up = (math.log10(y) - y_range[0]) / (y_range[1] - y_range[0])
        return (LEFT + across * (WIDTH - LEFT - RIGHT),
                HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM))

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">',
             '<style>.grid{stroke:#ddd}text{fill:#222}</style>',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
             f'<text x="{LEFT}" y="26" font-size="15" font-weight="bold">{escape(title)}</text>',
             *axes(x_range, y_range, x_label, y_label, place)]
    ends = [place(*points[-1]) for points in series.values()]
    labels = spread_out([y for _, y in ends])
    label_x = WIDTH - RIGHT + 26
    for i, (name, points) in enumerate(series.items()):
        colour = COLOURS[i % len(COLOURS)]
        end_x, end_y = ends[i]
        parts += line([place(*point) for point in points], colour, name in dashed)
        parts.append(f'<line x1="{end_x + 4:.1f}" y1="{end_y:.1f}" x2="{label_x - 4}" '
                     f'y2="{labels[i]:.1f}" stroke="{colour}" stroke-width="0.6"/>'
                     f'<text x="{label_x}" y="{labels[i] + 4:.1f}" style="fill:{colour}">'
                     f'{escape(name)}</text>')
    return '\n'.join([*parts, '</svg>', ''])
