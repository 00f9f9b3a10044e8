"""What a step made, taken apart into frames and plain values, and put together again as it was."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

import polars as pl

Frames = dict[str, pl.DataFrame]


def parted(value: Any, frames: Frames) -> Any:
    """The value as JSON can hold it; each frame in it is put into `frames` and named in its place.

    Raises TypeError for what would not come back as it was.
    """
    match value:
        case pl.DataFrame():
            name = f"{len(frames)}.parquet"
            frames[name] = value
            return name
        case None | bool() | int() | float() | str():
            return value
        case Mapping():
            return {_text(key): parted(one, frames) for key, one in value.items()}
        case list() | tuple():
            return [parted(one, frames) for one in value]
        case _ if is_dataclass(value):
            return {one.name: parted(getattr(value, one.name), frames) for one in fields(value)}
    raise TypeError(f"a checkpoint cannot hold a {type(value).__name__}")


def joined(plain: Any, kind: Any, frames: Frames) -> Any:
    """The value of that type that `parted` took apart; sequences without a declared type come back as lists."""
    if plain is None or kind is Any:
        return plain
    if kind is pl.DataFrame:
        return frames[plain]
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(**{one.name: joined(plain[one.name], hints[one.name], frames) for one in fields(kind)})
    return _generic(plain, get_origin(kind), get_args(kind), frames)


def _generic(plain: Any, origin: Any, inner: tuple[Any, ...], frames: Frames) -> Any:
    """The value of a type that is made of others; any other value is as JSON gave it."""
    if origin in (Union, types.UnionType):
        return joined(plain, next(one for one in inner if one is not type(None)), frames)
    if origin is tuple:
        kinds = [inner[0]] * len(plain) if inner[-1] is Ellipsis else inner
        return tuple(joined(one, each, frames) for one, each in zip(plain, kinds, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: joined(one, inner[1], frames) for key, one in plain.items()}
    return plain


def _text(key: object) -> str:
    """The key, which has to be text: JSON would make text of any other, and it would not come back."""
    if not isinstance(key, str):
        raise TypeError(f"a checkpoint cannot hold a mapping with keys of {type(key).__name__}")
    return key
