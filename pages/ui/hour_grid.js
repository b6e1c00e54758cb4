// Columns of hours. A click on an entry opens it, one on an empty hour plans; arrow keys walk through the hours.
// The renderer is called at every run of the page: what belongs to one grid is kept beside its element.
const grids = new WeakMap();
const MINUTE = 60_000;
const LINE = 22; // minutes that a line of text is high

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector(".grid");
  let grid = grids.get(root);
  if (!grid) {
    grid = { rev: null, root, days: parentElement.querySelector(".days"), picked: null };
    grids.set(root, grid);
    listen(grid);
    grid.clock = setInterval(() => (root.isConnected ? drawNow(grid) : clearInterval(grid.clock)), MINUTE);
  }
  grid.send = setTriggerValue;
  if (!data) return;
  grid.now = data.now;
  grid.toldAt = Date.now();
  if (grid.rev !== data.rev) {
    grid.rev = data.rev;
    grid.data = data;
    draw(grid);
  }
  drawNow(grid);
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (tag === "button") element.type = "button";
  if (text !== undefined) element.textContent = text;
  return element;
}

function draw(grid) {
  const { root, data } = grid;
  const focused = focusedAt(root);
  const { columns } = data;
  root.style.setProperty("--columns", columns.length);
  if (!columns.some((column) => column.id === grid.picked)) {
    grid.picked = (columns.find((column) => column.is_today) ?? columns[0])?.id ?? null;
  }
  root.replaceChildren(
    make("div", "corner"), ...columns.map((column) => drawHead(column)),
    make("div", "aside", "All day"), ...columns.map((column) => drawAbove(column)),
    drawClocks(data), ...columns.map((column) => drawColumn(column, data)),
  );
  drawDays(grid);
  pick(grid, grid.picked);
  const slots = [...root.querySelectorAll("button.slot")];
  const first = slots.find((slot) => slot.dataset.minute === "540" && slot.dataset.column === grid.picked);
  (first ?? slots[0])?.setAttribute("tabindex", "0");
  if (focused) root.querySelector(focused)?.focus({ preventScroll: true });
}

function at(element, column) {
  element.dataset.at = column.id;
  return element;
}

function drawHead(column) {
  const tone = column.tone ? ` dotted ${column.tone}` : "";
  return at(make("div", `head${column.is_today ? " today" : ""}${tone}`, column.title), column);
}

function drawAbove(column) {
  const above = at(make("div", "above"), column);
  above.append(...column.above.map((entry) => drawEntry(entry)));
  if (column.more) {
    const more = make("button", "more", column.more);
    more.dataset.more = column.id;
    above.append(more);
  }
  return above;
}

function drawClocks({ first, last }) {
  const clocks = make("div", "clocks");
  for (let hour = first; hour < last; hour += 1) {
    const clock = make("span", hour === first ? "clock first" : "clock", `${String(hour).padStart(2, "0")}:00`);
    clock.style.top = `calc(var(--hour) * ${hour - first})`;
    clocks.append(clock);
  }
  return clocks;
}

function drawColumn(column, { first, last, plans }) {
  const element = at(make("div", column.is_today ? "column today" : "column"), column);
  for (let hour = first; hour < last; hour += 1) {
    const slot = make(plans ? "button" : "div", "slot");
    if (plans) {
      slot.tabIndex = -1;
      slot.dataset.column = column.id;
      slot.dataset.minute = hour * 60;
      slot.setAttribute("aria-label", `Plan: ${column.title}, ${String(hour).padStart(2, "0")}:00`);
    }
    element.append(slot);
  }
  for (const entry of column.entries) element.append(place(drawEntry(entry), entry, first));
  return element;
}

function drawEntry(entry) {
  const element = make("button", `entry ${entry.tone}${entry.is_over ? " over" : ""}`);
  element.dataset.entry = entry.id;
  element.setAttribute("aria-label", entry.label);
  element.title = entry.label;
  element.append(make("span", "title", entry.title));
  return element;
}

