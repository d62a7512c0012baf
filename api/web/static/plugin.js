// Hands a prepared file to the signing tool of the government. Its own script, vgcaplugin.js, is the operator's to
// install; it gives the functions vgca_sign_… that take parameters as JSON and call back with an answer as JSON.
const form = document.getElementById("plugin");
const status = form?.querySelector("[role=status]");

async function addresses() {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function told(text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = { Status: -1, Message: String(text) };
  }
  if (answer.Status === 0 || answer.Status === true) window.location.reload();
  else status.textContent = `${status.dataset.refused} ${answer.Message ?? ""}`;
}

if (form) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const made = await addresses();
      window[made.function](JSON.stringify(made.parameters), told);
      status.textContent = status.dataset.begun;
    } catch {
      status.textContent = status.dataset.away;
    }
  });
}
