"use strict";
// Article text reaches the page as textContent only; nothing here builds HTML from strings.
const data = JSON.parse(document.getElementById("data").textContent);
const rows = data.rows.map(([file, line, rules, site, before, text, after, day, own, flag, kind], at) =>
  ({ at, file, line, rules, site, before, text, after, day, own, flag, kind }));
// The page's words in its language, with values in place of {0} and {1}.
const say = (english, ...values) => (Object.hasOwn(data.words, english) ? data.words[english] : english).replace(/\{(\d)\}/g, (_, at) => values[at]);
const kinds = data.kinds.map((kind) => say(kind));
const $ = (id) => document.getElementById(id);
const list = $("list"), space = $("space"), HEIGHT = 28, BARS = 12, LABEL = 36;
const store = { key: `cleanspam ${data.id}`,
  read() { try { return JSON.parse(localStorage.getItem(this.key)) || []; } catch { return []; } },
  write(marks) { try { localStorage.setItem(this.key, JSON.stringify(marks)); } catch { /* a page from disk may not */ } } };
const wrong = new Set(store.read().filter((at) => at in rows));
const often = new Map();
for (const row of rows) often.set(row.own, (often.get(row.own) || 0) + 1);
let shown = rows, chosen = 0, day = -1;

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function sentence(row, around) {
  const line = make("div", "sentence");
  line.lang = "zh";
  const clip = row.before.length > around;
  line.append((clip ? "…" : "") + (clip ? row.before.slice(-around) : row.before), make("del", "", row.text), row.after);
  return line;
}

function meta(row, most) {
  const place = data.files[row.file] + (row.line ? `:${row.line}` : "");
  const marks = [wrong.has(row.at) ? say("✓ stays") : "", row.flag ? say("flag") : ""].filter(Boolean);
  const more = row.rules.length - most; // in the list five names would hide the file
  const names = row.rules.slice(0, most).map((rule) => data.rules[rule]).join(", ") + (more > 0 ? ` +${more}` : "");
  return make("div", "meta", [...marks, kinds[row.kind], names, place, row.site, data.days[row.day]].join(" · "));
}

function draw() {
  space.style.height = `${shown.length * HEIGHT}px`;
  const first = Math.max(0, Math.floor(list.scrollTop / HEIGHT) - 5);
  const last = Math.min(shown.length, Math.ceil((list.scrollTop + list.clientHeight) / HEIGHT) + 5);
  const drawn = [];
  for (let at = first; at < last; at++) {
    const row = shown[at];
    const element = make("div", "row" + (at === chosen ? " chosen" : "") + (wrong.has(row.at) ? " wrong" : "") + (row.flag ? " flag" : ""));
    element.style.top = `${at * HEIGHT}px`;
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", String(at === chosen));
    element.dataset.at = at;
    element.append(sentence(row, 14), meta(row, 1));
    drawn.push(element);
  }
  space.replaceChildren(...drawn);
  if (!shown.length) space.replaceChildren(make("div", "empty", say(rows.length ? "Nothing fits the filter." : "Nothing was cut.")));
  detail();
}

function detail() {
  const row = shown[chosen];
  if (!row) return $("detail").replaceChildren();
  const mark = make("button", "plain", say(wrong.has(row.at) ? "It goes after all (x)" : "Wrong cut (x)"));
  mark.type = "button";
  mark.addEventListener("click", toggle);
  const box = make("div", wrong.has(row.at) ? "wrong" : row.flag ? "flag" : "");
  box.append(meta(row, row.rules.length), sentence(row, 1e9), ...row.rules.map((rule) => make("div", "meta", `${data.rules[rule]}: ${data.abouts[rule]}`)), mark);
  $("detail").replaceChildren(box);
}

const ORDERS = {
  place: (a, b) => a.at - b.at,
  text: (a, b) => (a.own < b.own ? -1 : a.own > b.own ? 1 : a.at - b.at),
  rule: (a, b) => a.rules[0] - b.rules[0] || a.at - b.at,
  day: (a, b) => (data.days[a.day] > data.days[b.day] ? -1 : data.days[a.day] < data.days[b.day] ? 1 : a.at - b.at),
  often: (a, b) => often.get(b.own) - often.get(a.own) || ORDERS.text(a, b),
};

function filter() {
  const text = $("text").value.toLowerCase();
  const kind = Number($("kind").value), rule = Number($("rule").value), file = Number($("file").value);
  shown = rows.filter((row) => (kind < 0 || row.kind === kind) && (rule < 0 || row.rules[0] === rule) && (file < 0 || row.file === file) && (day < 0 || row.day === day) &&
    (!text || (row.before + row.text + row.after).toLowerCase().includes(text)));
  const order = $("sort").value;
  if (order !== "place") shown.sort(ORDERS[order]);
  chosen = 0;
  list.scrollTop = 0;
  $("shown").textContent = say("{0} of {1}", shown.length.toLocaleString("en"), rows.length.toLocaleString("en"));
  press();
  draw();
}

