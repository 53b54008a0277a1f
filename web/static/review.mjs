// Takes the one-time token out of the address, where it stands behind the "#", and sends it in the body of a POST.
// It goes out of the address first, so that it stays neither in the address line nor in the history.

const TOKEN = /^#([\w-]{32})$/;
const form = document.getElementById("open");

function open() {
  const found = TOKEN.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.token.value = found[1];
  form.submit();
}

addEventListener("hashchange", open);
open();
