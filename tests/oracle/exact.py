"""Floats that compute exactly, so that litellm's own pricing code gives exact totals.

An `Exact` is a float to all who look, and keeps the number as a fraction beside it. Python asks a subclass first, so
every operation of a plain float or an integer with an `Exact` is exact and gives an `Exact`. Code that calls `float(x)`
would lose it: `install` makes `float` mean `Exact` in the modules that compute prices.
"""

import builtins
import importlib
import sys
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path


class FloatLike(type):
    """Makes `isinstance(x, float)` true of plain floats where `float` means `Exact`."""

    def __instancecheck__(cls, instance):
        return builtins.isinstance(instance, builtins.float)


class Exact(float, metaclass=FloatLike):
    __slots__ = ("number",)

    def __new__(cls, value=0):
        if type(value) is Exact:
            return value
        number = fraction(value)
        self = builtins.float.__new__(cls, number)
        self.number = number
        return self

    def __add__(self, other):
        return Exact(self.number + fraction(other))

    def __sub__(self, other):
        return Exact(self.number - fraction(other))

    def __rsub__(self, other):
        return Exact(fraction(other) - self.number)

    def __mul__(self, other):
        return Exact(self.number * fraction(other))

    def __truediv__(self, other):
        return Exact(self.number / fraction(other))

    def __rtruediv__(self, other):
        return Exact(fraction(other) / self.number)

    __radd__ = __add__
    __rmul__ = __mul__


def fraction(value):
    """The number that was meant: of a float, the shortest decimal that reads back as it."""
    if type(value) is Exact:
        return value.number
    return Fraction(repr(value) if builtins.isinstance(value, builtins.float) else value)


def read(text):
    """A number of a JSON text without float noise: the shortest decimal within a relative 1e-12 is what was meant."""
    return Exact(Fraction(without_noise(Decimal(text))))


def without_noise(number):
    for digits in range(1, 16):
        with localcontext(prec=digits):
            short = +number
        if abs(short - number) * 10**12 <= abs(number):
            return short
    return number


def is_endless(value):
    """Whether no short decimal was meant, as by a twelfth of a dollar, however far it is written out."""
    return len(Decimal(repr(builtins.float(value))).as_tuple().digits) > 9


def install(package):
    """Makes `float` mean `Exact` in the modules of a package that compute prices, also those it imports at first use."""
    folder = Path(package.__file__).parent
    for path in folder.glob("llms/**/*cost_calculat*.py"):
        importlib.import_module(".".join([package.__name__, *path.relative_to(folder).with_suffix("").parts]))
    for name, module in sys.modules.items():
        if name.startswith(package.__name__) and ("cost" in name or "tiered_pricing" in name):
            module.float = Exact
