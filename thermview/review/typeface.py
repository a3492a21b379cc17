"""Text in pictures: the shipped typeface, with a system one for scripts that it lacks."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby

from PIL import ImageDraw, ImageFont

from thermview.paths import resources_folder

# Korean typefaces by the file names under which Linux, Windows and macOS keep them.
_KOREAN = (
    "NanumGothic.ttf", "NanumBarunGothic.ttf", "NanumSquareRoundR.ttf", "NanumSquareR.ttf",
    "NotoSansCJK-Regular.ttc", "NotoSansCJKkr-Regular.otf", "NotoSansKR-Regular.otf",
    "NotoSansKR-Regular.ttf", "malgun.ttf", "AppleSDGothicNeo.ttc", "UnDotum.ttf", "NanumGothicCoding.ttf",
)  # fmt: skip
_ELLIPSIS = "…"
Colour = tuple[int, int, int]


@cache
def _shipped(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(resources_folder() / "fonts" / name, size)


@cache
def _east_asian(size: int) -> ImageFont.FreeTypeFont | None:
    for name in _KOREAN:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return None


def _is_east_asian(character: str) -> bool:
    return ord(character) >= 0x1100 and unicodedata.east_asian_width(character) in "WF"


def plain_line(text: str) -> str:
    """Any text as one line: control and format characters and line ends become spaces."""
    shown = (" " if unicodedata.category(c)[0] in "CZ" and c != "\u2009" else c for c in text)
    return " ".join("".join(shown).split(" ")).strip()


class Typeface:
    """Draws and measures single lines of one size in pixels."""

    def __init__(self, size: int, bold: bool = False) -> None:
        self.size, self.bold = size, bold
        self._font = _shipped(size, bold)
        ascent, descent = self._font.getmetrics()
        self.ascent, self.line_height = ascent, ascent + descent

    def _runs(self, text: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        east_asian = None if text.isascii() else _east_asian(self.size)
        if east_asian is None:
            return [(self._font, text)]
        return [
            (east_asian if wide else self._font, "".join(characters))
            for wide, characters in groupby(text, _is_east_asian)
        ]

    def width(self, text: str) -> float:
        """Width of a line in pixels."""
        return sum(font.getlength(run) for font, run in self._runs(text))

    def draw(self, draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, colour: Colour) -> None:
        """Draw a line with its upper left corner at (column, row)."""
        column, row = at[0], at[1] + self.ascent
        for font, run in self._runs(text):
            draw.text((column, row), run, fill=colour, font=font, anchor="ls")
            column += font.getlength(run)

    def fitted(self, text: str, width: float) -> str:
        """The text, its middle left out where it is wider than so many pixels."""
        if self.width(text) <= width:
            return text
        low, high = 0, len(text)
        while low < high:  # the most characters that can stay
            kept = (low + high + 1) // 2
            low, high = (kept, high) if self.width(_shortened(text, kept)) <= width else (low, kept - 1)
        return _shortened(text, low)

    def wrapped(self, text: str, width: float) -> list[str]:
        """The text in lines no wider than so many pixels, broken between words where it can be."""
        lines = [""]
        for word in text.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if self.width(longer) <= width or not lines[-1]:
                lines[-1] = longer
            else:
                lines.append(word)
        return [self.fitted(line, width) for line in lines if line]


def _shortened(text: str, kept: int) -> str:
    """`kept` characters of the text around an ellipsis: its end matters as much as its beginning."""
    tail = kept // 2
    return text[: kept - tail] + _ELLIPSIS + (text[-tail:] if tail else "")
