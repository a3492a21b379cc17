"""The filter box: words that a recording must all meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from thermview.capture.classes import class_of, is_normal_class, split_class
from thermview.capture.ids import id_of
from thermview.capture.listing import same_text
from thermview.capture.names import NameTokens, parse_name

_WORD = re.compile(r'(?:[^\s"]|"[^"]*")+')
_KEYED = re.compile(r"([A-Za-z]+):(.*)", re.DOTALL)
_COMPARED = re.compile(r"(score)\s*:?\s*(<=|>=|<|>|=)(.*)", re.IGNORECASE | re.DOTALL)
_BOUND = re.compile(r"(<=|>=|<|>|=)?\s*(\d+(?:\.\d+)?)\s*m?", re.IGNORECASE)
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*m?\s*(?:-|~|\.\.)\s*(\d+(?:\.\d+)?)\s*m?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4}|\d{2})(?:[.\-/](\d{1,2})(?:[.\-/](\d{1,2}))?)?")

WORDS = (
    "class:",
    "object:",
    "state:",
    "distance:",
    "site:",
    "date:",
    "flagged",
    "score>",
    "error",
    "selection:",
)
"""The words that a filter knows besides plain text, for completion and help."""


class Candidate:
    """One recording under a filter; its name and class are read only when a word asks for them."""

    def __init__(
        self, path: str, tokens: NameTokens | None, score: float | None, flags: int, error: str
    ) -> None:
        self.path = path
        self.score = score
        self.flags = flags
        self.error = error
        self._tokens = tokens
        self._parsed = tokens is not None

    @property
    def tokens(self) -> NameTokens | None:
        """What its name says, None where it is not built of tokens."""
        if not self._parsed:
            self._tokens = parse_name(id_of(self.path.rpartition("/")[2]))
            self._parsed = True
        return self._tokens

    @property
    def picture_class(self) -> str:
        """The class folder that it lies in, or empty."""
        return class_of(self.path.rpartition("/")[0])


Condition = Callable[[Candidate], bool]


@dataclass(frozen=True)
class Filter:
    """What was typed, the conditions it makes, and one sentence on the first word that makes none.

    A word that makes no condition is left out, so that a list does not go blank while a word is typed.
    """

    text: str
    problem: str = ""
    needs_known: bool = False
    """True where score, flags or error decide, which the path alone does not tell."""
    conditions: tuple[Condition, ...] = field(default=(), repr=False)

    def __bool__(self) -> bool:
        """False where every recording matches."""
        return bool(self.conditions)

    def matches(
        self,
        relative_path: str,
        *,
        tokens: NameTokens | None = None,
        score: float | None = None,
        flags: int = 0,
        error: str = "",
    ) -> bool:
        """True where the recording at this path below the capture meets every word."""
        candidate = Candidate(relative_path, tokens, score, flags, error)
        return all(condition(candidate) for condition in self.conditions)


class _WrongWordError(Exception):
    """A word that makes no condition; its text is the sentence for the user."""


def parse_filter(text: str, selections: Mapping[str, Collection[str]] | None = None) -> Filter:
    """Read the filter box; never raises: what is wrong is said in `problem`.

    Words are parted by blanks, quoted where they hold some (`class:"Short Circuit"`), and all must be met.
    `selections`: paths below the capture by the name that `selection:` knows them under.
    """
    problem = ""
    known = False
    plain: list[Condition] = []  # cheap, so they are asked first
    keyed: list[Condition] = []
    if text.count('"') % 2:
        problem = 'A quotation mark " is not closed.'
        text_read = text.replace('"', " ")
    else:
        text_read = text
    for word in _WORD.findall(text_read):
        try:
            condition, needs_known = _condition(word, selections or {})
        except _WrongWordError as error:
            problem = problem or str(error)
        else:
            (keyed if ":" in word else plain).append(condition)
            known = known or needs_known
    return Filter(text, problem, known, (*plain, *keyed))


def _condition(word: str, selections: Mapping[str, Collection[str]]) -> tuple[Condition, bool]:
    """The condition a word makes, and whether it needs what is known beside the path."""
    bare = word.replace('"', "")
    if '"' in word and word.startswith('"'):
        return _plain(bare), False
    if compared := _COMPARED.fullmatch(bare):
        return _score(compared[2], compared[3]), True
    lowered = bare.lower()
    if lowered in ("flagged", "error"):
        return _switch(lowered, "yes"), True
    if keyed := _KEYED.fullmatch(bare):
        key, value = keyed[1].lower(), keyed[2].strip()
        if key in ("flagged", "error"):
            return _switch(key, value), True
        if key == "selection":
            return _selection(value, selections), False
        if key not in _KEYS:
            raise _WrongWordError(f'The filter knows no word "{keyed[1]}:"; it knows {", ".join(WORDS)}.')
        if not value:
            raise _WrongWordError(f'"{key}:" needs a value after the colon.')
        return _KEYS[key](value), False
    if lowered == "score" or lowered.startswith("score:"):
        raise _WrongWordError('"score" needs a comparison, such as score>3.')
    return _plain(bare), False


def _plain(value: str) -> Condition:
    wanted = same_text(value)
    return lambda candidate: wanted in same_text(candidate.path)


def _class(value: str) -> Condition:
    wanted = same_text(value)
    return lambda candidate: wanted in same_text(candidate.picture_class)


def _object(value: str) -> Condition:
    wanted = same_text(value)

    def matches(candidate: Candidate) -> bool:
        tokens = candidate.tokens
        if tokens is not None and same_text(tokens.object) == wanted:
            return True
        return wanted in same_text(split_class(candidate.picture_class)[0])

    return matches


def _state(value: str) -> Condition:
    wanted = same_text(value)
    normal = {"normal": True, "anomaly": False}.get(wanted)

    def matches(candidate: Candidate) -> bool:
        tokens = candidate.tokens
        if tokens is not None and same_text(tokens.state) == wanted:
            return True
        picture_class = candidate.picture_class
        if normal is not None:
            return bool(picture_class) and is_normal_class(picture_class) is normal
        return wanted in same_text(split_class(picture_class)[1])

    return matches


def _site(value: str) -> Condition:
    wanted = same_text(value)
    return lambda candidate: candidate.tokens is not None and same_text(candidate.tokens.site) == wanted


def _selection(value: str, selections: Mapping[str, Collection[str]]) -> Condition:
    wanted = same_text(value)
    chosen = next((paths for name, paths in selections.items() if same_text(name) == wanted), None)
    if chosen is None:
        known = f"known are {', '.join(sorted(selections))}" if selections else "none is kept of this capture"
        raise _WrongWordError(f'There is no selection named "{value}"; {known}.')

    @cache
    def members() -> frozenset[str]:  # made where the search runs, not where the word is typed
        return frozenset(chosen)

    return lambda candidate: candidate.path in members()


def _distance(value: str) -> Condition:
    within = _interval(value)
    return lambda candidate: candidate.tokens is not None and within(candidate.tokens.distance_m)


def _interval(value: str) -> Callable[[float], bool]:
    if bounds := _RANGE.fullmatch(value):
        low, high = sorted((float(bounds[1]), float(bounds[2])))
        return lambda number: low <= number <= high
    if bound := _BOUND.fullmatch(value):
        return _comparison(bound[1] or "=", float(bound[2]))
    raise _WrongWordError(f'"distance:{value}" is not a distance in metres, such as 3, 3-30 or >10.')


def _comparison(sign: str, limit: float) -> Callable[[float], bool]:
    signs: dict[str, Callable[[float], bool]] = {
        "<": lambda number: number < limit,
        "<=": lambda number: number <= limit,
        ">": lambda number: number > limit,
        ">=": lambda number: number >= limit,
        "=": lambda number: number == limit,
    }
    return signs[sign]


def _date(value: str) -> Condition:
    match = _DATE.fullmatch(value)
    if match is None:
        raise _WrongWordError(f'"date:{value}" is not a date, such as 2021-02 or 21.02.05.')
    year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    month = int(match[2]) if match[2] else None
    day = int(match[3]) if match[3] else None

    def matches(candidate: Candidate) -> bool:
        tokens = candidate.tokens
        if tokens is None or tokens.day.year != year:
            return False
        return month in (None, tokens.day.month) and day in (None, tokens.day.day)

    return matches


def _score(sign: str, value: str) -> Condition:
    try:
        within = _comparison(sign, float(value))
    except ValueError:
        raise _WrongWordError(f'"score{sign}" needs a number, such as score>3.') from None
    return lambda candidate: candidate.score is not None and within(candidate.score)


def _switch(key: str, value: str) -> Condition:
    if value.lower() not in ("yes", "no"):
        raise _WrongWordError(f'"{key}:" is followed by yes or no.')
    wanted = value.lower() == "yes"
    if key == "flagged":
        return lambda candidate: (candidate.flags > 0) is wanted
    return lambda candidate: bool(candidate.error) is wanted


_KEYS: dict[str, Callable[[str], Condition]] = {
    "class": _class,
    "object": _object,
    "state": _state,
    "distance": _distance,
    "site": _site,
    "date": _date,
}
