// Runs inside the report, after it has loaded, and tells the page around it what it found wrong.
const faults = window.faults;
const say = text => { if (faults.length < 40) faults.push(text); };
const overlap = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;

for (const id of new Set([...document.querySelectorAll("[id]")].map(e => e.id)))
  if (document.querySelectorAll(`[id="${id}"]`).length > 1) say(`id ${id} is not unique`);
for (const link of document.querySelectorAll("nav a"))
  if (!document.getElementById(link.hash.slice(1))) say(`link ${link.hash} leads nowhere`);
if (document.documentElement.scrollWidth > innerWidth) say(`the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);
if (performance.getEntriesByType("resource").length > 0) say("the page asks for other files");

const wait = () => new Promise(done => setTimeout(done, 300));
const moved = () => window.places().filter((p, i) => Math.abs(p - window.before[i]) > 1).length;
await wait();
if (moved() > 0) say(`${moved()} of ${window.before.length} parts move when the script of the page has run`);
const wedge = document.createElement("div");
wedge.style.height = "300px";
document.body.prepend(wedge);
if (moved() < window.before.length) say("a layout that shifts is not noticed");
wedge.remove();

for (const box of document.querySelectorAll("input[data-filter]")) {
  const rows = [...document.querySelectorAll(`#${box.dataset.filter} tbody tr`)], shown = () => rows.filter(r => !r.hidden).length;
  const type = text => { box.value = text; box.dispatchEvent(new Event("input")); };
  type(rows.at(-1).cells[0].textContent);
  if (shown() === 0 || (shown() === rows.length && rows.length > 8)) say(`filter ${box.dataset.filter} shows ${shown()} of ${rows.length}`);
  if (rows.at(-1).hidden) say(`filter ${box.dataset.filter} hides what has its words`);
  type("");
  if (shown() !== rows.length) say(`filter ${box.dataset.filter} does not show all again`);
}

if ([...document.querySelectorAll("details[open]")].length) say("details are open before one asks for them");
for (const link of document.querySelectorAll("main a[href^='#']")) {
  const name = decodeURIComponent(link.hash.slice(1));
  if (!document.getElementById(name) && ![...document.querySelectorAll("[data-profile]")].some(p => "profile=" + p.dataset.profile === name))
    say(`link ${link.hash} leads nowhere`);
}
const last = [...document.querySelectorAll("[data-profile]")].at(-1);
location.hash = "#profile=" + encodeURIComponent(last.dataset.profile);
await wait();
if (!last.open) say("an address with a profile does not open it");
location.hash = "#def-scratch";
await wait();
if (!document.getElementById("definitions").open) say("an address of a definition does not open the definitions");
for (const details of document.querySelectorAll("details")) details.open = true;
if (document.documentElement.scrollWidth > innerWidth) say(`opened, the page is ${document.documentElement.scrollWidth} wide in a window of ${innerWidth}`);

const charts = [...document.querySelectorAll("svg.chart")];
if (charts.length < 10) say(`only ${charts.length} charts`);
for (const svg of charts) {
  const name = svg.closest("figure").id, frame = svg.getBoundingClientRect();
  const text = selector => svg.querySelector(":scope > " + selector)?.textContent.trim() ?? "";
  if (svg.getAttribute("role") !== "img" || !text("title") || text("desc").length < 20) say(`${name}: title or description is missing`);
  if ([...svg.querySelectorAll(".axis-title")].filter(t => t.textContent.trim()).length !== 2) say(`${name}: an axis has no title`);
  if (svg.querySelectorAll(".tick").length < 4) say(`${name}: an axis has no labels`);
  const texts = [...svg.querySelectorAll("text")].map(t => ({ t, box: t.getBoundingClientRect() }));
  for (const { t, box } of texts) {
    if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
      say(`${name}: "${t.textContent}" is clipped`);
    if (box.height < 7) say(`${name}: "${t.textContent}" is too small to read`);
    if (getComputedStyle(t).fill === getComputedStyle(document.body).backgroundColor) say(`${name}: "${t.textContent}" has the colour of the page`);
  }
  texts.forEach((a, i) => texts.slice(i + 1).forEach(b => {
    if (overlap(a.box, b.box)) say(`${name}: "${a.t.textContent}" overlaps "${b.t.textContent}"`);
  }));
  for (const legend of svg.querySelectorAll(".legend"))
    for (const mark of svg.querySelectorAll("rect.bar:has(title), path.mark:has(title)"))
      if (overlap(legend.getBoundingClientRect(), mark.getBoundingClientRect())) say(`${name}: the legend covers data`);
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = head.querySelector("button");
    const values = () => [...table.tBodies[0].rows].map(r => r.cells[column]).map(c => c.dataset.v ?? c.textContent);
    const before = values().sort().join();
    const wanted = { ascending: 1, descending: -1 };
    for (const [state, sign] of Object.entries(wanted)) {
      button.click();
      if (head.getAttribute("aria-sort") !== state) say(`${head.textContent}: aria-sort is ${head.getAttribute("aria-sort")}`);
      const now = values();
      if (now.slice().sort().join() !== before) say(`${head.textContent}: sorting lost rows`);
      if (!head.classList.contains("n")) continue;
      const numbers = now.map(parseFloat).filter(v => !Number.isNaN(v));
      if (numbers.some((v, i) => i > 0 && sign * (v - numbers[i - 1]) < 0)) say(`${head.textContent}: not sorted ${state}`);
      if (now.map(parseFloat).findIndex(Number.isNaN) >= 0 && now.map(parseFloat).findIndex(Number.isNaN) < numbers.length)
        say(`${head.textContent}: empty cells are not last`);
    }
    if (button.tagName !== "BUTTON" || button.tabIndex !== 0) say(`${head.textContent}: the keyboard does not reach it`);
  });
}

parent.postMessage(JSON.stringify({ charts: charts.length, tables: document.querySelectorAll("table.sortable").length, faults }), "*");
