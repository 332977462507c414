// Sorting and filtering of long lists. Pages are whole without it; what it adds, it makes itself.
"use strict";
for (const table of document.querySelectorAll("table[data-filter]")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 2) continue;
  const value = (row, at) => row.cells[at].dataset.v ?? row.cells[at].textContent.trim();
  const number = (text) => (text === "" || text === "–" ? NaN : Number(text));
  const compare = (a, b) => {
    const x = number(a), y = number(b);
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    if (Number.isNaN(x) !== Number.isNaN(y) && (a === "–" || b === "–" || a === "" || b === "")) return a === "–" || a === "" ? 1 : -1;
    return a.localeCompare(b, document.documentElement.lang, { numeric: true });
  };
  for (const [at, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort((a, b) => (down ? -1 : 1) * compare(value(a, at), value(b, at)));
      body.append(...rows);
    });
  }
  const label = document.createElement("label");
  label.className = "filter";
  label.textContent = table.dataset.filter;
  const input = document.createElement("input");
  input.type = "search";
  label.append(input);
  const shown = document.createElement("output");
  label.append(shown);
  table.parentElement.before(label);
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLocaleLowerCase();
    let count = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted);
      count += row.hidden ? 0 : 1;
    }
    shown.textContent = wanted ? `${count} / ${rows.length}` : "";
  });
}
