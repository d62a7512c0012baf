// The inbox renews itself when the server says that it changed; without this, one reloads the page.
const list = () => document.getElementById("inbox");

function renew() {
  htmx.ajax("GET", window.location.href, { target: "#inbox", select: "#inbox", swap: "outerHTML" });
}

if (list() && "EventSource" in window) {
  const source = new EventSource("/events/inbox");
  source.addEventListener("inbox", () => {
    // Whoever is in the list with the keyboard keeps their place until they leave it.
    if (list().contains(document.activeElement)) document.addEventListener("focusout", renew, { once: true });
    else renew();
  });
  window.addEventListener("pagehide", () => source.close());
}
