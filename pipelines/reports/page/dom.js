// Elements made of text only: nothing out of the data is ever read as HTML.

/** An element with properties, `data-` and `aria-` attributes, and children (text or nodes). */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-') || key === 'role') made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.flat());
  return made;
}

function byId(id) {
  return document.getElementById(id);
}

/** A number that leads to its dossiers; `pick` says which they are. */
function figure(text, pick, attributes = {}) {
  const button = element('button', { type: 'button', className: 'figure', ...attributes }, text);
  button.addEventListener('click', () => showDossiers(pick));
  return button;
}

/** A table of figures: headings, and per row a name and its cells. */
function figureTable(caption, headings, rows) {
  const [first, ...others] = headings;
  return element('table', { className: 'figures' },
    element('caption', {}, caption),
    element('thead', {}, element('tr', {},
      element('th', { scope: 'col' }, first),
      others.map((heading) => element('th', { scope: 'col', className: 'number' }, heading)))),
    element('tbody', {}, rows.map(([name, ...cells]) => element('tr', {},
      element('th', { scope: 'row' }, name),
      cells.map((cell) => element('td', { className: 'number' }, cell))))));
}

/** A list item with its colour before it. */
function swatched(colour, ...children) {
  const item = element('li', {}, ...children);
  item.style.setProperty('--swatch', colour);
  return item;
}

/** A closed table below a chart that is filled when somebody opens it. */
function folding(summary, fill) {
  const inner = element('div', { className: 'scroll', tabIndex: 0, role: 'region', 'aria-label': summary });
  const details = element('details', {}, element('summary', {}, summary), inner);
  const refresh = () => { if (details.open) inner.replaceChildren(fill()); };
  details.addEventListener('toggle', refresh);
  return { details, refresh };
}
