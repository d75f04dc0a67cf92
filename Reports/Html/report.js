"use strict";
// Sorts a table by the column whose heading is pressed: ascending, then descending. Cells without a value stay last.
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    head.setAttribute("aria-sort", "none");
    head.querySelector("button").addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(other => other.setAttribute("aria-sort", other === head ? (down ? "descending" : "ascending") : "none"));
      const numeric = head.classList.contains("n");
      const keyed = [...table.tBodies[0].rows].map(row => {
        const cell = row.cells[column];
        const text = cell.dataset.v ?? cell.textContent;
        return { row, key: numeric ? parseFloat(text) : text === "–" ? "" : text };
      });
      const empty = key => numeric ? Number.isNaN(key) : key === "";
      const text = new Intl.Collator("en", { numeric: true });
      keyed.sort((a, b) => {
        if (empty(a.key) || empty(b.key)) return empty(a.key) - empty(b.key);
        const order = numeric ? a.key - b.key : text.compare(a.key, b.key);
        return down ? -order : order;
      });
      table.tBodies[0].append(...keyed.map(k => k.row));
    });
  });
}

// Hides the rows of a section's tables that lack one of the words.
for (const box of document.querySelectorAll("input[data-filter]")) {
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(" ").filter(w => w);
    for (const row of document.querySelectorAll("#" + box.dataset.filter + " tbody tr"))
      row.hidden = !words.every(w => row.textContent.toLowerCase().includes(w));
  });
}

// Folds the long texts of a table, so that its rows are as high as one line: the commands of a design study.
for (const cell of document.querySelectorAll("[data-fold] td.w")) {
  const fold = document.createElement("details"), head = document.createElement("summary"), all = document.createElement("code");
  all.textContent = cell.textContent;
  head.textContent = cell.textContent.startsWith("npusim ") ? "command" : cell.textContent.slice(0, 24) + "…";
  all.style.whiteSpace = "pre-wrap";
  fold.style.margin = "0";
  head.style.whiteSpace = "nowrap";
  fold.append(head, all);
  cell.replaceChildren(fold);
  cell.style.minWidth = "26ch";
}

// Opens what an address names, as #profile=cortex-m4 or #def-scratch; opening a profile puts its address where one can copy it.
const profiles = [...document.querySelectorAll("details[data-profile]")];
const open = () => {
  const name = location.hash.startsWith("#profile=") ? decodeURIComponent(location.hash.slice(9)) : null;
  const target = name === null ? document.getElementById(decodeURIComponent(location.hash.slice(1)))
    : profiles.find(p => p.dataset.profile === name);
  if (!target) return;
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  target.scrollIntoView();
};
addEventListener("hashchange", open);
if (location.hash) open();
for (const profile of profiles) {
  profile.querySelector("summary").addEventListener("click", () => {
    if (!profile.open) history.replaceState(null, "", "#profile=" + encodeURIComponent(profile.dataset.profile));
  });
}
