// The charts: rows for the Vega-Lite specifications, and what a bar leads to.

const charts = JSON.parse(document.getElementById('charts').textContent);
const parts = content.parts.map(([label, colour, outcomes]) => ({
  label, colour, outcomes: new Set(outcomes.map((outcome) => OUTCOME[outcome])),
}));
const UNITS_SHOWN = 15;
const FIELDS_SHOWN = 12;

/**
 * A chart within `place`. `picked` gets the row of a bar that is clicked or entered, and whether
 * it was the text above the bars, which stands for all of them. Where there are too many bars to
 * stop at with the keyboard, the table below the chart has the same numbers.
 */
function chart(place, name, label, picked, stops = true) {
  const drawing = element('div', { className: 'drawing' });
  const nothing = element('p', { className: 'note' }, 'Không có hồ sơ nào trong phạm vi đã chọn.');
  place.append(drawing, nothing);
  let view = null;
  let shown = Promise.resolve();

  async function draw(rows) {
    drawing.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
    if (!rows.length) return;
    if (view) {
      await view.data('rows', rows).resize().runAsync();
    } else {
      const { vega } = charts[name];
      const data = vega.data.map((set) => (set.name === 'rows' ? { ...set, values: rows } : set));
      // `ast`: expressions are interpreted, since the page's policy forbids eval.
      const options = { ast: true, actions: false, renderer: 'svg', ...content.locale };
      view = (await vegaEmbed(drawing, { ...vega, data }, options)).view;
      view.addEventListener('click', (event, item) => follow(item));
      view.addEventListener('keydown', (event, item) => {
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          follow(item);
        }
      });
    }
    const svg = drawing.querySelector('svg');
    svg.setAttribute('aria-label', label);
    svg.setAttribute('role', stops ? 'group' : 'img');
    if (!stops) return;
    for (const bar of drawing.querySelectorAll('[aria-roledescription="bar"]')) {
      bar.setAttribute('role', 'button');
      bar.setAttribute('tabindex', '0');
    }
  }

  function follow(item) {
    if (item?.datum?.key !== undefined) picked(item.datum, item.mark.marktype === 'text');
  }

  return (rows) => { shown = shown.then(() => draw(rows)); return shown; };
}

/** What the colours of a chart mean. */
function legend(name) {
  return element('ul', { className: 'legend' }, charts[name].legend.map(([part, colour]) => swatched(colour, part)));
}

/** What a unit handled, in parts, as shares of it. */
function onTimeRows(units) {
  return units.flatMap(([unit, counts]) => {
    const handled = measure(counts, 'handled');
    const name = content.units[unit][2];
    let start = 0;
    return parts.filter((part) => !part.outcomes.has(OUTCOME.withdrawn)).flatMap((part, place) => {
      const count = sumOf(counts, part.outcomes);
      if (!count && place) return [];
      const end = start + (100 * count) / handled;
      const row = {
        key: unit, name, part: part.label, start, end, first: place === 0,
        share: percentText(onTimeShare(counts)),
        parts: `${countText(measure(counts, 'on_time'))}/${countText(handled)}`,
        said: `${name} – ${lowerFirst(part.label)}: ${countText(count)} hồ sơ`,
      };
      start = end;
      return [row];
    });
  });
}

function sumOf(counts, outcomes) {
  let sum = 0;
  for (const outcome of outcomes) sum += counts.outcomes[outcome];
  return sum;
}

/** Fields by size; the small ones beyond what is shown as one. */
function fieldGroups(fields) {
  const ordered = [...fields].sort(([one, a], [other, b]) =>
    measure(b, 'in_scope') - measure(a, 'in_scope') || one - other);
  const groups = ordered.slice(0, ordered.length > FIELDS_SHOWN ? FIELDS_SHOWN - 1 : FIELDS_SHOWN)
    .map(([field, counts]) => ({ name: content.texts.field[field], fields: [field], counts }));
  const rest = ordered.slice(groups.length);
  if (rest.length) {
    const counts = { outcomes: new Int32Array(content.outcomes.length), carried: 0 };
    for (const [, each] of rest) each.outcomes.forEach((count, place) => { counts.outcomes[place] += count; });
    groups.push({ name: `${countText(rest.length)} lĩnh vực khác`, fields: rest.map(([field]) => field), counts });
  }
  return groups;
}

function fieldRows(groups) {
  return groups.flatMap(({ name, counts }, key) => {
    let start = 0;
    const rows = [];
    for (const part of parts) {
      const count = sumOf(counts, part.outcomes);
      if (!count) continue;
      rows.push({
        key, name, part: part.label, start, end: start + count, first: rows.length === 0,
        total: countText(measure(counts, 'in_scope')),
        said: `${name} – ${lowerFirst(part.label)}: ${countText(count)} hồ sơ`,
      });
      start += count;
    }
    return rows;
  });
}

/** Received above zero, resolved below it: on time next to the line, late beyond. */
function dayRows([received, onTime, late]) {
  const rows = [];
  for (let day = 0; day < days; day++) {
    const date = startDay + day * DAY;
    const add = (measured, start, end) => {
      if (start === end) return;
      const part = LABELS[measured];
      const said = `${dateText(date)} – ${lowerFirst(part)}: ${countText(Math.abs(end - start))} hồ sơ`;
      rows.push({ key: day, day: date, measured, part, start, end, said });
    };
    add('received', 0, received[day]);
    add('on_time', 0, -onTime[day]);
    add('late', -onTime[day], -onTime[day] - late[day]);
  }
  return rows;
}
