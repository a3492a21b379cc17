"""Small files of FLIR and InfraTec cameras, made byte by byte after the layouts that the readers state."""

from __future__ import annotations

import io
import struct
from dataclasses import asdict
from datetime import datetime
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from thermview.thermal.radiometry import CameraConstants, Conditions

CONSTANTS = CameraConstants(
    R1=16384.0,
    R2=0.0125,
    B=1420.5,
    F=1.0,
    O=-5500.0,
    alpha1=0.0065689999,
    alpha2=0.0126200002,
    beta1=-0.0022760001,
    beta2=-0.0066700000,
    X=1.8999999762,
)
CONDITIONS = Conditions(
    emissivity=0.875,
    reflected_c=18.0,
    atmosphere_c=12.0,
    distance_m=4.0,
    humidity=0.625,
    window_transmission=0.75,
    window_c=25.0,
)
COUNTS = np.random.default_rng(5).integers(16_000, 20_000, (6, 8)).astype(np.uint16)
WHEN = datetime.fromisoformat("2024-05-06T07:08:09.250+09:00")


def camera_record(
    order: str = "<",
    conditions: Conditions = CONDITIONS,
    constants: CameraConstants = CONSTANTS,
    camera: str = "FLIR T000",
    when: datetime | None = WHEN,
    range_c: tuple[float, float] = (-20.0, 120.0),
    frame_rate: int = 25,
) -> bytes:
    """A camera record with these values at their places."""
    record = bytearray(0x9AC)

    def put(code: str, place: int, *values: float) -> None:
        struct.pack_into(order + code, record, place, *values)

    about = asdict(conditions)
    put("H", 0, 2)
    put("5f", 0x20, about["emissivity"], about["distance_m"], *kelvin(conditions))
    put("f", 0x34, about["window_transmission"])
    put("f", 0x3C, about["humidity"])
    put("3f", 0x58, constants.R1, constants.B, constants.F)
    put("5f", 0x70, constants.alpha1, constants.alpha2, constants.beta1, constants.beta2, constants.X)
    put("2f", 0x90, range_c[1] + 273.15, range_c[0] + 273.15)
    put("32s", 0xD4, camera.encode())
    put("16s", 0x104, b"12345678")
    put("32s", 0x170, b"FOL18")
    put("f", 0x1B4, 25.0)
    put("if", 0x308, int(constants.O), constants.R2)
    put("2H", 0x310, 7000, 60000)
    if when is not None:
        offset = when.utcoffset()
        put(
            "2Ih",
            0x384,
            int(when.timestamp()),
            when.microsecond // 1000,
            -int(offset.total_seconds() // 60) if offset else 0,
        )
    put("H", 0x464, frame_rate)
    return bytes(record)


def kelvin(conditions: Conditions) -> tuple[float, float, float]:
    """Reflected, atmospheric and window temperature as a camera record orders them."""
    return (
        conditions.reflected_c + 273.15,
        conditions.atmosphere_c + 273.15,
        conditions.window_c + 273.15,
    )


def raw_record(counts: NDArray[np.uint16], order: str = "<", packed: bytes | None = None) -> bytes:
    """A picture record: stored counts, or whatever is `packed`."""
    rows, columns = counts.shape
    head = struct.pack(f"{order}3H", 2, columns, rows).ljust(32, b"\0")
    return head + (counts.astype(f"{order}u2").tobytes() if packed is None else packed)


def png_of(counts: NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits as its standard says; cameras store the swapped counts."""
    packed = io.BytesIO()
    Image.fromarray(counts).save(packed, "PNG")
    return packed.getvalue()


def fff(*records: tuple[int, bytes], order: str = "<") -> bytes:
    """A FLIR file with these (type, record) behind its table."""
    place = 64 + 32 * len(records)
    table, content = b"", b""
    for number, (type_, record) in enumerate(records):
        at, length = place + len(content), len(record)
        table += struct.pack(f"{order}2H4I12x", type_, 1, 100, number, at, length)
        content += record
    header = b"FFF\0" + b"test".ljust(16, b"\0") + struct.pack(f"{order}3I", 100, 64, len(records))
    return header.ljust(64, b"\0") + table + content


def fff_of(counts: NDArray[np.uint16] = COUNTS, order: str = "<", **about: object) -> bytes:
    """A FLIR file of one frame of stored counts."""
    camera = camera_record(order, **about)  # type: ignore[arg-type]
    return fff((0x20, camera), (1, raw_record(counts, order)), order=order)


def jpeg_with(camera_file: bytes, part: int = 1000, turned: bool = False) -> bytes:
    """A JPEG that carries a FLIR file in parts of so many bytes; `turned`: the last part comes first."""
    picture = io.BytesIO()
    Image.new("RGB", (16, 12), (90, 20, 120)).save(picture, "JPEG")
    parts = [camera_file[at : at + part] for at in range(0, len(camera_file), part)]
    segments = [
        struct.pack(">2BH", 0xFF, 0xE1, len(content) + 10)
        + b"FLIR\0\1"
        + bytes([number, len(parts) - 1])
        + content
        for number, content in enumerate(parts)
    ]
    return b"\xff\xd8" + b"".join(segments[::-1] if turned else segments) + picture.getvalue()[2:]


def _packed(pixels: NDArray[np.uint16]) -> bytes:
    """Lower bytes, then the upper ones as (run length, value)."""
    runs = [(value, len(list(same))) for value, same in groupby((pixels.ravel() >> 8).tolist())]
    pieces = [(min(255, length - at), value) for value, length in runs for at in range(0, length, 255)]
    return (pixels.ravel() & 255).astype(np.uint8).tobytes() + bytes(np.array(pieces, np.uint8).ravel())


def picture_record(content: bytes, rows: int, columns: int) -> bytes:
    """The record of a visible picture: packed or raw."""
    return struct.pack("<3H", 3, columns, rows).ljust(32, b"\0") + content


def alignment_record(
    scale: float = 1.25, offset: tuple[int, int] = (4, -2), inset: tuple[int, ...] = (2, 5, 1, 3)
) -> bytes:
    """How the visible picture lies; the inset is first and last column, first and last row."""
    return struct.pack("<f6h", scale, *offset, *inset).ljust(64, b"\0")


def flir_with_visible(rgb: NDArray[np.uint8], *records: tuple[int, bytes]) -> bytes:
    """A radiometric JPEG with a visible picture inside."""
    packed = io.BytesIO()
    Image.fromarray(rgb).save(packed, "JPEG", quality=95)
    visible = picture_record(packed.getvalue(), *rgb.shape[:2])
    return jpeg_with(fff((0x20, camera_record()), (1, raw_record(COUNTS)), (0x0E, visible), *records))


def irb(*pictures: NDArray[np.uint16], compression: int = 0) -> bytes:
    """An InfraTec file; pixels are 256 x place in the palette + 256ths; the palette goes from 250 K in 0.5 K."""
    table_at = 64
    place = table_at + 32 * len(pictures)
    table, content = b"", b""
    for pixels in pictures:
        rows, columns = pixels.shape
        head = bytearray(1728)
        struct.pack_into("<4h", head, 0, 2, compression, columns, rows)
        struct.pack_into("<3f", head, 24, 0.95, 1.5, 298.15)
        struct.pack_into("<256f", head, 60, *(250 + 0.5 * np.arange(256)))
        struct.pack_into("<2f", head, 1084 + 92, 260.0, 370.0)
        struct.pack_into("<12s", head, 1084 + 142, b"VARIOCAM")
        struct.pack_into("<d", head, 1084 + 540, 41653.75)
        block = bytes(head) + (_packed(pixels) if compression == 1 else pixels.astype("<u2").tobytes())
        table += struct.pack("<8i", 1, 101, 1, place + len(content), len(block), 0, 1, 0)
        content += block
    header = b"\xffIRB\0" + b"VARIOCAM".ljust(16, b"\0") + struct.pack("<3i", 100, table_at, len(pictures))
    return header.ljust(table_at, b"\0") + table + content
