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

if ([...document.querySelectorAll("details[open]")].length) say("details are open before one asks for them");
for (const link of document.querySelectorAll("main a[href^='#']")) {
  const name = decodeURIComponent(link.hash.slice(1));
  if (!document.getElementById(name) && ![...document.querySelectorAll("[data-profile]")].some(p => "profile=" + p.dataset.profile === name))
    say(`link ${link.hash} leads nowhere`);
}
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
