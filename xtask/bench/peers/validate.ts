// Reads and validates a folder of models.dev's files with its own published code.
import { generate } from "models.dev";

const providers = Object.values(await generate(process.argv[2]));
console.log(providers.reduce((count, provider) => count + Object.keys(provider.models).length, 0));
