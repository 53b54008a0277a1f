/** How the provider behaves: like a Norwegian BankID broker with one confidential client. */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';

import Provider from 'oidc-provider';

import { errorPage } from './pages.mjs';

const TEN_MINUTES = 600;

function newSigningKey(type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), alg, use: 'sig' };
}

/** Everything the client asks for is granted: a broker has one agreement with the clinic, and asks the patient nothing. */
async function grantEverythingAskedFor(ctx) {
  const grant = new ctx.oidc.provider.Grant({
    clientId: ctx.oidc.client.clientId,
    accountId: ctx.oidc.session.accountId,
  });
  grant.addOIDCScope(ctx.oidc.params.scope);
  await grant.save();
  return grant;
}

/** BankID remembers nobody: a request to log in never sees what an earlier one left in the browser. */
async function forgetEarlierLogins(ctx, next) {
  if (ctx.path === '/auth' || ctx.path.startsWith('/auth/')) {
    const kept = (ctx.get('cookie') || '').split('; ').filter((cookie) => !cookie.startsWith('_session'));
    ctx.req.headers.cookie = kept.join('; ');
  }
  await next();
}

export function buildProvider(issuer, configuration, people) {
  const nationalIdClaim = configuration.national_id_claim;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: configuration.client_id,
      ...(configuration.jwks ? { jwks: configuration.jwks } : { client_secret: configuration.client_secret }),
      client_name: 'Hjemmelegene',
      redirect_uris: configuration.redirect_uris,
      post_logout_redirect_uris: configuration.post_logout_redirect_uris,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: configuration.token_endpoint_auth_method ?? 'client_secret_post',
      id_token_signed_response_alg: 'RS256',
    }],
    jwks: {
      keys: [newSigningKey('rsa', { modulusLength: 2048 }, 'RS256'), newSigningKey('ec', { namedCurve: 'P-256' }, 'ES256')],
    },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    pkce: { required: () => true },
    acrValues: [configuration.acr],
    scopes: configuration.scope.split(' '),
    claims: {
      // Brokers give the name whatever is asked for.
      openid: [
        'sub', nationalIdClaim, 'name', 'given_name', 'family_name', 'birthdate', 'amr',
        ...(configuration.level_claim ? [configuration.level_claim] : []),
      ],
      acr: null,
      auth_time: null,
    },
    // Brokers put the claims in the ID token itself; the certified default keeps them for the userinfo endpoint.
    conformIdTokenClaims: configuration.claims_in_userinfo_only ?? false,
    findAccount: (ctx, subject) => {
      const claims = people.claimsOf(subject, nationalIdClaim);
      const level = configuration.level_claim ? { [configuration.level_claim]: configuration.acr } : {};
      return claims && { accountId: subject, claims: () => ({ ...claims, ...level, amr: configuration.amr }) };
    },
    loadExistingGrant: grantEverythingAskedFor,
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
    renderError: (ctx, out) => {
      ctx.type = 'html';
      ctx.body = errorPage(out.error);
    },
    ttl: {
      AccessToken: TEN_MINUTES,
      AuthorizationCode: 60,
      Grant: TEN_MINUTES,
      IdToken: TEN_MINUTES,
      Interaction: TEN_MINUTES,
      Session: TEN_MINUTES,
    },
  });
  provider.use(forgetEarlierLogins);
  return provider;
}
