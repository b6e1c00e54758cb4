"""Frozen shapes as JSON texts, and back by the type they were promised to be: equal to what they were."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def written(value: Any) -> str:
    """A value as JSON text: dataclasses by their fields, mappings as pairs, days and instants in ISO form.

    Raises:
        TypeError: something in it has no such form.
    """
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def read(kind: Any, text: str) -> Any:
    """The value of a type from its JSON text.

    Raises:
        ValueError, TypeError, KeyError: the text holds something else.
    """
    return _made(kind, json.loads(text))


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value)  # also of numpy, which writes itself differently
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(found)] for key, found in value.items()]
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    raise TypeError(f"A {type(value).__name__} cannot be kept as text.")


def _made(kind: Any, plain: Any) -> Any:
    origin, inside = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return None if plain is None else _made(_one_of(inside, plain), plain)
    if origin is tuple:
        kinds = inside[:1] * len(plain) if inside[-1:] == (Ellipsis,) else inside
        return tuple(_made(one, value) for one, value in zip(kinds, plain, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {_made(inside[0], key): _made(inside[1], value) for key, value in plain}
    if origin is not None:
        found = [_made(inside[0], one) for one in plain]
        return found if origin is list else tuple(found)
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: _made(hint, plain[name]) for name, hint in _hints(kind).items()})
    if kind in (datetime, date):
        return kind.fromisoformat(plain)
    return kind(plain) if isinstance(kind, type) and issubclass(kind, Enum) else plain


def _one_of(kinds: tuple[Any, ...], plain: Any) -> Any:
    """Which of some types a plain value stands for: numbers for themselves, all else for the only other."""
    others = [kind for kind in kinds if kind is not NoneType]
    return type(plain) if isinstance(plain, int | float) and len(others) > 1 else others[0]


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    told = get_type_hints(kind)
    return {one.name: told[one.name] for one in fields(kind)}
