"""Temperature tables: one row of pixels a line, as camera programs export them.

Seen: AI Hub set 514 (four header lines, `;` with a trailing `;`), FLIR Tools (tab or comma, sometimes a
byte order mark), decimal commas, a column and a line that number the pixels, `°C` behind each value, empty
fields. Values are taken as °C, which is what these exports hold, unless a line above them says otherwise:
`unit: K`, or ThermView's own `# quantity: raw counts` and `# unit: DN`, also as
`# {"quantity": "raw counts", "unit": "DN"}`.
"""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thermview.counts import counted
from thermview.errors import NoRecordingError
from thermview.readers.failures import failure, shown_name
from thermview.readers.registry import reader
from thermview.readers.score_tables import begins_as_score_table
from thermview.readers.units import KELVIN_OFFSET, stated_quantity
from thermview.readers.zipped import open_binary, size_of
from thermview.recording import APPARENT_TEMPERATURE, INTENSITY, ArrayRecording, Quantity, Recording

KIND = "temperature table"
SCORES = "a table of scores, not a recording; File > Import scores shows it in the run chart"
MAX_FILE_BYTES = 256 << 20
_MIN_SIDE = 4  # pixels; the smallest thermal sensors have 8 x 8
_MAX_HEADER_LINES = 64
_OWN_LINE = re.compile(r'"?#\s*(quantity|unit):\s*(.*)$')
_UNIT_LINE = re.compile(r"^\W*units?\W+(?:°|deg)?\s*(k|kelvin|f|fahrenheit)\W*$", re.IGNORECASE)
_CELSIUS = re.compile(r"\s*°\s*C$", re.IGNORECASE)
_TO_CELSIUS = {  # what to take away, and what to multiply by then
    "k": (KELVIN_OFFSET, 1.0),
    "kelvin": (KELVIN_OFFSET, 1.0),
    "f": (32.0, 1 / 1.8),
    "fahrenheit": (32.0, 1 / 1.8),
}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class _Form:
    """How the numbers of a table are written."""

    separator: str | None  # None: any white space
    decimal_comma: bool
    labelled: bool  # an empty first field in every row
    celsius: bool = False  # "°C" behind each value

    def numbers(self, line: str) -> list[str]:
        """The fields of a line that hold its pixels."""
        if self.separator is None:
            fields = line.split()
        else:
            fields = [
                field.strip(' "') for field in line.rstrip().rstrip(self.separator).split(self.separator)
            ]
        if self.labelled:
            fields = fields[1:]
        if self.celsius:
            fields = [_CELSIUS.sub("", field) for field in fields]
        return [field.replace(",", ".") for field in fields] if self.decimal_comma else fields


@reader(KIND, ".csv", ".tsv")
def open_temperature_csv(path: Path) -> Recording:
    """Open a table of temperatures in °C; the lines above the numbers become its metadata."""
    if size_of(path) > MAX_FILE_BYTES:
        raise failure(
            path, f"a table of more than {MAX_FILE_BYTES >> 20} MiB; save it as TIFF or NumPy instead"
        )
    with open_binary(path) as file:
        content = file.read()
    lines = _decoded(content).splitlines()
    while lines and not lines[-1].strip():
        lines.pop()
    if begins_as_score_table(lines):
        raise NoRecordingError(f"{shown_name(path)}: {SCORES}")
    form = _form(path, lines)
    first = _first_row(path, lines, form)
    pixels, issues = _pixels(path, lines, first, form)
    header = [line.strip() for line in lines[:first] if line.strip()]
    metadata: dict[str, Any] = {"header": header} if header else {}
    unit = _stated_unit(header)
    if unit in _TO_CELSIUS:
        offset, scale = _TO_CELSIUS[unit]
        pixels = ((pixels - offset) * scale).astype(np.float32)
        metadata["converted_from"] = unit.upper()
    pixels.flags.writeable = False
    quantity = _own_quantity(header)
    return ArrayRecording(
        path.stem, path, KIND, pixels[np.newaxis], quantity, metadata=metadata, issues=issues
    )


def _stated_unit(header: list[str]) -> str:
    """The unit that a line above the numbers names, in small letters; empty when none does."""
    found = next((match for match in map(_UNIT_LINE.search, header) if match), None)
    return found.group(1).lower() if found else ""


