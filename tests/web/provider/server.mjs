// A certified OpenID provider with people of its own, for the tests of single sign-on.
//
//   node server.mjs <port> <the site's address> <issuer>
//
// PKCE is required of the client. Whoever signs in is asked for a name alone; the names below say how the provider
// answers. It writes "ready" once it listens, and ends with its input.
import { generateKeyPairSync } from "node:crypto";
import http from "node:http";
import { Provider, errors, interactionPolicy } from "oidc-provider";

const [port, site, issuer] = process.argv.slice(2);
const SUBJECTS = { other: "subject-of-another" }; // whose account has the same name as somebody else's

function account(id) {
  const name = id === "other" ? "science" : id;
  return {
    accountId: SUBJECTS[id] ?? `subject-of-${id}`,
    async claims() {
      return { sub: this.accountId, preferred_username: name, phone_number: "13800000000", email: `${id}@example.cn` };
    },
  };
}
const people = new Map();

const { base } = interactionPolicy;
const provider = new Provider(issuer, {
  clients: [{
    client_id: "innocity", client_secret: "secret-of-the-tests", grant_types: ["authorization_code"],
    response_types: ["code"], redirect_uris: [`${site}/account/single/office/login/callback/`],
    post_logout_redirect_uris: [`${site}/`],
  }],
  claims: { openid: ["sub", "amr", "acr"], profile: ["preferred_username"], email: ["email"], phone: ["phone_number"] },
  acrValues: ["two"],
  pkce: { required: () => true },
  cookies: { keys: ["keys of the tests"] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { policy: base(), url: (_, one) => `/people/${one.uid}` },
  findAccount: (_, sub) => people.get(sub),
  async loadExistingGrant(ctx) {
    const grant = new provider.Grant({ accountId: ctx.oidc.session.accountId, clientId: ctx.oidc.client.clientId });
    grant.addOIDCScope("openid profile email");
    await grant.save();
    return grant;
  },
});
provider.on("server_error", (_, error) => process.stderr.write(`${error.stack}\n`));

const FORM = `<!doctype html><html lang="zh"><title>City sign-in</title><form method="post">
<label>Name <input name="name" id="name"></label> <button name="do" value="in">Sign in</button>
<button name="do" value="cancel">Cancel</button></form></html>`;

async function people_page(request, response) {
  await provider.interactionDetails(request, response);
  if (request.method !== "POST") return response.setHeader("Content-Type", "text/html").end(FORM);
  let body = "";
  for await (const part of request) body += part;
  const form = new URLSearchParams(body);
  if (form.get("do") === "cancel") {
    return provider.interactionFinished(request, response, { error: "access_denied" });
  }
  const name = form.get("name");
  const one = account(name.replace("+otp", ""));
  people.set(one.accountId, one);
  const amr = name.endsWith("+otp") ? ["pwd", "otp"] : ["pwd"]; // somebody who used a second factor there
  return provider.interactionFinished(request, response, { login: { accountId: one.accountId, amr } });
}

// Keys of somebody else under the names of the provider's own.
async function keys_of_another(response) {
  const own = await (await fetch(`${issuer}/jwks`)).json();
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const { n, e } = publicKey.export({ format: "jwk" });
  const keys = own.keys.map((key) => ({ ...key, kty: "RSA", n, e }));
  response.setHeader("Content-Type", "application/json").end(JSON.stringify({ keys }));
}

const callback = provider.callback();
const server = http.createServer((request, response) => {
  if (request.url === "/keys-of-another") return keys_of_another(response);
  if (!request.url.startsWith("/people/")) return callback(request, response);
  people_page(request, response).catch((error) => {
    response.statusCode = error instanceof errors.OIDCProviderError ? 400 : 500;
    response.end(String(error));
  });
});
server.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
process.stdin.resume().on("end", () => process.exit(0));
