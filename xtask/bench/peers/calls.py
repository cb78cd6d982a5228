"""Prices with Python packages: `first` one usage and ends, `calls` the same usage of every model again and again.

Prints a line per package: its key and the nanoseconds on a processor that a call takes.
"""

import os
import sys
from datetime import UTC, datetime
from statistics import median
from time import process_time_ns

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

MODELS = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o1", "o3", "o3-mini", "o4-mini"]
AT = datetime(2026, 9, 30, tzinfo=UTC)


def genai_prices():
    from genai_prices import Usage, calc_price

    def call(model):
        usage = Usage(input_tokens=1530, cache_read_tokens=293, output_tokens=411)
        return calc_price(usage, model, provider_id="openai", genai_request_timestamp=AT).total_price

    return call


def litellm():
    from litellm import cost_per_token
    from litellm.types.utils import Usage

    def call(model):
        details = {"cached_tokens": 293}
        usage = Usage(prompt_tokens=1530, completion_tokens=411, total_tokens=1941, prompt_tokens_details=details)
        return sum(cost_per_token(model, custom_llm_provider="openai", usage_object=usage))

    return call


def tokencost():
    from tokencost import calculate_cost_by_tokens as cost

    def call(model):
        return cost(1237, model, "input") + cost(293, model, "cached") + cost(411, model, "output")

    return call


def nothing():
    return lambda model: 0


def nanoseconds(call):
    """The lowest of several medians of batches: other work on the machine can only make it larger."""

    def batch():
        start = process_time_ns()
        for _ in range(20):
            for model in MODELS:
                call(model)
        return (process_time_ns() - start) / (20 * len(MODELS))

    return min(median(batch() for _ in range(11)) for _ in range(5))


PACKAGES = {"genai-prices": genai_prices, "litellm": litellm, "tokencost": tokencost, "nothing": nothing}
if sys.argv[1] == "first":
    print(PACKAGES[sys.argv[2]]()(MODELS[0]))
else:
    print(f"{sys.argv[2]} {nanoseconds(PACKAGES[sys.argv[2]]())}")
