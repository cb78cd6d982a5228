"""Writes the data of the installed package genai-prices as the JSON that its repository publishes.

The package has its data as Python objects; what is read here is JSON. Run it where the package is installed:

    pip install genai-prices
    python sources/genai-prices.py > data.json
"""

import dataclasses
import datetime
import decimal
import json
import sys

from genai_prices import types
from genai_prices.data import providers

CLAUSES = (
    types.ClauseStartsWith,
    types.ClauseEndsWith,
    types.ClauseContains,
    types.ClauseRegex,
    types.ClauseEquals,
    types.ClauseOr,
    types.ClauseAnd,
)


# A decimal is written digit by digit: as a text between two of these, which are taken out with its quotes.
MARK = "\ue000"


def plain(value):
    """A value of the package as what JSON has; what says nothing is left out."""
    if isinstance(value, CLAUSES):
        (field,) = dataclasses.fields(value)
        return {field.name.rstrip("_"): plain(getattr(value, field.name))}
    if isinstance(value, types.ModelPrice):
        prices = {key: price for key, price in vars(value).items() if not key.startswith("_")}
        return {key: plain(price) for key, price in prices.items() if price is not None}
    if dataclasses.is_dataclass(value):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        said = {key: field for key, field in fields.items() if not key.startswith("_")}
        return {key: plain(field) for key, field in said.items() if field not in (None, False, [])}
    if isinstance(value, decimal.Decimal):
        return f"{MARK}{value:f}{MARK}"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


text = json.dumps(plain(providers), ensure_ascii=False, separators=(",", ":"))
sys.stdout.write(text.replace(f'"{MARK}', "").replace(f'{MARK}"', ""))
