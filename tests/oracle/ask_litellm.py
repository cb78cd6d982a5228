"""What litellm says: its own `cost_per_token`, asked for our meters.

A key is one of its price map. Its floats are replaced by exact numbers (see `exact`), so every answer is exact. Where it
has no rate for something, it bills another: who asks must leave such usages out, so an answer lists the rates that the
price map states for what was asked.
"""

import json
import os
import re

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_LOG"] = "CRITICAL"

import litellm
from litellm._internal_context import pinned_billing_time
from litellm.cost_calculator import default_video_cost_calculator
from litellm.litellm_core_utils.llm_cost_calc.utils import CostCalculatorUtils
from litellm.llms.base_llm.ocr.transformation import OCRResponse, OCRUsageInfo
from litellm.types.utils import ImageObject, ImageResponse, Usage

import exact
import protocol

# Fields that a request's tokens are billed by, and the call that bills them.
TOKENS = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
    "input_audio": "input_cost_per_audio_token",
    "input_image": "input_cost_per_image_token",
    "input_video": "input_cost_per_video_token",
    "cache_read_audio": "cache_read_input_audio_token_cost",
    "reasoning": "output_cost_per_reasoning_token",
    "output_audio": "output_cost_per_audio_token",
    "output_image": "output_cost_per_image_token",
    "output_video": "output_cost_per_video_token",
}

# The meters that have rates above a number of tokens; the others keep theirs.
TIERED = ["input", "output", "cache_read", "cache_write", "cache_write_1h"]

# What other modes are billed by: our meter, the fields of which one is stated.
OTHERS = {
    "rerank": ("rerank_queries", ["input_cost_per_query"]),
    "search": ("searches", ["input_cost_per_query"]),
    "audio_transcription": ("audio_seconds_in", ["input_cost_per_second"]),
    "audio_speech": ("characters_in", ["input_cost_per_character"]),
    "ocr": ("pages", ["ocr_cost_per_page"]),
    "image_generation": ("images_out", ["output_cost_per_image", "input_cost_per_image"]),
    "image_edit": ("images_out", ["output_cost_per_image", "input_cost_per_image"]),
    "video_generation": ("video_seconds_out", ["output_cost_per_video_per_second", "output_cost_per_second"]),
}

# Their service tiers that have fields of their own, by the end of the field's name.
SUFFIXES = {"standard": "", "batch": "_batches", "flex": "_flex", "priority": "_priority", "balanced": "_balanced"} | {
    "ultrafast": "_ultrafast"
}

# What its batch prices cover.
BATCH = ["input", "output", "cache_read", "cache_write", "input_audio", "input_image", "input_video", "output_image"]

ABOVE = re.compile(r"_above_(\d+)(k?)_tokens")

# What a key of an image may have in front of the model: a quality and a size.
IN_FRONT = re.compile(r"(?:(?P<quality>low|medium|high|standard|hd)/)?(?:(?P<size>\d+-x-\d+)/)?(?P<model>.*)")

PROVIDERS = {"bedrock_converse": "bedrock", "fireworks_ai-embedding-models": "fireworks_ai"}

litellm.suppress_debug_info = True

PATH = os.path.join(os.path.dirname(litellm.__file__), "model_prices_and_context_window_backup.json")
with open(PATH) as file:
    EXACT = json.load(file, parse_float=exact.read, parse_int=lambda text: int(text))
for name, entry in EXACT.items():
    litellm.model_cost.get(name, {}).update(entry)
exact.install(litellm)


def describe(question):
    key, row = question["key"], EXACT[question["key"]]
    found = litellm.get_model_info(model=key, custom_llm_provider=provider_of(row))["key"]
    if found != key and EXACT[found] != row:
        return {"error": f"its lookup gives this key the price of `{found}`"}
    if billed_otherwise(row):
        return {"offers": [*offers_otherwise(row)], "cannot": [], "moments": [], "times": []}
    cannot = set()
    if not any(field in row for field in ("input_cost_per_token", "output_cost_per_token", "tiered_pricing")):
        cannot.add(f"its mode `{row.get('mode')}` without a price per token")
    offers = []
    for service_tier, suffix in SUFFIXES.items():
        meters = stated(row, service_tier, 0)
        if meters:
            offers.append(offer(row, service_tier, meters, {"service_tier": service_tier}))
    if "fast" in (row.get("provider_specific_entry") or {}) and row["litellm_provider"] == "anthropic":
        offers.append(offer(row, "fast", stated(row, "standard", 0), {"service_tier": "standard", "speed": "fast"}))
    if any(field.endswith("_decisions") for field in row):
        cannot.add("its code has no service tier `decisions`")
    return {"offers": offers, "cannot": sorted(cannot), "moments": [], "times": off_peak_times(row)}


