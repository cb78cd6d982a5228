// tokenlens, which reads models.dev's catalog, lists our feed and prices requests from it.
//
// Takes the folder of feeds and the file of requests with what the engine bills. tokenlens fetches the feed from a
// server on this machine, as it fetches models.dev. Fails if a model is missing or an amount differs by more than what
// floats lose.

import { createReadStream, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, feeds, requests] = process.argv.slice(2);
const require = createRequire(resolve(modules, "package.json"));
const { fetchModels, getTokenCosts, getContext } = await import(
  pathToFileURL(require.resolve("tokenlens"))
);

// tokenlens adds floats, so its amounts are near, not exact.
const NEAR = 1e-9;

const path = join(feeds, "models-dev/api.json");
const server = createServer((_, answer) => createReadStream(path).pipe(answer));
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const catalog = await fetchModels({ baseUrl: `http://127.0.0.1:${server.address().port}/api.json` });
server.close();

// It looks ids up in small letters, so each is looked up where it is the only one.
const only = (provider, model) => {
  const known = catalog[provider]?.models[model];
  const modelId = model.toLowerCase();
  return known && { modelId, providers: { [provider]: { models: { [modelId]: known } } } };
};

const wrong = [];
let models = 0;
for (const [id, provider] of Object.entries(JSON.parse(readFileSync(path, "utf8")))) {
  for (const [model, said] of Object.entries(provider.models)) {
    const known = only(id, model);
    if (!known || getContext(known).maxTotal !== said.limit.context) {
      wrong.push(`${id}/${model} is not listed as it is`);
    }
    models += 1;
  }
}

let equal = 0;
for (const request of JSON.parse(readFileSync(requests, "utf8"))) {
  const split = request.key.indexOf("/");
  const [id, model] = [request.key.slice(0, split), request.key.slice(split + 1)];
  const cost = catalog[id]?.models[model]?.cost;
  // It knows no tiers.
  if (request.source !== "models-dev" || (cost?.tiers && request.input > 1000)) continue;
  const usage = {
    input_tokens: request.input,
    output_tokens: request.output,
    cache_read_tokens: request.cache_read,
  };
  const known = only(id, model);
  if (!known) continue;
  const { totalUSD } = getTokenCosts({ ...known, usage });
  const ours = Number(request.amount);
  if (Math.abs(totalUSD - ours) <= NEAR * ours) equal += 1;
  else wrong.push(`${JSON.stringify(request)}: tokenlens says ${totalUSD}`);
}

console.log(
  `tokenlens: ${Object.keys(catalog).length} providers and ${models} models listed, ${equal} requests billed the same`,
);
for (const line of wrong.slice(0, 20)) console.error(`  ${line}`);
if (wrong.length > 0 || equal === 0) {
  console.error(`${wrong.length} are otherwise`);
  process.exit(1);
}
