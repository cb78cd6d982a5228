"""litellm prices requests with our feed as its price map.

Takes the folder of feeds and the file of requests with what the engine bills. litellm itself fetches the map, from a
server on this machine, and checks it as it checks its own; then it prices every request. Fails if litellm does not take
the map or an amount differs by more than what floats lose.
"""

import functools
import http.server
import json
import os
import sys
import threading
from decimal import Decimal

# litellm adds floats, so its amounts are near, not exact.
NEAR = Decimal("1e-9")

feeds, requests = sys.argv[1:]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(
    ("127.0.0.1", 0), functools.partial(Quiet, directory=feeds)
)
threading.Thread(target=server.serve_forever, daemon=True).start()
path = "litellm/model_prices_and_context_window.json"
os.environ["LITELLM_MODEL_COST_MAP_URL"] = f"http://127.0.0.1:{server.server_port}/{path}"

import litellm  # noqa: E402  It reads the address when it is imported.
from litellm.cost_calculator import cost_per_token  # noqa: E402
from litellm.litellm_core_utils.get_model_cost_map import (  # noqa: E402
    get_model_cost_map_source_info,
)
from litellm.types.utils import PromptTokensDetailsWrapper, Usage  # noqa: E402

with open(os.path.join(feeds, path), encoding="utf-8") as file:
    keys = json.load(file)
info = get_model_cost_map_source_info()
if info["source"] != "remote" or not keys.keys() <= litellm.model_cost.keys():
    sys.exit(f"litellm did not take the map: {info}")


def billed(request):
    prompt = request["input"] + request["cache_read"]
    details = PromptTokensDetailsWrapper(cached_tokens=request["cache_read"])
    usage = Usage(
        prompt_tokens=prompt,
        completion_tokens=request["output"],
        total_tokens=prompt + request["output"],
        prompt_tokens_details=details,
        cache_read_input_tokens=request["cache_read"],
    )
    costs = cost_per_token(
        model=request["key"],
        custom_llm_provider=request["provider"],
        prompt_tokens=prompt,
        completion_tokens=request["output"],
        usage_object=usage,
    )
    return Decimal(sum(costs))


with open(requests, encoding="utf-8") as file:
    requests = json.load(file)
equal, different = 0, []
for request in requests:
    # Other modes are not billed by the token alone.
    if request["source"] != "litellm" or keys[request["key"]]["mode"] not in ("chat", "responses"):
        continue
    # It takes the provider's name off such a key and finds another entry.
    if request["key"].startswith(f"{request['provider']}/{request['provider']}/"):
        continue
    # Its own formula for Perplexity knows neither cached tokens nor tiers, whatever the map says.
    is_plain = request["cache_read"] == 0 and request["input"] <= 1000
    if request["provider"] == "perplexity" and not is_plain:
        continue
    try:
        ours, theirs = Decimal(request["amount"]), billed(request)
    except Exception as error:  # noqa: BLE001  Whatever it is, it is told with the key.
        different.append((request, repr(error)[:200]))
        continue
    if abs(ours - theirs) <= NEAR * ours:
        equal += 1
    else:
        different.append((request, str(theirs)))

print(f"litellm {info['url'].rsplit('/', 1)[-1]}: {len(keys)} keys, {equal} requests billed the same")
for request, theirs in different[:20]:
    print(f"  {request}: litellm says {theirs}", file=sys.stderr)
if different or not equal:
    sys.exit(f"{len(different)} requests are billed otherwise")