def offer(row, service_tier, meters, context):
    return {
        "service_tier": service_tier,
        "variants": [],
        "context": context,
        "meters": sorted(meters),
        "input_above": sorted(thresholds(row, SUFFIXES[context["service_tier"]])),
    }


def price(question):
    key, usage, context = question["key"], question["usage"], question["context"]
    row = EXACT[key]
    provider = provider_of(row)
    with pinned_billing_time(protocol.moment(question["at"])):
        billed = billed_otherwise(row)
        if billed:
            meter, field = billed
            parts = otherwise(key, provider, row["mode"], usage[meter], context.get("resolution"))
            rates = {meter: shown(row[field])}
        else:
            parts = litellm.cost_per_token(model=key, custom_llm_provider=provider, **tokens(usage, context))
            rates = stated(row, context["service_tier"], input_tokens(usage))
    if any(type(part) is float and part for part in parts):
        return {"error": "its code computes a part of this with floats"}
    total = sum(exact.fraction(part) for part in parts)
    endless = any(type(value) is exact.Exact and exact.is_endless(value) for value in row.values())
    return {"total": protocol.decimal(total), "rates": rates, "endless": endless}


def tokens(usage, context):
    """The arguments of a call that bills tokens."""
    unit = lambda meter: usage.get(meter, 0)
    unknown = set(usage) - set(TOKENS)
    if unknown:
        raise ValueError(f"cannot be asked for {sorted(unknown)}")
    output = sum(unit(meter) for meter in ("output", "reasoning", "output_audio", "output_image", "output_video"))
    inputs = {
        "cached_tokens": unit("cache_read") + unit("cache_read_audio"),
        "text_tokens": unit("input"),
        "audio_tokens": unit("input_audio"),
        "image_tokens": unit("input_image"),
        "video_tokens": unit("input_video"),
    }
    if unit("cache_read_audio"):
        inputs["audio_tokens"] += unit("cache_read_audio")
        inputs["cached_tokens_details"] = {"audio_tokens": unit("cache_read_audio")}
    if unit("cache_write") + unit("cache_write_1h"):
        inputs["cache_creation_tokens"] = unit("cache_write") + unit("cache_write_1h")
    if unit("cache_write_1h"):
        inputs["cache_creation_token_details"] = {
            "ephemeral_5m_input_tokens": unit("cache_write"),
            "ephemeral_1h_input_tokens": unit("cache_write_1h"),
        }
    outputs = {f"{kind}_tokens": unit(f"output_{kind}") for kind in ("audio", "image", "video")}
    outputs |= {"text_tokens": unit("output"), "reasoning_tokens": unit("reasoning")}
    prompt = input_tokens(usage)
    speed = {"speed": context["speed"]} if "speed" in context else {}
    usage_object = Usage(
        prompt_tokens=prompt,
        completion_tokens=output,
        total_tokens=prompt + output,
        prompt_tokens_details=inputs,
        completion_tokens_details=outputs,
        **speed,
    )
    arguments = {"usage_object": usage_object, "prompt_tokens": prompt, "completion_tokens": output}
    if context["service_tier"] == "batch":
        return arguments | {"call_type": "aretrieve_batch"}
    if context["service_tier"] != "standard":
        return arguments | {"service_tier": context["service_tier"]}
    return arguments


def offers_otherwise(row):
    """What is asked of a row that is not billed by tokens: a video is priced by resolution too."""
    meter, field = billed_otherwise(row)
    common = {"service_tier": "standard", "meters": [meter], "input_above": []}
    if meter != "video_seconds_out":
        yield common | {"variants": [], "context": {}}
        return
    resolutions = [name.removeprefix(f"{field}_") for name in row if name.startswith(f"{field}_")]
    for resolution in resolutions:
        yield common | {"variants": [f"resolution={resolution}"], "context": {"resolution": resolution}}
    if not resolutions:
        yield common | {"variants": [], "context": {}}


