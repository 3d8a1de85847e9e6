// Rows: finding, filtering, sorting, and moving among them. Nothing here makes HTML from text.
const root = document.documentElement;
const main = document.getElementById("text");
const sorted = document.getElementById("sorted");
const rows = Array.from(main.querySelectorAll(".row"));
const homes = rows.map((row) => row.parentNode);
const pars = Array.from(main.querySelectorAll(".par"));
const leaves = Array.from(main.querySelectorAll(".leaf"));
const docs = Array.from(main.querySelectorAll(".doc"));
const count = document.getElementById("count");
const search = document.getElementById("search");
const order = document.getElementById("order");
const filters = new Map(Array.from(document.querySelectorAll("[data-filter]"), (b) => [b.dataset.filter, b]));
const numbers = new Intl.NumberFormat("en");
const tests = {
  flagged: (row) => "f" in row.dataset,
  low: (row) => "low" in row.dataset,
  differs: (row) => "d" in row.dataset,
  bead: (row) => "b" in row.dataset,
};
const LEAF = 40;
rows.forEach((row) => { row.tabIndex = -1; row.firstElementChild.tabIndex = -1; });
let shown = rows;
let current = rows[0] || null;

function fold(text) {
  return text.normalize("NFD").replace(/\p{M}+/gu, "").toLowerCase().replace(/\s+/gu, " ");
}

let folded = null;
function haystack() {
  folded = folded || rows.map((row) => fold(Array.from(row.querySelectorAll("p"), (p) => p.textContent).join("\n")));
  return folded;
}

function matches() {
  const active = Array.from(filters).filter(([, b]) => b.getAttribute("aria-pressed") === "true").map(([n]) => tests[n]);
  const needle = fold(search.value.trim());
  if (!active.length && !needle) return rows.map(() => true);
  const texts = needle ? haystack() : null;
  return rows.map((row, i) => active.every((test) => test(row)) && (!needle || texts[i].includes(needle)));
}

// Shows the rows that match, in the order that is asked for.
function apply() {
  const match = matches();
  const key = layout() === "rows" ? order.value : "text";
  shown = rows.filter((_, i) => match[i]);
  if (key !== "text") {
    const value = new Map(shown.map((row) => [row, key in row.dataset ? Number(row.dataset[key]) : Infinity]));
    shown.sort((a, b) => value.get(a) - value.get(b));
  }
  if (key !== "text" || !sorted.hidden) place(key);
  rows.forEach((row, i) => { if (row.hidden === match[i]) row.hidden = !match[i]; });
  pars.forEach((par) => { par.hidden = false; });
  leaves.forEach((leaf) => { leaf.hidden = false; });
  if (layout() === "text") {
    dim(match);
  } else if (key === "text" && shown.length < rows.length) {
    const busy = new Set(shown.map((row) => row.parentNode));
    pars.forEach((par) => { par.hidden = !busy.has(par); });
    const full = new Set(Array.from(busy, (par) => par.parentNode));
    leaves.forEach((leaf) => { leaf.hidden = !full.has(leaf); });
    const open = new Set(Array.from(full, (leaf) => leaf.parentNode));
    docs.forEach((doc) => { doc.hidden = !open.has(doc); });
  } else {
    docs.forEach((doc) => { doc.hidden = key !== "text"; });
  }
  document.getElementById("nothing").hidden = shown.length > 0 || rows.length === 0;
  const all = numbers.format(rows.length);
  count.textContent = shown.length === rows.length ? `${all} rows` : `${numbers.format(shown.length)} of ${all} rows`;
  highlight(search.value.trim());
  stop(current && !current.hidden ? current : shown[0] || null);
}

// Puts rows where their order is: in one list by value, or home in their paragraphs.
function place(key) {
  if (key === "text") {
    rows.forEach((row, i) => homes[i].append(row));
    sorted.hidden = true;
  } else {
    const leaf = () => Object.assign(document.createElement("div"), { className: "leaf" });
    const made = Array.from({ length: Math.ceil(shown.length / LEAF) }, leaf);
    made.forEach((l, i) => l.append(...shown.slice(i * LEAF, (i + 1) * LEAF)));
    sorted.replaceChildren(...made);
    sorted.hidden = false;
  }
}

// Marks what was searched for, where the browser can mark without changing the page.
function highlight(needle) {
  if (!("highlights" in CSS)) return;
  CSS.highlights.delete("found");
  if (needle.length < 2) return;
  const ranges = [];
  const low = needle.toLowerCase();
  for (const row of shown.slice(0, 300)) {
    for (const p of row.querySelectorAll("p")) {
      const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
      for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const text = node.data.toLowerCase();
        if (text.length !== node.data.length) continue;
        for (let at = text.indexOf(low); at >= 0; at = text.indexOf(low, at + low.length)) {
          const range = new Range();
          range.setStart(node, at);
          range.setEnd(node, at + low.length);
          ranges.push(range);
        }
      }
    }
  }
  CSS.highlights.set("found", new Highlight(...ranges));
}

// One row at a time can be reached by Tab; the keys move on from it.
function stop(row) {
  if (current && current !== row) current.tabIndex = -1;
  current = row;
  if (current) current.tabIndex = 0;
}

function go(row) {
  if (!row) return;
  if (layout() === "text") { setLayout("rows"); }
  stop(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const at = shown.indexOf(current);
  const focused = main.contains(document.activeElement);
  go(shown[Math.min(Math.max(focused ? at + by : Math.max(at, 0), 0), shown.length - 1)]);
}

function toggle(button) {
  button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
  apply();
}

filters.forEach((button) => button.addEventListener("click", () => toggle(button)));
order.addEventListener("change", () => { if (order.value !== "text" && layout() === "text") setLayout("rows"); apply(); });
let waiting = 0;
search.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(apply, rows.length > 2000 ? 120 : 0);
});
main.addEventListener("focusin", (event) => {
  const row = event.target.closest(".row");
  if (row) stop(row);
});
const jump = document.getElementById("document");
if (jump) jump.addEventListener("change", () => {
  const doc = document.getElementById(jump.value);
  if (doc) doc.scrollIntoView();
  jump.value = "";
});

// A link to a row must find it, whatever is filtered out.
function reveal() {
  const row = rows.find((r) => `#${r.id}` === location.hash);
  if (!row) return;
  if (row.hidden) clear();
  go(row);
  row.scrollIntoView({ block: "center" });
}
window.addEventListener("hashchange", reveal);

function clear() {
  search.value = "";
  filters.forEach((button) => button.setAttribute("aria-pressed", "false"));
  apply();
}
