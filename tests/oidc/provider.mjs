// A real OpenID provider for the tests: `node provider.mjs` with its configuration as JSON in PROVIDER.
// PUT /test/people/<login> says what the claims of a person are; anything is their password.
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { client, secret, redirects, leaving } = JSON.parse(process.env.PROVIDER);
const people = new Map();
const told = ["groups", "department"];

const server = createServer();
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      redirect_uris: redirects,
      post_logout_redirect_uris: leaving,
    },
  ],
  cookies: { keys: ["only for tests"] },
  claims: {
    openid: ["sub", "amr"],
    profile: ["name", "preferred_username"],
    email: ["email", "email_verified"],
    staff: told,
  },
  scopes: ["openid", "profile", "email", "staff"],
  findAccount: (_context, id) =>
    people.has(id) ? { accountId: id, claims: () => ({ sub: id, ...people.get(id) }) } : undefined,
  // What the person agrees to is no matter here: the city's provider trusts the city's service.
  loadExistingGrant: async (context) => {
    const grant = new context.oidc.provider.Grant({
      clientId: context.oidc.client.clientId,
      accountId: context.oidc.session.accountId,
    });
    grant.addOIDCScope("openid profile email staff");
    await grant.save();
    return grant;
  },
  pkce: { required: () => true },
  ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
});

const answer = provider.callback();
server.on("request", async (request, response) => {
  if (!request.url.startsWith("/test/people/")) return answer(request, response);
  let body = "";
  for await (const part of request) body += part;
  people.set(decodeURIComponent(request.url.split("/").pop()), JSON.parse(body));
  response.writeHead(204).end();
});
console.log(`ready ${issuer}`);
