#!/usr/bin/python3
"""Draws the connector's logo, __metadata__/logo.png: a looking glass over objects of several zones.

    tools/logo.py > __metadata__/logo.png

Needs only Python. Each shape is a function of a point's distance to it, which makes smooth edges easy.
"""

import math
import struct
import sys
import zlib

SIZE = 256
BACKGROUND, LINE, GLASS = (0x1D, 0x2B, 0x4F), (0xF4, 0xF6, 0xFB), (0x2C, 0x40, 0x73)
RED, AMBER, BLUE = (0xE5, 0x48, 0x4D), (0xF5, 0xA6, 0x23), (0x7C, 0xB7, 0xFF)

CENTRE, RADIUS = (108, 108), 66
NODES = (((108, 74), 15, RED), ((78, 128), 13, AMBER), ((138, 128), 13, BLUE))


def disc(x, y, centre, radius):
    return math.hypot(x - centre[0], y - centre[1]) - radius


def ring(x, y, centre, radius, width):
    return abs(disc(x, y, centre, radius)) - width / 2


def stroke(x, y, start, end, width):
    """A line with round ends."""
    across, along = end[0] - start[0], end[1] - start[1]
    part = ((x - start[0]) * across + (y - start[1]) * along) / (across**2 + along**2)
    part = min(1, max(0, part))
    return math.hypot(x - start[0] - part * across, y - start[1] - part * along) - width / 2


def rounded_square(x, y, radius):
    half = SIZE / 2
    beside = max(abs(x - half) - half + radius, 0), max(abs(y - half) - half + radius, 0)
    return math.hypot(*beside) - radius


def shapes(x, y):
    """The distance (negative inside) and the colour of each shape, the lowest first."""
    yield disc(x, y, CENTRE, RADIUS), GLASS
    for (start, _, _), (end, _, _) in zip(NODES, NODES[1:] + NODES[:1]):
        yield stroke(x, y, start, end, 5), LINE
    for centre, radius, colour in NODES:
        yield disc(x, y, centre, radius), colour
    yield stroke(x, y, (162, 162), (208, 208), 28), LINE
    yield ring(x, y, CENTRE, RADIUS, 16), LINE


def pixel(x, y):
    colour = BACKGROUND
    for distance, above in shapes(x, y):
        cover = min(1, max(0, 0.5 - distance))
        colour = tuple(under + (over - under) * cover for under, over in zip(colour, above))
    opacity = min(1, max(0, 0.5 - rounded_square(x, y, 48)))
    return bytes(round(part) for part in (*colour, 255 * opacity))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png():
    rows = b"".join(b"\0" + b"".join(pixel(x + 0.5, y + 0.5) for x in range(SIZE)) for y in range(SIZE))
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


if __name__ == "__main__":
    sys.stdout.buffer.write(png())
