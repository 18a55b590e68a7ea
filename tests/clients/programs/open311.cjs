// npm's `open311`: discovery, services, a request with an answer to a question, its token, two requests by id.
const assert = require("node:assert");
const { promisify } = require("node:util");
const Open311 = require("open311");

const [url, apiKey] = process.argv.slice(2);
const client = new Open311({ discovery: `${url}/open311/discovery.json`, apiKey });
const ask = (name, ...said) => promisify(client[name].bind(client))(...said);

async function main() {
  await ask("serviceDiscovery", { cache: true });
  assert.strictEqual(client.endpoint, `${url}/open311/v2/`);
  const services = await ask("serviceList");
  assert.ok(services.length > 10);
  const { service_code } = services.find((each) => each.metadata);
  const { attributes } = await ask("serviceDefinition", service_code);
  const told = Object.fromEntries(
    attributes.map((each) => [each.code, each.values.length ? each.values[0].key : "1"]),
  );
  const sent = { service_code, lat: 16.4601, long: 107.5902, description: `Gửi bằng Node ${Date.now()}` };
  const [made] = await ask("submitRequest", { ...sent, attributes: told });
  const [token] = await ask("token", made.service_request_id);
  assert.strictEqual(token.service_request_id, made.service_request_id);
  const some = (await ask("serviceRequests", { page_size: 2 })).map((each) => each.service_request_id);
  const found = await ask("serviceRequests", some);
  assert.deepStrictEqual(found.map((each) => each.service_request_id).sort(), [...some].sort());
  assert.ok(found.every((each) => !Number.isNaN(each.requested_datetime.getTime())));
}

main();
