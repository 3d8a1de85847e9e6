// Layout: rows or running text, light or dark, what the pointer and the keys do.
function layout() {
  return main.classList.contains("text") ? "text" : "rows";
}

// Running text: the texts of a paragraph's rows move into one block a side, and back.
let flows = null;
function build() {
  flows = pars.map((par) => {
    const flow = document.createElement("div");
    flow.className = "flow";
    const sides = [0, 1].map((side) => {
      const block = document.createElement("p");
      const sample = par.querySelector(side ? ".tgt" : ".src");
      block.className = side ? "tgt end" : "src";
      block.lang = sample.lang;
      block.dir = sample.dir;
      flow.append(block);
      return block;
    });
    for (const row of par.querySelectorAll(".row")) {
      for (const side of [0, 1]) {
        const text = textOf(row, side);
        if (text.querySelector(".none")) continue;
        const piece = document.createElement("span");
        piece.className = "low" in row.dataset ? "s bad" : "s";
        piece.dataset.row = row.id;
        text.childNodes.forEach((node) => piece.append(node.cloneNode(true)));
        piece.querySelectorAll(".w").forEach((word) => word.replaceWith(...word.childNodes));
        piece.normalize();
        sides[side].append(piece, " ");
      }
    }
    par.append(flow);
    return flow;
  });
}

function setLayout(name) {
  if (name === layout()) return;
  unlight();
  unlit();
  if (name === "text") {
    if (!sorted.hidden) { order.value = "text"; place("text"); }
    if (!flows) build();
  }
  main.classList.toggle("text", name === "text");
  document.querySelectorAll("[data-layout]").forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.layout === name)));
  apply();
  if (name === "rows" && current) current.scrollIntoView({ block: "center" });
}

// In running text, what does not match stays in its place but steps back.
function dim(match) {
  docs.forEach((doc) => { doc.hidden = false; });
  rows.forEach((row) => { row.hidden = false; });
  const out = new Set(rows.filter((_, i) => !match[i]).map((row) => row.id));
  main.querySelectorAll(".s").forEach((piece) => piece.classList.toggle("out", out.has(piece.dataset.row)));
}

let litPieces = [];
function unlit() {
  litPieces.forEach((piece) => piece.classList.remove("lit"));
  litPieces = [];
}

function pair(piece) {
  const flow = piece.closest(".flow");
  return ["src", "tgt"].map((side) => Array.from(flow.querySelectorAll(`.${side} .s`)).find((s) => s.dataset.row === piece.dataset.row));
}

function point(event) {
  const target = event.target;
  if (!(target instanceof Element)) return;
  const piece = target.closest(".s");
  const row = piece ? document.getElementById(piece.dataset.row) : target.closest(".row");
  const texts = piece ? pair(piece) : row ? [textOf(row, 0), textOf(row, 1)] : null;
  if (piece && !litPieces.includes(piece)) {
    unlit();
    litPieces = texts.filter(Boolean);
    litPieces.forEach((p) => p.classList.add("lit"));
  } else if (!piece) {
    unlit();
  }
  if (!texts || !texts[0] || !texts[1]) { unlight(); return; }
  texts.forEach(wrap);
  const word = target.closest(".w") || (target.closest(".src, .tgt, .s") && wordAt(event));
  const side = word ? texts.findIndex((text) => text.contains(word)) : -1;
  if (side < 0) unlight(); else light(texts, row, side, Number(word.dataset.i));
}

// The first touch of a text wraps its words: the pointer is then over one of them.
function wordAt(event) {
  const found = document.elementFromPoint(event.clientX, event.clientY);
  return found ? found.closest(".w") : null;
}

main.addEventListener("pointerover", point);
main.addEventListener("click", (event) => {
  point(event);
  const piece = event.target.closest(".s");
  if (piece && !String(getSelection())) {
    const row = document.getElementById(piece.dataset.row);
    setLayout("rows");
    if (row.hidden) clear();
    go(row);
  }
});
main.addEventListener("pointerleave", () => { unlight(); unlit(); });
document.querySelectorAll("[data-layout]").forEach((b) => b.addEventListener("click", () => setLayout(b.dataset.layout)));

const marks = document.getElementById("differences");
function setMarks(on) {
  main.classList.toggle("marks", on);
  if (marks) marks.setAttribute("aria-pressed", String(on));
}
setMarks(true);
if (marks) marks.addEventListener("click", () => setMarks(!main.classList.contains("marks")));

document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});

const help = document.getElementById("help");
document.getElementById("help-button").addEventListener("click", () => help.showModal());

window.addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((d) => { d.open = true; }));

const keys = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  ArrowRight: () => walkWords(1), ArrowLeft: () => walkWords(-1),
  "/": () => search.focus(),
  f: () => filters.has("flagged") && toggle(filters.get("flagged")),
  s: () => { order.value = order.value === "text" && order.options[1] ? order.options[order.options.length - 1].value : "text"; order.dispatchEvent(new Event("change")); },
  t: () => setLayout(layout() === "text" ? "rows" : "text"),
  "?": () => help.showModal(),
  Escape: () => { unlight(); clear(); },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  const typing = event.target.closest("input, select");
  if (typing) {
    if (event.key === "Escape") { clear(); typing.blur(); }
    if (event.key === "Enter" && typing === search) { event.preventDefault(); clearTimeout(waiting); apply(); go(shown[0]); }
    return;
  }
  const arrows = event.key.startsWith("Arrow");
  if (arrows && !main.contains(document.activeElement)) return;
  const act = keys[event.key];
  if (act) { event.preventDefault(); act(); }
});

const names = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
document.querySelectorAll(".lang").forEach((element) => {
  try {
    const code = element.dataset.code;
    element.textContent = new Intl.DisplayNames([code, "en"], { type: "language" }).of(code) || names.of(code);
  } catch { /* an unknown code stays as it is */ }
});
root.classList.add("js");
apply();
if (location.hash) reveal();
