"""What genai-prices says: its own `calc_price`, asked for our meters, and its `extract_usage`, asked for bodies.

A key is `provider/model` with the ids of its data. The model is asked itself, because some ids are not among the names
that it is looked up by. The arithmetic is decimal; a result that had to be rounded is an
error here, so every answer is exact.
"""

import decimal
from collections import Counter
from datetime import UTC, datetime, time

from genai_prices import Usage, data_snapshot
from genai_prices.types import ModelPrice, StartDateConstraint, TieredPrices, TimeOfDateConstraint

import protocol

decimal.getcontext().prec = 100
decimal.getcontext().traps[decimal.Inexact] = True

# Which of our meters a price is for. What is not here cannot be asked.
METERS = {
    "input_mtok": "input",
    "output_mtok": "output",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write",
    "cache_write_1h_mtok": "cache_write_1h",
    "input_audio_mtok": "input_audio",
    "input_image_mtok": "input_image",
    "input_video_mtok": "input_video",
    "cache_audio_read_mtok": "cache_read_audio",
    "cache_image_read_mtok": "cache_read_image",
    "cache_video_read_mtok": "cache_read_video",
    "output_reasoning_mtok": "reasoning",
    "output_audio_mtok": "output_audio",
    "output_image_mtok": "output_image",
    "output_video_mtok": "output_video",
    "output_citation_mtok": "citation",
    "input_mchars": "characters_in",
    "audio_hours": "audio_seconds_in",
    "input_audio_hours": "audio_seconds_in",
    "input_document_kpages": "pages",
    "input_annotated_document_kpages": "annotated_pages",
    "web_searches_kcount": "searches",
    "rerank_searches_kcount": "rerank_queries",
    "requests_kcount": "requests",
    "input_text_messages_kcount": "text_messages",
    "output_audio_hours": "audio_seconds_out",
}

# The counts that each of our meters adds to: ours are disjoint, its counts nest.
COUNTS = {
    "input": ["input_tokens"],
    "cache_read": ["input_tokens", "cache_read_tokens"],
    "cache_write": ["input_tokens", "cache_write_tokens"],
    "cache_write_1h": ["input_tokens", "cache_write_tokens", "cache_write_1h_tokens"],
    "output": ["output_tokens"],
    "reasoning": ["output_tokens", "output_reasoning_tokens"],
    "citation": ["output_tokens", "output_citation_tokens"],
    "characters_in": ["input_characters"],
    "audio_seconds_in": ["audio_seconds", "input_audio_seconds"],
    "pages": ["input_document_pages"],
    "annotated_pages": ["input_document_pages", "input_annotated_document_pages"],
    "searches": ["web_searches"],
    "rerank_queries": ["rerank_searches"],
    "text_messages": ["input_text_messages"],
    "audio_seconds_out": ["output_audio_seconds"],
    "requests": [],  # it counts one for every call
} | {
    meter: counts
    for kind in ("audio", "image", "video")
    for meter, counts in {
        f"input_{kind}": ["input_tokens", f"input_{kind}_tokens"],
        f"cache_read_{kind}": [
            "input_tokens",
            "cache_read_tokens",
            f"input_{kind}_tokens",
            f"cache_{kind}_read_tokens",
        ],
        f"output_{kind}": ["output_tokens", f"output_{kind}_tokens"],
    }.items()
}

# The service tier or the variant that its request context stands for.
CONTEXTS = {
    ("processing", "batch"): ("batch", []),
    ("service_tier", "default"): ("standard", []),
    ("service_tier", "flex"): ("flex", []),
    ("service_tier", "priority"): ("priority", []),
    ("service_tier", "fast"): ("fast", []),
    ("speed", "fast"): ("fast", []),
    ("search_type", "fast"): ("standard", ["search_type=fast"]),
    ("search_type", "web"): ("standard", ["search_type=web"]),
}

PROVIDERS = {provider.id: provider for provider in data_snapshot.get_snapshot().providers}