function place(element, entry, first) {
  const hours = (minute) => `calc(var(--hour) * ${minute / 60})`;
  element.style.top = hours(entry.start - first * 60);
  element.style.height = `calc(${hours(entry.end - entry.start)} - 2px)`;
  element.style.left = `calc(${(100 * entry.lane) / entry.lanes}% + 1px)`;
  element.style.width = `calc(${100 / entry.lanes}% - 3px)`;
  // As many whole lines of the title as there is room for, and the time below it.
  const lines = Math.floor((entry.end - entry.start) / LINE);
  element.firstChild.style.webkitLineClamp = Math.max(lines - 1, 1);
  if (lines > 1) element.append(make("span", "small", [entry.clock, entry.who].filter(Boolean).join(" · ")));
  return element;
}

function drawDays(grid) {
  const { days, data } = grid;
  days.classList.toggle("alone", data.columns.length < 2);
  days.replaceChildren(
    ...data.columns.map((column) => {
      const day = make("button", "", column.short);
      day.setAttribute("role", "tab");
      day.setAttribute("aria-label", column.title);
      day.dataset.day = column.id;
      day.append(make("span", column.entries.length + column.above.length ? "dot busy" : "dot"));
      return day;
    }),
  );
}

function pick(grid, id) {
  grid.picked = id;
  for (const part of grid.root.querySelectorAll("[data-at]")) part.classList.toggle("picked", part.dataset.at === id);
  for (const day of grid.days.children) day.setAttribute("aria-selected", String(day.dataset.day === id));
}

function drawNow(grid) {
  const { root, data } = grid;
  root.querySelectorAll(".now").forEach((line) => line.remove());
  if (grid.now === null || grid.now === undefined) return;
  const minute = grid.now + (Date.now() - grid.toldAt) / MINUTE;
  if (minute < data.first * 60 || minute > data.last * 60) return;
  for (const column of root.querySelectorAll(".column.today")) {
    const line = make("div", "now");
    line.style.top = `calc(var(--hour) * ${minute / 60 - data.first})`;
    column.append(line);
  }
}

function focusedAt(root) {
  const active = root.getRootNode().activeElement;
  if (!active || !root.contains(active)) return null;
  if (active.dataset.entry) return `[data-entry="${active.dataset.entry}"]`;
  if (!active.dataset.minute) return null;
  return `[data-column="${CSS.escape(active.dataset.column)}"][data-minute="${active.dataset.minute}"]`;
}

function listen(grid) {
  const { root, days } = grid;
  root.addEventListener("click", ({ target }) => {
    const found = target.closest("[data-entry], [data-more], [data-minute]");
    if (!found) return;
    const { entry, more, column, minute } = found.dataset;
    if (entry) grid.send("open", { entry, nonce: Date.now() });
    else if (more) grid.send("more", { column: more, nonce: Date.now() });
    else grid.send("plan", { column, minute: Number(minute), nonce: Date.now() });
  });
  root.addEventListener("keydown", (event) => walk(grid, event));
  days.addEventListener("click", ({ target }) => {
    const day = target.closest("[data-day]");
    if (day) pick(grid, day.dataset.day);
  });
}

function walk(grid, event) {
  if (!event.key.startsWith("Arrow")) return;
  const from = event.target.closest("[data-minute]");
  if (!from) return;
  event.preventDefault();
  event.stopPropagation();
  const ids = grid.data.columns.map((column) => column.id);
  const aside = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
  const down = { ArrowUp: -60, ArrowDown: 60 }[event.key] ?? 0;
  const column = ids[ids.indexOf(from.dataset.column) + aside];
  const minute = Number(from.dataset.minute) + down;
  const to = [...grid.root.querySelectorAll(`[data-minute="${minute}"]`)].find((slot) => slot.dataset.column === column);
  if (!to) return;
  pick(grid, column);
  from.tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}
