/**
 * The OpenID Connect provider for development and tests: the certified `oidc-provider`, with synthetic persons to log in as.
 *
 * Started by `web/dev_oidc.py`, never by hand and never in production. One line of JSON on standard input configures it:
 *   {"port", "client_id", "client_secret", "redirect_uris", "post_logout_redirect_uris", "national_id_claim",
 *   "scope", "acr", "amr", "level_claim", "claims_in_userinfo_only", "jwks", "token_endpoint_auth_method", "persons"}
 * Port 0 takes any free port. When it serves, it prints one line: {"ready": true, "issuer": "http://127.0.0.1:<port>"}.
 * It ends when standard input is closed, so it never outlives the process that started it.
 */
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

import { buildProvider } from './config.mjs';
import { answerInteraction } from './interaction.mjs';
import { People } from './people.mjs';

const HOST = '127.0.0.1';

function fail(message) {
  process.stderr.write(`Development login: ${message}\n`);
  process.exit(1);
}

async function readConfiguration() {
  const lines = createInterface({ input: process.stdin });
  lines.on('close', () => process.exit(0));
  const line = await new Promise((resolve) => { lines.once('line', resolve); });
  try {
    return JSON.parse(line);
  } catch {
    return fail('the first line of standard input must be the configuration as JSON.');
  }
}

function listen(server, port) {
  return new Promise((resolve) => {
    server.once('error', (error) => fail(
      error.code === 'EADDRINUSE' ? `port ${port} is taken; choose another with CLINIC_OIDC_PORT.` : error.message,
    ));
    server.listen(port, HOST, () => resolve(server.address().port));
  });
}

if (process.env.CLINIC_ENV !== 'dev') {
  fail('refuses to start unless CLINIC_ENV is dev: anyone can log in as anyone here.');
}
const configuration = await readConfiguration();
const people = new People(configuration.persons);
const server = createServer();
const issuer = `http://${HOST}:${await listen(server, configuration.port)}`;
const provider = buildProvider(issuer, configuration, people);
const serveProtocol = provider.callback();

server.on('request', (request, response) => {
  if (request.url.startsWith('/interaction/')) {
    answerInteraction(provider, people, configuration, request, response);
  } else {
    serveProtocol(request, response);
  }
});
process.stdout.write(`${JSON.stringify({ ready: true, issuer })}\n`);
