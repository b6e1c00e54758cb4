// A board of columns and cards: cards are moved by mouse or by keyboard, and opened by a click or Enter.
// The renderer is called at every run of the page: what belongs to one board is kept beside its element.
const boards = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector(".board");
  let board = boards.get(root);
  if (!board) {
    board = { rev: null, lifted: null, dragged: null, root, say: parentElement.querySelector(".said") };
    boards.set(root, board);
    listen(board);
  }
  board.send = setTriggerValue;
  if (!data || board.rev === data.rev || board.dragged) return;
  board.rev = data.rev;
  board.data = data;
  draw(board);
}

function make(tag, name, text) {
  const element = document.createElement(tag);
  element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

function draw(board) {
  const { root, data } = board;
  const focused = focusedCard(root);
  const scrolled = new Map([...root.querySelectorAll(".cards")].map((list) => [list.dataset.column, list.scrollTop]));
  const aside = root.scrollLeft;
  board.lifted = null;
  root.replaceChildren(...data.columns.map((column) => drawColumn(column, data)));
  root.scrollLeft = aside;
  for (const list of root.querySelectorAll(".cards")) list.scrollTop = scrolled.get(list.dataset.column) ?? 0;
  if (focused) root.querySelector(`[data-card="${focused}"]`)?.focus({ preventScroll: true });
}

function drawColumn(column, data) {
  const section = make("section", column.is_narrow ? "column narrow" : "column");
  section.setAttribute("aria-label", `${column.title}: ${column.count}`);
  const head = make("header", "head");
  const title = make("div", "title");
  title.append(make("span", "name", column.title), make("span", "count", column.count));
  head.append(title, make("div", "sum", column.sum));
  const list = make("div", "cards");
  list.dataset.column = column.id;
  list.append(...column.cards.map((card) => drawCard(card, data)));
  if (!column.cards.length) list.append(make("p", "empty", column.hint));
  if (column.more) {
    const more = make("button", "more", column.more);
    more.type = "button";
    more.dataset.more = column.id;
    list.append(more);
  }
  section.append(head, list);
  return section;
}

function drawCard(card, data) {
  const element = make("article", "card");
  element.tabIndex = 0;
  element.draggable = data.movable;
  element.dataset.card = card.id;
  element.dataset.version = card.version;
  element.setAttribute("role", "button");
  element.setAttribute("aria-describedby", "how");
  element.setAttribute("aria-label", card.label);
  const top = make("div", "top");
  top.append(make("div", "what", card.title));
  if (card.owner) {
    const owner = make("span", "owner", card.owner.initials);
    owner.title = card.owner.name;
    top.append(owner);
  }
  element.append(top);
  if (card.who) element.append(make("div", "who", card.who));
  const row = make("div", "row");
  row.append(make("span", "amount", card.amount), make("span", "due", card.due));
  element.append(row);
  const marks = make("div", "marks");
  for (const mark of card.marks) marks.append(make("span", `mark ${mark.tone}`, mark.text));
  if (marks.childElementCount) element.append(marks);
  return element;
}

function focusedCard(root) {
  const active = root.getRootNode().activeElement;
  return active?.dataset?.card && root.contains(active) ? active.dataset.card : null;
}

function listen(board) {
  const { root } = board;
  root.addEventListener("click", (event) => {
    const more = event.target.closest("[data-more]");
    if (more) return board.send("more", { column: more.dataset.more, nonce: Date.now() });
    const card = event.target.closest("[data-card]");
    if (card && !board.lifted) open(board, card);
  });
  root.addEventListener("keydown", (event) => pressed(board, event));
  root.addEventListener("focusout", (event) => {
    if (board.lifted && !board.moving && event.target === board.lifted.card) putBack(board);
  });
  root.addEventListener("dragstart", (event) => {
    const card = event.target.closest("[data-card]");
    if (!card || !board.data.movable) return;
    board.dragged = { card, from: place(card) };
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", card.dataset.card);
    requestAnimationFrame(() => card.classList.add("dragged"));
  });
  root.addEventListener("dragover", (event) => {
    const list = event.target.closest(".column")?.querySelector(".cards");
    if (!list || !board.dragged) return;
    event.preventDefault();
    root.querySelectorAll(".over").forEach((other) => other !== list && other.classList.remove("over"));
    list.classList.add("over");
    put(board.dragged.card, list, below(list, event.clientY, board.dragged.card));
  });
  root.addEventListener("drop", (event) => event.preventDefault());
  root.addEventListener("dragend", (event) => {
    const dragged = board.dragged;
    board.dragged = null;
    root.querySelectorAll(".over, .dragged").forEach((each) => each.classList.remove("over", "dragged"));
    if (!dragged) return;
    if (event.dataTransfer.dropEffect === "none") put(dragged.card, dragged.from.list, dragged.from.before);
    else settle(board, dragged.card, dragged.from);
  });
}

function pressed(board, event) {
  const card = event.target.closest("[data-card]");
  if (!card) return;
  const { lifted } = board;
  if (event.key === "Enter" && !lifted) return take(event, () => open(board, card));
  if (event.key === " ") return take(event, () => (lifted ? lay(board) : lift(board, card)));
  if (event.key === "Escape" && lifted) return take(event, () => putBack(board));
  if (!event.key.startsWith("Arrow")) return;
  take(event, () => (lifted ? carry(board, event.key) : walk(card, event.key)));
}

function take(event, act) {
  event.preventDefault();
  event.stopPropagation();
  act();
}

function open(board, card) {
  board.send("open", { card: card.dataset.card, nonce: Date.now() });
}

function lift(board, card) {
  if (!board.data.movable) return;
  board.lifted = { card, from: place(card) };
  card.classList.add("lifted");
  say(board, "Picked up. Arrow keys move it, Space puts it down, Escape puts it back.");
}

function lay(board) {
  const { card, from } = board.lifted;
  board.lifted = null;
  card.classList.remove("lifted");
  say(board, `Put down in ${nameOf(card)}.`);
  settle(board, card, from);
}

function putBack(board) {
  const { card, from } = board.lifted;
  board.lifted = null;
  card.classList.remove("lifted");
  put(card, from.list, from.before);
  card.focus();
  say(board, `Back in ${nameOf(card)}.`);
}

function carry(board, key) {
  const { card } = board.lifted;
  const target = neighbour(card, key, true);
  if (!target) return;
  board.moving = true;
  put(card, target.list, target.before);
  card.focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  board.moving = false;
  const list = cardsOf(card.parentElement);
  say(board, `${nameOf(card)}, place ${list.indexOf(card) + 1} of ${list.length}.`);
}

function walk(card, key) {
  const target = neighbour(card, key, false);
  target?.card?.focus();
  target?.card?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function neighbour(card, key, carrying) {
  const cards = cardsOf(card.parentElement);
  const at = cards.indexOf(card);
  if (key === "ArrowUp") return at > 0 ? { list: card.parentElement, before: cards[at - 1], card: cards[at - 1] } : null;
  if (key === "ArrowDown") {
    const next = cards[at + 1];
    return next ? { list: card.parentElement, before: cards[at + 2] ?? null, card: next } : null;
  }
  const column = card.closest(".column");
  let other = column;
  do other = key === "ArrowLeft" ? other.previousElementSibling : other.nextElementSibling;
  while (other && !carrying && !cardsOf(other.querySelector(".cards")).length);
  if (!other) return null;
  const list = other.querySelector(".cards");
  const there = cardsOf(list);
  const beside = there[Math.min(at, there.length - 1)] ?? null;
  return { list, before: there[at] ?? null, card: beside };
}

function cardsOf(list) {
  return [...list.querySelectorAll("[data-card]")];
}

function place(card) {
  const cards = cardsOf(card.parentElement);
  return { list: card.parentElement, before: cards[cards.indexOf(card) + 1] ?? null };
}

function put(card, list, before) {
  list.insertBefore(card, before ?? list.querySelector(".more, .empty"));
}

function below(list, y, dragged) {
  return cardsOf(list).find((card) => {
    const box = card.getBoundingClientRect();
    return card !== dragged && y < box.top + box.height / 2;
  });
}

function settle(board, card, from) {
  const now = place(card);
  if (now.list === from.list && now.before === from.before) return;
  board.send("move", {
    card: card.dataset.card,
    version: Number(card.dataset.version),
    column: now.list.dataset.column,
    before: now.before?.dataset.card ?? null,
    behind: cardsOf(now.list).at(-2)?.dataset.card ?? null,
    nonce: Date.now(),
  });
}

function nameOf(card) {
  return card.closest(".column").querySelector(".name").textContent;
}

function say(board, words) {
  board.say.textContent = words;
}
