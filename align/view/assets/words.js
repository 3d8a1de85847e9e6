// Words: which belong together, by the links that came with the bitext or by guess.
const given = main.dataset.links === "given";
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const linked = new WeakMap();

// Wraps each word of a text in an element, once; a word is what stands between white space.
function wrap(p) {
  if (p.dataset.words) return;
  let index = -1;
  let inside = false;
  const nodes = [];
  const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) nodes.push(node);
  for (const node of nodes) {
    const pieces = document.createDocumentFragment();
    for (const piece of node.data.split(/([\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+)/u)) {
      if (!piece) continue;
      if (SPACE.test(piece)) {
        inside = false;
        pieces.append(piece);
        continue;
      }
      if (!inside) index += 1;
      inside = true;
      const word = document.createElement("span");
      word.className = "w";
      word.dataset.i = index;
      word.textContent = piece;
      pieces.append(word);
    }
    node.replaceWith(pieces);
  }
  p.dataset.words = index + 1;
}

function textOf(row, side) {
  return (row.texts || (row.texts = [row.querySelector(".src"), row.querySelector(".tgt")]))[side];
}

// The links of a row as pairs of word numbers.
function linksOf(row) {
  if (!linked.has(row)) {
    linked.set(row, given ? (row.dataset.l || "").split(" ").filter(Boolean).map((l) => l.split("-").map(Number)) : guess(row));
  }
  return linked.get(row);
}

// Guesses: words that look alike, or that keep turning up in the same rows (Dice coefficient). Only pairs
// that prefer each other count, and only clear ones; the rest stays unlinked.
const MIN_SCORE = 0.6;
const MAX_COMMON = 400;
let postings = null;

function bare(word) {
  return fold(word).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
}

function split(p) {
  return p.textContent.split(SPACE).filter(Boolean).map(bare);
}

function index() {
  if (postings) return;
  postings = [new Map(), new Map()];
  rows.forEach((row, number) => {
    for (const side of [0, 1]) {
      for (const word of new Set(split(textOf(row, side)))) {
        if (!word) continue;
        const list = postings[side].get(word);
        if (list) list.push(number); else postings[side].set(word, [number]);
      }
    }
  });
}

function dice(a, b) {
  const one = postings[0].get(a) || [];
  const other = postings[1].get(b) || [];
  if (one.length < 2 || other.length < 2 || one.length > MAX_COMMON || other.length > MAX_COMMON) return 0;
  let i = 0, j = 0, both = 0;
  while (i < one.length && j < other.length) {
    if (one[i] === other[j]) { both += 1; i += 1; j += 1; } else if (one[i] < other[j]) i += 1; else j += 1;
  }
  return both < 2 ? 0 : (2 * both) / (one.length + other.length);
}

function likeness(a, b) {
  if (a === b) return /[\p{L}\p{N}]{2}|\p{N}/u.test(a) ? 1 : 0;
  const short = Math.min(a.length, b.length);
  if (short < 4) return 0;
  let prefix = 0;
  while (prefix < short && a[prefix] === b[prefix]) prefix += 1;
  return prefix >= 4 ? (2 * prefix) / (a.length + b.length) : 0;
}

function guess(row) {
  index();
  const [ours, theirs] = [0, 1].map((side) => split(textOf(row, side)));
  if (ours.length * theirs.length > 40000) return [];
  const near = (i, j) => 0.05 * (1 - Math.abs(i / ours.length - j / theirs.length));
  const scores = ours.map((a, i) => theirs.map((b, j) => {
    const score = a && b ? Math.max(likeness(a, b), dice(a, b)) : 0;
    return score ? score + near(i, j) : 0;
  }));
  const best = (list) => list.reduce((at, value, i) => (value > list[at] ? i : at), 0);
  const pairs = [];
  scores.forEach((line, i) => {
    const j = best(line);
    if (line[j] >= MIN_SCORE && best(scores.map((l) => l[j])) === i) pairs.push([i, j]);
  });
  return pairs;
}

let litWords = [];
function unlight() {
  litWords.forEach((word) => word.classList.remove("here", "there"));
  litWords = [];
}

function light(texts, row, side, number) {
  unlight();
  const partners = linksOf(row).filter((pair) => pair[side] === number).map((pair) => pair[1 - side]);
  const add = (p, wanted, name) => {
    wrap(p);
    for (const word of p.querySelectorAll(".w")) {
      if (wanted.includes(Number(word.dataset.i))) { word.classList.add(name); litWords.push(word); }
    }
  };
  add(texts[side], [number], "here");
  add(texts[1 - side], partners, "there");
}

// From word to word of the row in focus, by key.
function walkWords(by) {
  if (!current || current.hidden || layout() === "text") return;
  const texts = [textOf(current, 0), textOf(current, 1)];
  texts.forEach(wrap);
  const size = Number(texts[0].dataset.words);
  if (!size) return;
  const at = texts[0].querySelector(".w.here");
  const next = at ? Number(at.dataset.i) + by : by > 0 ? 0 : size - 1;
  light(texts, current, 0, (next + size) % size);
}