function step(to) {
  chosen = Math.max(0, Math.min(shown.length - 1, to));
  const top = chosen * HEIGHT;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + HEIGHT > list.scrollTop + list.clientHeight) list.scrollTop = top + HEIGHT - list.clientHeight;
  draw();
}

function toggle() {
  const row = shown[chosen];
  if (!row) return;
  if (!wrong.delete(row.at)) wrong.add(row.at);
  store.write([...wrong]);
  $("marks").textContent = wrong.size;
  draw();
}

// The marks as a rule file: each own text once, in the order of its characters.
function ruleFile() {
  const texts = [...new Set([...wrong].map((at) => rows[at].own).filter(Boolean))].sort();
  if (!texts.length) return "# No cut is marked as wrong: step through them with j and k, and mark with x.\n";
  return `keep-texts wrong-cuts-${data.id}\nabout Marked as wrong cuts in a report of ${data.made}.\ntexts ${texts.join("\n      ")}\n`;
}

function bars(box, names, counts, choose) {
  const order = [...counts.keys()].filter((at) => counts[at]);
  const top = (box.id === "by-day" ? order.sort((a, b) => (names[a] < names[b] ? 1 : -1)) : order.sort((a, b) => counts[b] - counts[a])).slice(0, BARS);
  const most = Math.max(1, ...top.map((at) => counts[at]));
  for (const at of top) {
    const bar = make("button", "bar");
    bar.type = "button";
    bar.dataset.at = at;
    bar.title = names[at];
    bar.style.setProperty("--share", `${(counts[at] / most) * 100}%`);
    // The end of a long path tells more than its beginning.
    const label = names[at].length > LABEL ? `…${names[at].slice(-LABEL)}` : names[at];
    bar.append(make("span", "", label), make("span", "", counts[at].toLocaleString("en")));
    bar.addEventListener("click", () => { choose(at); filter(); });
    box.append(bar);
  }
  if (order.length > BARS) box.append(make("div", "meta", say("and {0} more", (order.length - BARS).toLocaleString("en"))));
}

function press() {
  const at = { "by-kind": Number($("kind").value), "by-rule": Number($("rule").value), "by-file": Number($("file").value), "by-day": day };
  for (const id in at) for (const bar of $(id).querySelectorAll(".bar")) bar.setAttribute("aria-pressed", String(Number(bar.dataset.at) === at[id]));
}

function counted(names, of) {
  const counts = names.map(() => 0);
  for (const row of rows) for (const at of of(row)) counts[at]++;
  return counts;
}

function options(select, all, names, counts) {
  const order = [...names.keys()].filter((at) => counts[at]).sort((a, b) => counts[b] - counts[a]);
  select.append(new Option(all, "-1"), ...order.map((at) => new Option(`${names[at]} (${counts[at]})`, String(at))));
  select.addEventListener("change", filter);
}

const byKind = counted(data.kinds, (row) => [row.kind]), byRule = counted(data.rules, (row) => [row.rules[0]]), byFile = counted(data.files, (row) => [row.file]), byDay = counted(data.days, (row) => [row.day]);
const turn = (select, at) => { select.value = Number(select.value) === at ? "-1" : String(at); };
options($("kind"), say("all kinds"), kinds, byKind);
options($("rule"), say("all rules"), data.rules, byRule);
options($("file"), say("all files"), data.files, byFile);
bars($("by-kind"), kinds, byKind, (at) => turn($("kind"), at));
bars($("by-rule"), data.rules, byRule, (at) => turn($("rule"), at));
bars($("by-file"), data.files, byFile, (at) => turn($("file"), at));
// One day tells nothing.
$("by-day").hidden = data.days.length < 2;
bars($("by-day"), data.days, byDay, (at) => { day = day === at ? -1 : at; });
$("text").addEventListener("input", filter);
$("sort").addEventListener("change", filter);
list.addEventListener("scroll", () => requestAnimationFrame(draw));
window.addEventListener("resize", draw);
space.addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (row) step(Number(row.dataset.at));
});

function showExport() {
  $("rules").value = ruleFile();
  $("exported").showModal();
}
$("export").addEventListener("click", showExport);
$("save").addEventListener("click", () => {
  const link = make("a");
  link.href = URL.createObjectURL(new Blob([$("rules").value], { type: "text/plain" }));
  link.download = "keep.rules";
  link.click();
});
$("theme").addEventListener("click", () => {
  const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = (root.dataset.theme || (dark ? "dark" : "light")) === "dark" ? "light" : "dark";
});

const page = () => Math.max(1, Math.floor(list.clientHeight / HEIGHT) - 1);
const KEYS = { j: () => step(chosen + 1), ArrowDown: () => step(chosen + 1), k: () => step(chosen - 1), ArrowUp: () => step(chosen - 1),
  PageDown: () => step(chosen + page()), PageUp: () => step(chosen - page()), Home: () => step(0), End: () => step(shown.length - 1),
  x: toggle, e: showExport, "/": () => $("text").focus() };
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("exported").open) return;
  if (event.key === "Escape") return document.activeElement.blur();
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});
$("marks").textContent = wrong.size;
filter();
