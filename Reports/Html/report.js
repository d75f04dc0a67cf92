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
