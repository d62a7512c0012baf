// The BPMN modeler with our panel: what it draws is written back into the form's text when the form is sent.
// Our attributes and elements are kept as the file has them, so what this panel does not know is not lost.
const NAMESPACE = "urn:vanthu:bpmn:1";
const PLAIN = ["id", "name"];
class Panel {
  constructor(place, modeler, panel, findings) {
    Object.assign(this, { place, modeler, findings, words: panel.words, attributes: panel.attributes, allowed: panel.children });
    this.lists = { roles: Object.keys(panel.roles), operation: panel.operations, form: panel.forms, signature: ["person", "agency"] };
    this.modeling = modeler.get("modeling");
    this.moddle = modeler.get("moddle");
    for (const [name, values] of Object.entries(this.lists)) place.before(datalist(`known-${name}`, values));
    const definitions = modeler.getDefinitions();
    const declared = Object.entries(definitions.$attrs).find(([name, uri]) => name.startsWith("xmlns:") && uri === NAMESPACE);
    this.prefix = declared ? declared[0].slice("xmlns:".length) : "vanthu";
    if (!declared) definitions.$attrs["xmlns:vanthu"] = NAMESPACE;
    modeler.on("selection.changed", ({ newSelection }) => this.show(newSelection.length === 1 ? newSelection[0] : this.root()));
    modeler.on("commandStack.changed", () => { if (!this.writing) this.show(this.element); });
    this.show(this.root());
  }

  root() { return this.modeler.get("canvas").getRootElement(); }

  show(element) {
    this.element = element.labelTarget ?? element;
    const subject = this.element.businessObject;
    this.place.replaceChildren();
    const title = document.createElement("h2");
    title.textContent = subject.name || subject.id;
    this.place.append(title, ...this.findings.filter((one) => one.element === subject.id).map((one) => paragraph(one.said, "error")));
    for (const name of PLAIN) this.field(name, subject.get(name), (value) => this.update({ [name]: value }));
    this.ours(subject, (properties) => this.update(properties));
    this.inside(subject.loopCharacteristics);
    this.inside(subject.messageRef ?? subject.eventDefinitions?.[0]?.messageRef, "ofMessage");
    if (subject.$instanceOf("bpmn:SequenceFlow")) this.flow(subject);
    for (const [tag, names] of Object.entries(this.allowed[named(subject)] ?? {})) this.children(subject, tag, names);
  }

  ours(subject, changed) {
    for (const name of this.attributes[named(subject)] ?? []) {
      const own = `${this.prefix}:${name}`;
      this.field(name, subject.get(own), (value) => changed({ [own]: value || undefined }));
    }
  }

  inside(subject, word) {
    // How often an activity is done, or the message of an event: drawn with the element, kept beside it.
    if (!subject) return;
    if (word) this.heading(`${this.words[word]}: ${subject.name || subject.id}`);
    this.ours(subject, (properties) => this.quietly(() => this.modeling.updateModdleProperties(this.element, subject, properties)));
  }

  heading(text) {
    const heading = document.createElement("h3");
    heading.textContent = text;
    this.place.append(heading);
  }

  update(properties) {
    this.quietly(() => this.modeling.updateProperties(this.element, properties));
  }

  quietly(change) {
    // Who goes from field to field must not find the panel made anew in between.
    this.writing = true;
    try {
      change();
      this.place.firstChild.textContent = this.element.businessObject.name || this.element.businessObject.id;
    } finally {
      this.writing = false;
    }
  }

  field(name, value, changed, into = this.place) {
    const box = document.createElement("div");
    box.className = "field";
    const input = document.createElement("input");
    input.value = value ?? "";
    input.name = "";
    input.autocomplete = "off";
    input.id = `property-${name}-${this.place.querySelectorAll("input").length}`;
    if (this.lists[name]) input.setAttribute("list", `known-${name}`);
    const label = document.createElement("label");
    label.htmlFor = input.id;
    label.textContent = this.words[name] ?? name;
    input.addEventListener("change", () => {
      try {
        changed(input.value.trim());
      } catch {
        input.value = value ?? "";
      }
    });
    box.append(label, input);
    into.append(box);
  }

  flow(subject) {
    this.field("condition", subject.conditionExpression?.body, (value) => this.update({
      conditionExpression: value ? this.moddle.create("bpmn:FormalExpression", { body: value }) : undefined,
    }));
    const source = subject.sourceRef;
    if (!source?.$instanceOf("bpmn:ExclusiveGateway") && !source?.$instanceOf("bpmn:InclusiveGateway")) return;
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = source.default === subject;
    box.addEventListener("change", () => {
      const drawn = this.modeler.get("elementRegistry").get(source.id);
      this.modeling.updateProperties(drawn, { default: box.checked ? subject : undefined });
    });
    label.append(box, this.words.default);
    this.place.append(label);
  }

