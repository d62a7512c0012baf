// Shows a PDF inside the page, page by page as one scrolls; without it there is the link above and the browser's own viewer.
const STEPS = [0.75, 1, 1.25, 1.5, 2, 3];

async function show(place) {
  const pdfjs = await import("/assets/pdfjs/pdf.min.mjs");
  pdfjs.GlobalWorkerOptions.workerSrc = "/assets/pdfjs/pdf.worker.min.mjs";
  const loading = pdfjs.getDocument({
    url: place.dataset.pdf,
    disableRange: true,
    disableStream: true,
    useWasm: false,
    wasmUrl: "/assets/pdfjs/wasm/",
    standardFontDataUrl: "/assets/pdfjs/standard_fonts/",
    iccUrl: "/assets/pdfjs/iccs/",
  });
  const file = await loading.promise;
  const bar = document.createElement("div");
  bar.className = "pdf-bar";
  const where = document.createElement("span");
  const pages = document.createElement("div");
  pages.className = "pdf-pages";
  pages.tabIndex = 0;
  pages.setAttribute("role", "region");
  pages.setAttribute("aria-label", place.getAttribute("aria-label"));
  let zoom = 1;
  const smaller = button("−", place.dataset.smaller, () => change(-1));
  const larger = button("+", place.dataset.larger, () => change(1));
  bar.append(where, smaller, larger);
  place.append(bar, pages);

  const frames = [];
  for (let number = 1; number <= file.numPages; number += 1) {
    const frame = document.createElement("div");
    frame.className = "pdf-page";
    frame.dataset.number = String(number);
    pages.append(frame);
    frames.push(frame);
  }
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) paint(entry.target);
      const first = frames.find((frame) => frame.offsetTop + frame.offsetHeight > pages.scrollTop + 40);
      if (first) where.textContent = `${place.dataset.page} ${first.dataset.number} / ${file.numPages}`;
    },
    { root: pages, rootMargin: "400px" },
  );

  async function layOut() {
    const page = await file.getPage(1);
    const plain = page.getViewport({ scale: 1 });
    const width = (pages.clientWidth - 24) * zoom;
    for (const frame of frames) {
      frame.replaceChildren();
      frame.dataset.painted = "";
      frame.style.width = `${width}px`;
      frame.style.height = `${(width * plain.height) / plain.width}px`;
      watcher.unobserve(frame);
      watcher.observe(frame);
    }
  }

  async function paint(frame) {
    if (frame.dataset.painted) return;
    frame.dataset.painted = "yes";
    const page = await file.getPage(Number(frame.dataset.number));
    const plain = page.getViewport({ scale: 1 });
    const width = frame.clientWidth;
    const viewport = page.getViewport({ scale: (width / plain.width) * (window.devicePixelRatio || 1) });
    const canvas = document.createElement("canvas");
    canvas.width = viewport.width;
    canvas.height = viewport.height;
    frame.style.height = `${(width * plain.height) / plain.width}px`;
    frame.replaceChildren(canvas);
    await page.render({ canvas, viewport }).promise;
  }

  function change(by) {
    const at = STEPS.indexOf(zoom) + by;
    if (at < 0 || at >= STEPS.length) return;
    zoom = STEPS[at];
    layOut();
  }

  pages.addEventListener("scroll", () => {
    const first = frames.find((frame) => frame.offsetTop + frame.offsetHeight > pages.scrollTop + 40);
    if (first) where.textContent = `${place.dataset.page} ${first.dataset.number} / ${file.numPages}`;
  }, { passive: true });
  let width = pages.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(pages.clientWidth - width) < 8) return;
    width = pages.clientWidth;
    layOut();
  }).observe(pages);
  await layOut();
}

function button(sign, name, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = sign;
  made.setAttribute("aria-label", name);
  made.addEventListener("click", act);
  return made;
}

for (const place of document.querySelectorAll("[data-pdf]")) {
  show(place).catch(() => {
    const said = document.createElement("p");
    said.textContent = place.dataset.failed;
    place.append(said);
  });
}
