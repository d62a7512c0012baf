// Draws the procedure's model and marks where the document stands; the list of steps below says the same without it.
const colours = {
  done: { fill: "#e3efe6", stroke: "#2c6140" },
  active: { fill: "#fff3cf", stroke: "#8a5a00" },
  stuck: { fill: "#fbe4e1", stroke: "#a61b1b" },
  added: { fill: "#e3efe6", stroke: "#2c6140" },
  changed: { fill: "#fff3cf", stroke: "#8a5a00", dashes: "8 4" },
  removed: { fill: "#fbe4e1", stroke: "#a61b1b", dashes: "2 3" },
};
const comparing = new Set(["added", "changed", "removed"]);

async function draw(place) {
  const answer = await fetch(place.dataset.diagram, { credentials: "same-origin" });
  if (!answer.ok || !window.BpmnJS) return;
  const model = await answer.json();
  place.hidden = false;
  const viewer = new window.BpmnJS({ container: place });
  await viewer.importXML(model.bpmn_xml);
  const graphics = viewer.get("elementRegistry");
  for (const [mark, { fill, stroke, dashes }] of Object.entries(colours)) {
    for (const id of model[mark] ?? []) {
      const shape = graphics.getGraphics(id)?.querySelector(".djs-visual > :first-child");
      const drawn = graphics.get(id);
      // An arrow passed or waited at is not marked; one that differs is.
      if (!shape || (!drawn.width && !comparing.has(mark))) continue;
      if (drawn.width) shape.style.fill = fill;
      shape.style.stroke = stroke;
      if (dashes) shape.style.strokeDasharray = dashes;
      shape.style.strokeWidth = mark === "done" ? "2px" : "4px";
      if (mark === "active") shape.style.strokeDasharray = "8 4";
    }
  }
  const fit = () => {
    if (!place.clientWidth || !place.clientHeight) return;
    const canvas = viewer.get("canvas");
    canvas.resized();
    // Nothing was laid out yet: there is nothing to fit, and the next change of size comes back here.
    const { inner, outer } = canvas.viewbox();
    if (!inner.width || !inner.height || !outer.width || !outer.height) return;
    canvas.zoom("fit-viewport", "auto");
  };
  new ResizeObserver(fit).observe(place);
  const legend = place.nextElementSibling;
  if (legend?.classList.contains("legend")) legend.hidden = !["done", "active", "stuck"].some((mark) => model[mark]?.length);
}

for (const place of document.querySelectorAll("[data-diagram]")) {
  draw(place).catch(() => { place.hidden = true; });
}
