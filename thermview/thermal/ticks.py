"""Round numbers for colour bars and axes, and how numbers are written beside them."""

from __future__ import annotations

import math

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_THIN_SPACE, _MINUS = "\u2009", "\u2212"


def round_step(span: float, count: int) -> float:
    """The step of 1, 2, 2.5 or 5 times a power of ten that divides a positive span into about `count` - 1."""
    wanted = span / max(count - 1, 1)
    power = 10.0 ** math.floor(math.log10(wanted))
    return min((step * power for step in _STEPS), key=lambda step: abs(math.log(step / wanted)))


def round_ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """About `count` evenly spaced round numbers within low .. high, ascending, at least one.

    Ends that are equal, swapped, not finite or closer than numbers can tell apart give what can be
    given: the lower end alone, or 0 where there is none.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return (low if math.isfinite(low) else high if math.isfinite(high) else 0.0,)
    low, high = min(low, high), max(low, high)
    span = high - low
    if not math.isfinite(span) or span <= max(abs(low), abs(high), 1e-290) * 1e-12:
        return (low,)
    step = round_step(span, count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last <= first:  # a short span between two round numbers
        step = round_step(span / 2, count)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    ticks = (min(max(n * step, low), high) for n in range(first, last + 1))
    return tuple(tick + 0.0 for tick in ticks) or (low,)  # + 0.0 turns -0.0 into 0.0


def decimals_of(step: float) -> int:
    """How many decimals tell neighbouring multiples of a step apart, without a needless zero."""
    if not math.isfinite(step) or step <= 0:
        return 0
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    scaled = step * 10.0**decimals
    return decimals + (abs(scaled - round(scaled)) > 1e-6 * scaled)


def tick_texts(ticks: tuple[float, ...]) -> tuple[str, ...]:
    """The ticks as text, all with the same number of decimals."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 0.0
    largest = max((abs(tick) for tick in ticks), default=0.0)
    decimals = decimals_of(step) if step else 0 if largest >= 100 or largest == round(largest) else 2
    if largest >= 1e7 or decimals > 6:
        return tuple(f"{tick:.6g}".replace("-", _MINUS) for tick in ticks)
    return tuple(number_text(tick, decimals) for tick in ticks)


def number_text(value: float, decimals: int) -> str:
    """A number with thin spaces in its thousands and a true minus; an en dash where it is not finite."""
    if not math.isfinite(value):
        return "\u2013"
    text = f"{abs(value):,.{decimals}f}".replace(",", _THIN_SPACE)
    negative = value < 0 and any(digit in "123456789" for digit in text)
    return f"{_MINUS}{text}" if negative else text


def value_text(value: float, span: float) -> str:
    """A value read against a scale of this span: about three significant steps across it."""
    if not math.isfinite(value):
        return "\u2013"
    if abs(value) >= 1e7 or not math.isfinite(span) or span <= 0:
        return f"{value:.4g}".replace("-", _MINUS)
    decimals = max(0, 2 - math.floor(math.log10(span)))
    return number_text(value, decimals) if decimals <= 6 else f"{value:.4g}".replace("-", _MINUS)
