// Shows the pages of a document as one comes to them, each fetched by itself: so the server knows which ones were sent.
const pdfjs = await import("/assets/pdfjs/pdf.min.mjs");
pdfjs.GlobalWorkerOptions.workerSrc = "/assets/pdfjs/pdf.worker.min.mjs";

async function paint(place) {
  const loading = pdfjs.getDocument({
    url: place.dataset.page,
    disableRange: true,
    disableStream: true,
    useWasm: false,
    wasmUrl: "/assets/pdfjs/wasm/",
    standardFontDataUrl: "/assets/pdfjs/standard_fonts/",
    iccUrl: "/assets/pdfjs/iccs/",
  });
  const page = await (await loading.promise).getPage(1);
  const plain = page.getViewport({ scale: 1 });
  const width = place.clientWidth - 32;
  const viewport = page.getViewport({ scale: (width / plain.width) * (window.devicePixelRatio || 1) });
  const canvas = document.createElement("canvas");
  canvas.width = viewport.width;
  canvas.height = viewport.height;
  canvas.style.width = "100%";
  place.append(canvas);
  await page.render({ canvas, viewport }).promise;
  const seen = place.querySelector("[data-seen]");
  seen.textContent = seen.dataset.seen;
  seen.className = "state done";
}

const places = [...document.querySelectorAll("[data-page]")];
const waiting = new Set(places);
// One after the other: where the next page comes to lie is known when this one stands there.
let painting = Promise.resolve();
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting || !waiting.delete(entry.target)) continue;
    painting = painting.then(() => paint(entry.target)).catch(() => {});
  }
}, { threshold: 0.1 });
for (const place of places) {
  place.style.minHeight = "80vh";
  watcher.observe(place);
}
