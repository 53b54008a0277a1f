"""Rasa without TensorFlow at run time.

Rasa imports TensorFlow for classifiers and policies that we do not use; this costs 4 s and 340 MB at every start.
`install()` puts inert stand-ins in its place before Rasa is imported: they can be imported, subclassed and used in
annotations, and raise `TensorFlowNotLoaded` when somebody really calls them. See docs/decisions/0002.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

_ABSENT = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "transformers")


class TensorFlowNotLoaded(RuntimeError):
    """A part that needs TensorFlow was used here. Take it out of config.yml, or start without lean imports."""


class _InertMeta(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        # Used as a decorator on import (`@tf.function`): hand back what was decorated.
        if cls is Inert and len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        if cls is Inert:
            return _decorator
        raise TensorFlowNotLoaded(f"{cls.__name__} needs TensorFlow, which this process does not load.")

    def __getitem__(cls, item: Any) -> Any:
        return cls

    def __or__(cls, other: Any) -> Any:
        return cls

    __ror__ = __or__


class Inert(metaclass=_InertMeta):
    """Stands for any class, function or constant of an absent package."""


def _decorator(target: Any = None, *args: Any, **kwargs: Any) -> Any:
    return target


class _InertModule(ModuleType):
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Inert


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.split(".")[0] in _ABSENT:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        return None


def install() -> None:
    """Makes the absent packages importable as inert stand-ins; does nothing once they are really loaded."""
    if "tensorflow" not in sys.modules and not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