def _own_quantity(header: list[str]) -> Quantity:
    """What lines of ThermView's own export state; a table that states no quantity holds temperatures."""
    stated = _stated_as_json(header[0]) if header else {}
    for line in header:
        found = _OWN_LINE.match(line)
        if found is not None:
            stated.setdefault(found.group(1), found.group(2).removesuffix('"').strip())
    if stated.get("quantity") or stated.get("unit"):
        return stated_quantity(stated) or INTENSITY
    return APPARENT_TEMPERATURE


def _stated_as_json(line: str) -> dict[str, Any]:
    if not line.startswith("# {"):
        return {}
    try:
        stated = json.loads(line[2:])
    except (ValueError, RecursionError):
        return {}
    return stated if isinstance(stated, dict) else {}


def _decoded(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")  # a damaged number then is no number
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # only header lines can differ: numbers are plain ASCII


def _form(path: Path, lines: list[str]) -> _Form:
    """How the last line is written: it is a row of pixels, whatever stands above."""
    last = lines[-1] if lines else ""
    separator = next((sign for sign in ";\t" if sign in last), None)
    words = len(last.split())
    if separator is None and "," in last and ("." in last or words < _MIN_SIDE):
        separator = ","
    decimal_comma = separator != "," and any("," in line for line in lines[len(lines) // 2 :])
    labelled = separator is not None and last.split(separator)[0].strip(' "') == ""
    form = _Form(separator, decimal_comma, labelled, "°" in last)
    if len(form.numbers(last)) < _MIN_SIDE or not _is_row(last, form):
        raise failure(path, "not a table of temperatures; export one row of pixels a line, in °C")
    return form


def _is_row(line: str, form: _Form) -> bool:
    try:
        return len([float(field) for field in form.numbers(line) if field]) > 0
    except ValueError:
        return False


def _first_row(path: Path, lines: list[str], form: _Form) -> int:
    """The number of the first line of pixels: as many numbers as the last line has."""
    columns = len(form.numbers(lines[-1]))
    for number, line in enumerate(lines[:_MAX_HEADER_LINES]):
        if len(form.numbers(line)) == columns and _is_row(line, form):
            return number
    raise failure(
        path, f"no row of {columns} numbers in its first {_MAX_HEADER_LINES} lines; export it again"
    )


def _pixels(
    path: Path, lines: list[str], first: int, form: _Form
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """The numbers (rows, columns), NaN for empty fields, and what is to be said of them."""
    rows = [form.numbers(line) for line in lines[first:]]
    columns = len(rows[0])
    if len(rows) < _MIN_SIDE:
        raise failure(path, "not a table of temperatures; export one row of pixels a line, in °C")
    pixels = np.empty((len(rows), columns), np.float32)
    for number, row in enumerate(rows):
        if len(row) != columns:
            text = (
                f"line {first + number + 1} holds {counted(len(row), 'value')} where {columns} are expected"
            )
            raise failure(path, f"{text}; export it again")
        try:
            pixels[number] = [field or "nan" for field in row]
        except ValueError:
            raise failure(
                path, f"line {first + number + 1} holds something else than numbers; export it again"
            ) from None
    return _without_numbering(pixels)


def _without_numbering(pixels: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Leaves out a column and a row that count 0, 1, 2 .. or 1, 2, 3 ..: no temperatures do."""
    issues: list[str] = []
    if pixels.shape[1] > _MIN_SIDE and _counts(pixels[1:, 0]):
        if _counts(pixels[0, 1:]) and not pixels[0, 0] > 0:
            pixels = pixels[1:]
            issues.append("The first row of the table numbers the columns and is left out.")
        pixels = np.ascontiguousarray(pixels[:, 1:])
        issues.append("The first column of the table numbers the rows and is left out.")
    empty = int(np.count_nonzero(np.isnan(pixels)))
    if empty:
        issues.append(f"{empty:,} of {pixels.size:,} pixels have no temperature and are left empty.")
    return pixels, tuple(issues)


def _counts(values: NDArray[np.float32]) -> bool:
    return len(values) >= _MIN_SIDE - 1 and bool(values[0] in (0, 1, 2) and (np.diff(values) == 1).all())
