"""Options that belong together: a command takes them as one parameter, the command line as options like all others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields, is_dataclass
from functools import wraps
from inspect import Parameter, signature
from typing import Any, get_type_hints


def with_holders(command: Callable[..., None]) -> Callable[..., None]:
    """The command with every parameter that is a dataclass of options taken apart into these, in its place.

    Typer reads options from a function's parameters alone, and a command has up to twenty-five of them.
    """
    hints = get_type_hints(command, include_extras=True)
    holders = {name: kind for name, kind in hints.items() if is_dataclass(kind) and isinstance(kind, type)}

    @wraps(command)
    def taken_apart(**given: Any) -> None:
        held = {
            name: kind(**{each.name: given.pop(each.name) for each in fields(kind)})
            for name, kind in holders.items()
        }
        command(**given, **held)

    apart = [
        each for parameter in signature(command).parameters.values() for each in _apart(parameter, hints)
    ]
    taken_apart.__signature__ = signature(command).replace(parameters=apart)  # type: ignore[attr-defined]
    taken_apart.__annotations__ = {each.name: each.annotation for each in apart}
    return taken_apart


def _apart(parameter: Parameter, hints: dict[str, Any]) -> Iterator[Parameter]:
    kind = hints[parameter.name]
    if not (is_dataclass(kind) and isinstance(kind, type)):
        yield parameter.replace(annotation=kind, kind=Parameter.KEYWORD_ONLY)
        return
    within = get_type_hints(kind, include_extras=True)
    for each in fields(kind):
        default = Parameter.empty if each.default is MISSING else each.default
        yield Parameter(each.name, Parameter.KEYWORD_ONLY, default=default, annotation=within[each.name])
