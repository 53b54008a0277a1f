/** The one question the provider asks: who are you? */
import { errorPage, loginPage } from './pages.mjs';

const LARGEST_FORM = 4096;

function send(response, status, html) {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(html);
}

async function readForm(request) {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > LARGEST_FORM) throw new Error('form too large');
  }
  return new URLSearchParams(body);
}

async function answer(provider, people, { acr, amr }, request, response) {
  const { pathname } = new URL(request.url, 'http://provider');
  const interaction = await provider.interactionDetails(request, response);
  const language = (interaction.params.ui_locales ?? '').startsWith('en') ? 'en' : 'nb';

  if (pathname.endsWith('/cancel')) {
    await provider.interactionFinished(request, response, {
      error: 'access_denied',
      error_description: 'the person chose not to log in',
    });
    return;
  }
  if (request.method !== 'POST') {
    send(response, 200, loginPage(pathname, people.all, language));
    return;
  }
  const subject = people.subjectFor((await readForm(request)).get('person'));
  if (!subject) {
    send(response, 422, loginPage(pathname, people.all, language, true));
    return;
  }
  await provider.interactionFinished(request, response, { login: { accountId: subject, acr, amr } });
}

/** Serves `/interaction/<id>`: GET shows the persons, POST logs in as one, GET `/cancel` goes back without a login. */
export async function answerInteraction(provider, people, level, request, response) {
  try {
    await answer(provider, people, level, request, response);
  } catch (error) {
    send(response, error.statusCode ?? 400, errorPage(error.error ?? 'invalid_request'));
  }
}
