// Makes the table of all models filter and sort. Without it the table is a plain one.
(() => {
  const table = document.querySelector("table.all-models");
  if (!table) return;
  const [body] = table.tBodies;
  const rows = Array.from(body.rows, (row) => ({
    row,
    text: Array.from(row.cells, (cell) => cell.textContent).join(" ").toLowerCase(),
  }));
  const input = document.createElement("input");
  const count = document.createElement("output");
  const end = document.createElement("div");
  let found = rows;
  let shown = 0;

  // Few rows at a time: to lay out thousands takes a second.
  const more = () => body.append(...found.slice(shown, (shown += 200)).map(({ row }) => row));
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/);
    found = rows.filter(({ text }) => words.every((word) => text.includes(word)));
    count.value = table.dataset.count
      .replace("{shown}", found.length.toLocaleString("en"))
      .replace("{all}", rows.length.toLocaleString("en"));
    shown = 0;
    body.replaceChildren();
    more();
  };

  // What nobody states sorts last, whichever way.
  const sort = (head) => {
    const up = head.ariaSort !== "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const number = head.dataset.sort === "number";
    for (const item of rows) {
      const cell = item.row.cells[head.cellIndex];
      item.key = number ? Number(cell.dataset.v ?? NaN) : cell.textContent;
    }
    const order = number ? (a, b) => a - b : new Intl.Collator("en", { numeric: true }).compare;
    rows.sort(({ key: a }, { key: b }) => {
      const last = Number.isNaN(a) - Number.isNaN(b);
      return last || (up ? order(a, b) : order(b, a)) || 0;
    });
    show();
  };

  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head));
    head.append(button);
  }
  input.type = "search";
  input.addEventListener("input", show);
  const label = document.createElement("label");
  label.append(`${table.dataset.filter} `, input);
  const bar = document.createElement("p");
  bar.append(label, " ", count);
  const frame = table.parentElement;
  frame.before(bar);
  frame.append(end);
  const options = { root: frame, rootMargin: "800px" };
  new IntersectionObserver(([entry]) => entry.isIntersecting && more(), options).observe(end);
  show();
})();
