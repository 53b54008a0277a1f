/** The pages of the development login: plain HTML, no script, made for a phone and a screen reader first. */

const TEXTS = {
  nb: {
    title: 'Utviklingsinnlogging',
    warning: 'Dette er ikke BankID. Personene er oppdiktet, og siden finnes bare under utvikling og test.',
    legend: 'Hvem vil du logge inn som?',
    missing: 'Velg en person først.',
    born: 'født',
    submit: 'Logg inn',
    cancel: 'Avbryt innloggingen',
  },
  en: {
    title: 'Development login',
    warning: 'This is not BankID. The persons are made up, and this page exists only for development and tests.',
    legend: 'Who do you want to log in as?',
    missing: 'Choose a person first.',
    born: 'born',
    submit: 'Log in',
    cancel: 'Cancel the login',
  },
};

const STYLE = `
  :root { color-scheme: light; font: 1.125rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; }
  * { box-sizing: border-box; }
  body { max-width: 34rem; margin: 0 auto; padding: 1rem; }
  h1 { font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
  .warning { border: 3px dashed #8a4b00; background: #fff4e0; padding: .75rem 1rem; }
  fieldset { border: 0; margin: 0; padding: 0; }
  legend { font-size: 1.25rem; font-weight: 700; padding: 0; margin-bottom: .5rem; }
  label { display: flex; gap: .75rem; align-items: center; min-height: 3rem; padding: .25rem .5rem; border-bottom: 1px solid #767676; }
  input { width: 1.5rem; height: 1.5rem; flex: none; }
  small { display: block; color: #454545; font-size: 1rem; }
  button { width: 100%; min-height: 3rem; margin: 1.5rem 0 1rem; border: 0; border-radius: .5rem; background: #0b4f6c; color: #fff; font: inherit; font-weight: 700; }
  :focus-visible { outline: 3px solid #8a4b00; outline-offset: 2px; }
  [role=alert] { color: #a30000; font-weight: 700; }`;

function escapeHtml(value) {
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function document(language, title, body) {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body><main>${body}</main></body>
</html>`;
}

function choice(person, texts) {
  return `<label><input type="radio" name="person" value="${escapeHtml(person.national_id)}" required>
<span>${escapeHtml(person.first_name)} ${escapeHtml(person.last_name)}
<small>${texts.born} ${escapeHtml(person.birth_date)}${person.note ? `, <span lang="en">${escapeHtml(person.note)}</span>` : ''}</small></span></label>`;
}

/** The list of persons; `nothingChosen` says so when the form came back without a person we know. */
export function loginPage(action, persons, language, nothingChosen = false) {
  const texts = TEXTS[language];
  return document(language, texts.title, `
<h1>${texts.title}</h1>
<p class="warning">${texts.warning}</p>
${nothingChosen ? `<p role="alert">${texts.missing}</p>` : ''}
<form method="post" action="${escapeHtml(action)}">
<fieldset><legend>${texts.legend}</legend>
${persons.map((person) => choice(person, texts)).join('\n')}
</fieldset>
<button type="submit">${texts.submit}</button>
</form>
<p><a href="${escapeHtml(action)}/cancel">${texts.cancel}</a></p>`);
}

/** A login that cannot go on, for example because the page was left open for too long. `code` is the OAuth error code. */
export function errorPage(code) {
  return document('nb', TEXTS.nb.title, `
<h1>${TEXTS.nb.title}</h1>
<p class="warning">${TEXTS.nb.warning}</p>
<p>Innloggingen stoppet her (<code>${escapeHtml(code)}</code>). Gå tilbake til chatten og be om en ny lenke.</p>
<p lang="en">The login stopped here. Go back to the chat and ask for a new link.</p>`);
}
