"""The conversation with the oracle: a JSON value a line, in and out.

`describe` takes keys and answers what the catalog prices for each, so that usages can be drawn; `price` takes asks and
answers totals as exact decimals; further words are a catalog's own. What cannot be answered is answered with the reason,
never left out.
"""

import json
import sys
from datetime import datetime
from fractions import Fraction


def serve(describe, price, **others):
    """Answers every line of the standard input with one of the functions, whichever the first argument names."""
    answer = {"describe": describe, "price": price, **others}[sys.argv[1]]
    # What a package prints on its own account is no answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        question = json.loads(line)
        try:
            reply = answer(question)
        except Exception as error:  # whatever the catalog raises is its answer
            reply = {"error": f"{type(error).__name__}: {error}".splitlines()[0][:200]}
        print(json.dumps(reply), file=answers)


def moment(text):
    """The moment of an ask."""
    return datetime.fromisoformat(text)


def decimal(number):
    """A number as a decimal: exact where it ends, else the first 40 digits after the point."""
    number = Fraction(number)
    whole, rest = divmod(abs(number), 1)
    digits = []
    while rest and len(digits) < 40:
        digit, rest = divmod(rest * 10, 1)
        digits.append(str(digit))
    sign = "-" if number < 0 else ""
    return f"{sign}{whole}.{''.join(digits) or '0'}"