  children(subject, tag, names) {
    const type = `${this.prefix}:${tag}`;
    this.heading(this.words[tag]);
    const all = () => subject.extensionElements?.values ?? [];
    const those = () => all().filter((one) => one.$type === type);
    for (const [place, child] of those().entries()) {
      const group = document.createElement("fieldset");
      for (const name of names) {
        this.field(name, child[name], (value) => {
          const old = those()[place];
          this.replace(all().map((one) => (one === old ? this.made(type, { ...own(old), [name]: value }) : one)));
        }, group);
      }
      group.append(this.button("remove", () => { this.replace(all().filter((one) => one !== those()[place])); this.show(this.element); }));
      this.place.append(group);
    }
    this.place.append(this.button("add", () => { this.replace([...all(), this.made(type, { [names[0]]: "" })]); this.show(this.element); }));
  }

  made(type, properties) {
    const filled = Object.fromEntries(Object.entries(properties).filter(([name, value], place) => value !== "" || place === 0));
    return this.moddle.createAny(type, NAMESPACE, filled);
  }

  replace(values) {
    const extensionElements = this.moddle.create("bpmn:ExtensionElements", { values });
    for (const value of values) value.$parent = extensionElements;
    this.update({ extensionElements });
  }

  button(word, pressed) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet";
    button.textContent = this.words[word];
    button.addEventListener("click", pressed);
    return button;
  }
}

function named(subject) {
  const name = subject.$type.replace(/^bpmn:/, "");
  return name[0].toLowerCase() + name.slice(1);
}

function own(child) {
  return Object.fromEntries(Object.entries(child).filter(([name]) => !name.startsWith("$")));
}

function paragraph(text, kind) {
  const made = document.createElement("p");
  made.className = kind;
  made.textContent = text;
  return made;
}

function datalist(id, values) {
  const list = document.createElement("datalist");
  list.id = id;
  list.append(...values.map((value) => new Option(value, value)));
  return list;
}

function findingsOf(file) {
  const rows = [...document.querySelectorAll("[data-finding]")].filter((row) => row.dataset.file === file);
  return rows.map((row) => ({ element: row.dataset.finding, said: row.querySelector(".said").textContent, row }));
}

function mark(modeler, findings) {
  const known = modeler.get("elementRegistry");
  for (const id of new Set(findings.map((one) => one.element))) {
    const element = known.get(id);
    if (!element) continue;
    const here = findings.filter((one) => one.element === id);
    const badge = document.createElement("div");
    badge.className = "finding-mark";
    badge.textContent = `▲ ${here.length}`;
    badge.title = here.map((one) => one.said).join("\n");
    modeler.get("canvas").addMarker(id, "has-finding");
    if (element.parent) modeler.get("overlays").add(id, { position: { top: -14, right: 14 }, html: badge });
    for (const { row } of here) row.addEventListener("click", () => modeler.get("selection").select(element));
  }
}

async function open(place) {
  const source = document.getElementById(place.dataset.source);
  if (!window.BpmnJS || !source) return;
  place.hidden = false;
  const [canvas, properties] = place.children;
  const modeler = new window.BpmnJS({ container: canvas });
  try {
    await modeler.importXML(source.value);
  } catch {
    place.hidden = true; // What cannot be drawn is mended as text.
    return;
  }
  const file = source.closest("details");
  file.open = false;
  const findings = findingsOf(source.name.replace("content:", ""));
  modeler.get("canvas").zoom("fit-viewport", "auto");
  mark(modeler, findings);
  new Panel(properties, modeler, JSON.parse(place.dataset.panel), findings);
  let drawn = false, typed = false, written = false;
  modeler.on("commandStack.changed", () => { drawn = true; });
  source.addEventListener("input", () => { typed = true; });
  const form = place.closest("form");
  form.addEventListener("submit", async (event) => {
    // Text that somebody typed goes before what is drawn; a model nobody touched is sent as it was.
    if (written || typed || !drawn) return;
    event.preventDefault();
    document.activeElement?.blur();
    source.value = (await modeler.saveXML({ format: true })).xml;
    written = true;
    // A form that is still being sent cannot be sent again: only once this event is over.
    setTimeout(() => form.requestSubmit(event.submitter));
  });
}

for (const place of document.querySelectorAll(".modeler")) open(place);