def otherwise(key, provider, mode, units, resolution):
    """The parts of the price of what is not billed by tokens."""
    if mode == "video_generation":
        return [default_video_cost_calculator(key, units, provider, None, resolution)]
    if mode in ("image_generation", "image_edit"):
        sizes = IN_FRONT.match(key.removeprefix(f"{provider}/"))
        images = ImageResponse(data=[ImageObject(url="https://example.com")] * units)
        model = key if sizes["model"] == key.removeprefix(f"{provider}/") else sizes["model"]
        asked = {"quality": sizes["quality"]}
        if sizes["size"]:
            width, height = map(int, sizes["size"].split("-x-"))
            asked["image_size"] = {"width": width, "height": height}
        cost = CostCalculatorUtils.route_image_generation_cost_calculator
        return [cost(model, images, provider, sizes["quality"], units, sizes["size"], asked)]
    arguments = {"model": key, "custom_llm_provider": provider, "call_type": mode.removeprefix("audio_")}
    if mode == "rerank":
        arguments["rerank_billed_units"] = {"search_units": units}
    elif mode == "search":
        arguments["number_of_queries"] = units
    elif mode == "audio_transcription":
        arguments["audio_transcription_file_duration"] = units
    elif mode == "audio_speech":
        arguments["prompt_characters"] = units
    elif mode == "ocr":
        arguments["response"] = OCRResponse(pages=[], model=key, usage_info=OCRUsageInfo(pages_processed=units))
    return litellm.cost_per_token(**arguments)


def billed_otherwise(row):
    """The meter and the field of a row that is not billed by tokens; nothing for one that is."""
    if row.get("input_cost_per_token") or row.get("output_cost_per_token"):
        return None
    meter, fields = OTHERS.get(row.get("mode"), (None, []))
    return next(((meter, field) for field in fields if row.get(field)), None)


def stated(row, service_tier, input_count):
    """The rates that a row states by name for a service tier and a number of input tokens."""
    suffix = SUFFIXES[service_tier]
    if tiers(row) and service_tier == "standard":
        return tier_of_table(tiers(row), input_count)
    crossed = [above for above in thresholds(row, suffix) if crosses(row, input_count, above)]
    rates = {}
    for meter in BATCH if service_tier == "batch" else TOKENS:
        field = TOKENS[meter]
        fields = [f"{field}{suffix}"]
        if crossed and meter in TIERED:
            fields = [f"{field}_above_{written}_tokens{suffix}" for written in spellings(max(crossed))]
        rates |= {meter: shown(row[field]) for field in fields if row.get(field) is not None}
    return rates


def tier_of_table(table, input_count):
    """The rates of the tier of a `tiered_pricing` list."""
    tier = next((tier for tier in table if input_count <= tier["range"][1]), table[-1])
    return {meter: shown(tier[field]) for meter, field in TOKENS.items() if field in tier}


def tiers(row):
    """The tiers of a `tiered_pricing` list that count input tokens."""
    tiers = [tier for tier in row.get("tiered_pricing", []) if "range" in tier]
    return sorted(tiers, key=lambda tier: tier["range"][0])


def shown(rate):
    """A rate for a million, for people."""
    return protocol.decimal(exact.fraction(rate) * 10**6)


def thresholds(row, suffix):
    """The numbers of input tokens above which a row has other rates, for a service tier or the standard one."""
    starts = {int(tier["range"][0]) for tier in tiers(row)} - {0}
    for field, value in row.items():
        above = ABOVE.search(field)
        if above and value is not None and field[above.end() :] in ("", suffix):
            starts.add(int(above[1]) * (1000 if above[2] else 1))
    return starts


def crosses(row, input_count, above):
    return input_count > above or (row["litellm_provider"] == "xai" and input_count == above)


def spellings(number):
    return [f"{number // 1000}k", str(number)]


def input_tokens(usage):
    inputs = ("input", "cache_read", "cache_write", "cache_write_1h", "input_audio", "input_image", "input_video")
    return sum(usage.get(meter, 0) for meter in (*inputs, "cache_read_audio"))


def off_peak_times(row):
    windows = (row.get("off_peak_pricing") or {}).get("windows", [])
    hours = [hour for window in windows for hour in listed(window["hours_utc"])]
    return sorted({edge for hour in hours for edge in hour.split("-")})


def listed(value):
    return [value] if isinstance(value, str) else value


def provider_of(row):
    provider = row["litellm_provider"]
    return "vertex_ai" if provider.startswith("vertex_ai-") else PROVIDERS.get(provider, provider)


protocol.serve(describe, price)