def describe(question):
    _, model = find(question["key"])
    conditional = [] if isinstance(model.prices, ModelPrice) else model.prices
    prices = [entry.prices for entry in conditional] or [model.prices]
    variants = model.price_variants or []
    cannot = {f"no meter of ours is its `{key}`" for price in prices for key in keys(price) if key not in METERS}
    offers = [offer("standard", [], {}, prices)]
    for when in unique(variant.when for variant in variants):
        (condition,) = when.items() if len(when) == 1 else [(None, None)]
        if condition not in CONTEXTS:
            cannot.add(f"no condition of ours is its `{condition}`")
            continue
        service_tier, ours = CONTEXTS[condition]
        offers.append(offer(service_tier, ours, when, [v.prices for v in variants if v.when == when]))
    offers = [each for each in offers if each["meters"]]
    constraints = [entry.constraint for entry in [*conditional, *variants]]
    return {
        "offers": offers,
        "cannot": sorted(cannot),
        "moments": sorted({
            datetime.combine(each.start_date, time(), UTC).isoformat()
            for each in constraints
            if isinstance(each, StartDateConstraint)
        }),
        "times": sorted({
            edge.isoformat("minutes")[:5]
            for each in constraints
            if isinstance(each, TimeOfDateConstraint)
            for edge in (each.start_time, each.end_time)
        }),
    }


def price(question):
    at = protocol.moment(question["at"])
    provider, model = find(question["key"])
    result = model.calc_price(
        Usage(**counts(question["usage"])),
        provider,
        genai_request_timestamp=at,
        price_context=question["context"] or None,
    )
    return {
        "total": protocol.decimal(result.total_price),
        "rates": rates(model, question["context"], at),
        "endless": any(is_endless(value) for value in result.model_price.__dict__.values()),
    }


def extractors(_):
    """The extractors that there are, by provider and flavor."""
    return [[provider.id, each.api_flavor] for provider in PROVIDERS.values() for each in provider.extractors or []]


def extract(question):
    """What an extractor reads in a body, and what our meters of the same body add up to."""
    _, usage = PROVIDERS[question["provider"]].extract_usage(question["body"], api_flavor=question["flavor"])
    # Its counts of text are what the other kinds leave, those of tools are within the others, and five minutes are what
    # the hour leaves.
    theirs = {
        name: count
        for name, count in vars(usage).items()
        if count and "_text_" not in name and "_tool_" not in name and "_5m_" not in name
    }
    ours = question["usage"]
    return {"theirs": theirs, "ours": None if ours is None else counts(ours)}


def counts(usage):
    """Our meters, which are disjoint, as its counts, which nest."""
    counted = Counter()
    for meter, units in usage.items():
        for count in COUNTS[meter]:
            counted[count] += units
    return counted


def rates(model, context, at):
    """What is priced for a context by name; a price that only stands in from the standard ones is not."""
    standard = model.get_prices(at)
    if not context:
        return shown(standard)
    named = model.get_prices(at, context)
    variants = [v for v in model.price_variants if v.when == context]
    own = {key for v in variants if v.constraint is None or v.constraint.active(at) for key in keys(v.prices)}
    always = {"requests_kcount"} & set(keys(standard))
    return {METERS[key]: text(getattr(named, key)) for key in own | always if key in METERS}


def offer(service_tier, variants, context, prices):
    tiered = [value for price in prices for value in price.__dict__.values() if isinstance(value, TieredPrices)]
    return {
        "service_tier": service_tier,
        "variants": variants,
        "context": context,
        "meters": sorted({meter for price in prices for meter in shown(price)}),
        "input_above": sorted({tier.start for value in tiered for tier in value.tiers}),
    }


def shown(price):
    return {METERS[key]: text(getattr(price, key)) for key in keys(price) if key in METERS}


def is_endless(value):
    """Whether a price has more decimals than any that was meant, as a twelfth of a dollar has."""
    return isinstance(value, decimal.Decimal) and value.as_tuple().exponent < -12


def text(value):
    if not isinstance(value, TieredPrices):
        return str(value)
    return ", ".join([str(value.base), *(f"{tier.price} above {tier.start}" for tier in value.tiers)])


def keys(price):
    return [key for key, value in price.__dict__.items() if value is not None]


def unique(items):
    return list({tuple(sorted(item.items())): item for item in items}.values())


def find(key):
    provider_id, _, model_id = key.partition("/")
    provider = PROVIDERS[provider_id]
    return provider, next(model for model in provider.models if model.id == model_id)


protocol.serve(describe, price, extract=extract, extractors=extractors)
