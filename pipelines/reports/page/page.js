// What the page shows for the chosen level, unit and basis; everything follows from `state`.

const state = { basis: 'received', level: '', unit: '', pick: null };
const list = dossierList();
const lateAndOverdue = {
  title: 'Hồ sơ trễ hạn và quá hạn, nặng nhất trước (gồm cả hồ sơ từ kỳ trước chuyển qua)',
  basis: 'flow',
  holds: (row) => dossiers.outcome[row] === OUTCOME.late || dossiers.outcome[row] === OUTCOME.pending_overdue,
};

/** What a number of some measure leads to; `title` says whose, `holds` which of them. */
function pickOf(name, title = '', holds = () => true) {
  const outcomes = MEASURES[name];
  return {
    title: `${LABELS[name]}${title}`,
    basis: state.basis,
    holds: (row) => holds(row) && (
      name === 'received' ? !carried[row]
        : name === 'carried_over' ? carried[row]
          : outcomes.has(dossiers.outcome[row])),
  };
}

function number(counts, name, title, holds, attributes = {}) {
  const text = countText(measure(counts, name));
  return figure(text, pickOf(name, title, holds), {
    'data-measure': name, 'aria-label': `${text} hồ sơ ${lowerFirst(LABELS[name])}${title ?? ''}: xem danh sách`, ...attributes,
  });
}

function showDossiers(pick) {
  state.pick = pick;
  fillList();
  byId('dossiers').scrollIntoView();
  byId('dossiers-heading').focus({ preventScroll: true });
}

function fillList() {
  const pick = state.pick ?? lateAndOverdue;
  const table = pick.due ? dueSoon : dossiers;
  const inUnits = unitsOf(state);
  const rows = [];
  for (let row = 0; row < table.code.length; row++) {
    if (inUnits[table.unit[row]] && (pick.due || pick.basis === 'flow' || !carried[row]) && pick.holds(row)) rows.push(row);
  }
  byId('all-late').hidden = state.pick === null;
  list(table, rows, `${pick.title} – ${scopeText()}`);
}

function scopeText() {
  if (state.unit !== '') return content.units[state.unit][2];
  return state.level ? lowerFirst(levelLabel[state.level]) : 'toàn bộ các cấp';
}

// ---- tiles -------------------------------------------------------------------------------

function tile(label, figureNode, note, change) {
  return element('article', { className: 'tile' }, element('h3', {}, label), figureNode,
    element('p', { className: 'note' }, note), element('p', { className: 'change' }, change));
}

function fillTiles(counts) {
  const base = state.basis === 'flow' ? 'in_scope' : 'received';
  const before = countsBefore();
  const rate = (name) => {
    const text = percentText(hundredths(measure(counts, name), measure(counts, 'handled')));
    return figure(text, pickOf(name), { 'data-measure': `${name}_share`, 'aria-label': `${text}: xem danh sách hồ sơ ${lowerFirst(LABELS[name])}` });
  };
  const of = (name) => [number(counts, name), ' trên ', number(counts, 'handled'), ' kết quả giải quyết'];
  byId('tiles').replaceChildren(
    tile(LABELS[base], number(counts, base), state.basis === 'flow'
      ? ['tiếp nhận ', number(counts, 'received'), ', từ kỳ trước ', number(counts, 'carried_over')]
      : ['hồ sơ có ngày tiếp nhận trong kỳ'], change(counts, before, base)),
    tile(LABELS.handled, number(counts, 'handled'),
      ['đã giải quyết ', number(counts, 'resolved'), ', đang giải quyết ', number(counts, 'in_progress')],
      change(counts, before, 'handled')),
    tile(LABELS.on_time, number(counts, 'on_time'),
      ['trước hạn ', number(counts, 'early'), ', đúng ngày hẹn ', number(counts, 'on_due_date')],
      change(counts, before, 'on_time')),
    tile(LABELS.late, number(counts, 'late'),
      ['chưa giải quyết, đã quá hạn ', number(counts, 'pending_overdue')], change(counts, before, 'late')),
    tile('Tỷ lệ đúng hạn', rate('on_time'), [...of('on_time'), '; ',
      element('span', { 'data-measure': 'on_time_rate' }, percentText(hundredths(measure(counts, 'on_time'), measure(counts, 'resolved')))),
      ' trên số đã giải quyết'], rateChange(counts, before, 'on_time')),
    tile('Tỷ lệ trễ hạn', rate('late'), of('late'), rateChange(counts, before, 'late')),
  );
  byId('outcomes').replaceChildren(
    element('p', {}, element('strong', {}, `${countText(measure(counts, base))} hồ sơ`), ' gồm'),
    element('ul', {}, ['on_time', 'late', 'pending_in_time', 'paused', 'pending_overdue', 'withdrawn', 'undetermined'].map((name) =>
      swatched(partOf(name).colour, `${lowerFirst(LABELS[name])} `, number(counts, name)))),
  );
}

/** The part of a bar that a measure belongs to. */
function partOf(name) {
  return parts.find(({ outcomes }) => [...MEASURES[name]].every((outcome) => outcomes.has(outcome)));
}

/** The same counts of the period before, by measure; null if there are none. */
function countsBefore() {
  const found = content.before.counts?.[state.basis]?.[state.unit !== '' ? state.unit : state.level || 'all'];
  return found ? Object.fromEntries(content.before.measures.map((name, place) => [name, found[place]])) : null;
}

function change(counts, before, name) {
  if (!before) return '–';
  const moved = measure(counts, name) - before[name];
  return [changed(moved, countText(Math.abs(moved))), ' so với kỳ trước'];
}

function rateChange(counts, before, name) {
  const now = hundredths(measure(counts, name), measure(counts, 'handled'));
  const then = before && hundredths(before[name], before.handled);
  if (now === null || then === null) return '–';
  return [changed(now - then, `${pointsText(Math.abs(now - then))} điểm phần trăm`), ' so với kỳ trước'];
}

function changed(moved, text) {
  return element('strong', {}, moved === 0 ? 'không đổi' : `${moved > 0 ? '▲ tăng' : '▼ giảm'} ${text}`);
}

function beforeText() {
  const { before } = content;
  if (!before.counts) return `Chưa so sánh được: số liệu ${lowerFirst(before.title)} chưa được công bố.`;
  if (!countsBefore()) return `Chưa so sánh được: ${scopeText()} không có hồ sơ trong ${lowerFirst(before.title)}.`;
  const span = `${dateText(dayOf(before.start))} – ${dateText(dayOf(before.end))}`;
  const apart = (dayOf(content.period.start) - dayOf(before.end)) / DAY - 1;
  return `So với ${lowerFirst(before.title)} (${span})`
    + (before.provisional ? ', số liệu tạm tính' : '')
    + (apart < 0 ? `; hai kỳ trùng nhau ${countText(-apart)} ngày` : '')
    + (apart > 0 ? `; giữa hai kỳ có ${countText(apart)} ngày không thuộc kỳ nào` : '') + '.';
}

// ---- due soon ----------------------------------------------------------------------------

function fillDueSoon() {
  const inUnits = unitsOf(state);
  const counts = new Map();
  let total = 0;
  dueSoon.unit.forEach((unit, row) => {
    if (!inUnits[unit]) return;
    if (!counts.has(unit)) counts.set(unit, [0, 0, 0, 0]);
    counts.get(unit)[dueSoon.left[row]]++;
    total++;
  });
  const pick = (title, holds) => ({ due: true, title: `Hồ sơ sắp đến hạn${title}`, holds });
  const asOf = content.period.newest ? `Tính đến ngày ${dateText(dayOf(content.period.newest))} của bản xuất mới nhất, ` : '';
  const said = () => [figure(countText(total), pick('', () => true), { 'data-due': 'all' }),
    ' hồ sơ chưa giải quyết xong đến hạn trong ngày hoặc trong ba ngày làm việc tới'];
  byId('due-lead').replaceChildren(asOf, ...said(), '.');
  byId('due-call').replaceChildren(element('strong', {}, 'Sắp đến hạn: '), ...said(), '. ',
    element('a', { href: '#due' }, 'Xem theo đơn vị'));
  byId('due-call').hidden = total === 0;
  const rows = [...counts].sort(([one], [other]) => ranks.unit[one] - ranks.unit[other]).map(([unit, byLeft]) => {
    const name = content.units[unit][2];
    const cells = byLeft.map((count, left) => (count
      ? figure(countText(count), pick(`, ${name}, còn ${leftText(left)}`, (row) => dueSoon.unit[row] === unit && dueSoon.left[row] === left))
      : '–'));
    const sum = byLeft.reduce((one, other) => one + other);
    return [name, ...cells, figure(countText(sum), pick(`, ${name}`, (row) => dueSoon.unit[row] === unit), { 'data-due': unit })];
  });
  byId('due-table').replaceChildren(...(rows.length
    ? [figureTable('Theo số ngày làm việc còn lại', ['Đơn vị', 'Trong ngày', '1', '2', '3', 'Cộng'], rows)]
    : []));
}

// ---- charts with their tables ------------------------------------------------------------

let counted = null;
byId('on-time').before(legend('on_time'));
byId('by-day').append(legend('by_day'));
byId('by-field').append(legend('by_field'));
const unitCharts = content.levels.map(([level, label]) => {
  const box = element('figure', {}, element('figcaption', {}, label));
  const said = element('p', { className: 'note' });
  byId('on-time').append(box);
  const draw = chart(box, 'on_time', `Tỷ lệ đúng hạn theo đơn vị, ${label}`, ({ key, part }, whole) => showDossiers(whole
    ? pickOf('handled', `, ${content.units[key][2]}`, (row) => dossiers.unit[row] === key)
    : partPick(part, content.units[key][2], (row) => dossiers.unit[row] === key)));
  const table = folding(`Bảng số liệu ${lowerFirst(label)}`, () => unitTable(label, unitsAt(level)));
  box.append(said, table.details);
  return async () => {
    const units = unitsAt(level);
    const [shown, hidden] = [units.slice(0, UNITS_SHOWN), units.length - UNITS_SHOWN];
    box.hidden = units.length === 0 && state.level !== level;
    said.textContent = hidden > 0 ? `Còn ${countText(hidden)} đơn vị khác trong bảng số liệu.` : '';
    table.refresh();
    if (!box.hidden) await draw(onTimeRows(shown));
  };
});

/** Units of a level with something handled, the lowest share first. */
function unitsAt(level) {
  const share = ([, counts]) => onTimeShare(counts);
  return [...counted.units].filter(([unit, counts]) => content.units[unit][0] === level && measure(counts, 'handled'))
    .sort((one, other) => share(one) - share(other) || ranks.unit[one[0]] - ranks.unit[other[0]]);
}

/** What a part of a bar leads to. */
function partPick(label, of, holds) {
  const { outcomes } = parts.find((part) => part.label === label);
  return {
    title: `${label}, ${of}`, basis: state.basis,
    holds: (row) => outcomes.has(dossiers.outcome[row]) && holds(row),
  };
}

function unitTable(label, units) {
  const names = ['in_scope', 'handled', 'on_time', 'late', 'pending_overdue'];
  return figureTable(`Kết quả theo đơn vị, ${lowerFirst(label)}`,
    ['Đơn vị', ...names.map((name) => LABELS[name]), 'Tỷ lệ đúng hạn'],
    units.map(([unit, counts]) => [content.units[unit][2],
      ...names.map((name) => number(counts, name, `, ${content.units[unit][2]}`, (row) => dossiers.unit[row] === unit)),
      percentText(onTimeShare(counts))]));
}

const drawDays = chart(byId('by-day'), 'by_day', 'Số hồ sơ tiếp nhận và giải quyết theo ngày',
  ({ key, measured }) => showDossiers(dayPick(measured, key)), false);
const dayTable = folding('Bảng số liệu theo ngày', () => {
  const [received, onTime, late] = counted.days;
  const cell = (name, day, count) => (count ? figure(countText(count), dayPick(name, day)) : '–');
  const rows = Array.from(received, (count, day) => [dateText(startDay + day * DAY), cell('received', day, count),
    cell('resolved', day, onTime[day] + late[day]), cell('on_time', day, onTime[day]), cell('late', day, late[day])]);
  return figureTable('Tiếp nhận và giải quyết theo ngày',
    ['Ngày', ...['received', 'resolved', 'on_time', 'late'].map((name) => LABELS[name])], rows);
});
byId('by-day').append(dayTable.details);

function dayPick(name, day) {
  return pickOf(name, `, ngày ${dateText(startDay + day * DAY)}`, name === 'received'
    ? (row) => dossiers.received[row] === day
    : (row) => MEASURES[name].has(dossiers.outcome[row]) && resolvedDay(row) === day);
}

let groups = [];
const drawFields = chart(byId('by-field'), 'by_field', 'Kết quả theo lĩnh vực', ({ key, part }, whole) => {
  const { name, fields } = groups[key];
  const holds = (row) => fields.includes(dossiers.field[row]);
  showDossiers(whole ? pickOf('in_scope', `, ${name}`, holds) : partPick(part, name, holds));
});
const fieldTable = folding('Bảng số liệu theo lĩnh vực', () => {
  const names = ['in_scope', 'on_time', 'late', 'in_progress', 'pending_overdue', 'withdrawn', 'undetermined'];
  const rows = [...counted.fields].sort(([one], [other]) => ranks.field[one] - ranks.field[other])
    .map(([field, counts]) => [content.texts.field[field], ...names.map((name) =>
      number(counts, name, `, ${content.texts.field[field]}`, (row) => dossiers.field[row] === field))]);
  return figureTable('Kết quả theo lĩnh vực', ['Lĩnh vực', ...names.map((name) => LABELS[name])], rows);
});
byId('by-field').append(fieldTable.details);

// ---- filter ------------------------------------------------------------------------------

function fillUnits() {
  const groupsOfUnits = content.levels.filter(([level]) => !state.level || level === state.level).map(([level, label]) =>
    element('optgroup', { label }, content.units.map(([of, , name], unit) => [of, name, unit])
      .filter(([of]) => of === level).sort((one, other) => ranks.unit[one[2]] - ranks.unit[other[2]])
      .map(([, name, unit]) => element('option', { value: unit }, name))));
  byId('unit').replaceChildren(element('option', { value: '' }, 'Tất cả đơn vị'), ...groupsOfUnits);
}

async function update() {
  counted = tally(state.basis, unitsOf(state));
  groups = fieldGroups(counted.fields);
  fillTiles(counted.total);
  byId('before').textContent = beforeText();
  byId('scope').textContent = `Phạm vi: ${scopeText()}. ${byId('basis').selectedOptions[0].textContent}.`;
  fillDueSoon();
  fillList();
  dayTable.refresh();
  fieldTable.refresh();
  await Promise.all([...unitCharts.map((draw) => draw()), drawDays(dayRows(counted.days)), drawFields(fieldRows(groups))]);
  document.body.dataset.state = JSON.stringify([state.basis, state.level, state.unit]);
}

function readHead() {
  const { period } = content;
  byId('span').textContent = `Từ ${dateText(dayOf(period.start))} đến ${dateText(dayOf(period.end))}`
    + (period.newest ? ` · bản xuất mới nhất ngày ${dateText(dayOf(period.newest))}` : '');
  const caveats = [
    ...(period.provisional
      ? [element('strong', {}, 'Số liệu tạm tính'), ': bản xuất mới nhất có trước ngày cuối kỳ, số liệu còn thay đổi. '] : []),
    ...(period.revision
      ? [element('strong', {}, `Số liệu đã điều chỉnh lần ${countText(period.revision)}`), ' so với lần công bố đầu. '] : []),
    ...(period.unread ? [element('strong', {}, 'Chú ý'), `: ${period.unread}`] : []),
  ];
  byId('caveats').append(...caveats);
  byId('caveats').hidden = caveats.length === 0;
}

byId('level').append(element('option', { value: '' }, 'Tất cả các cấp'),
  ...content.levels.map(([level, label]) => element('option', { value: level }, label)));
fillUnits();
byId('filter').addEventListener('change', ({ target }) => {
  state[target.id] = target.value;
  state.pick = null;
  if (target.id === 'level') {
    state.unit = '';
    fillUnits();
  }
  update();
});
byId('filter').addEventListener('submit', (event) => event.preventDefault());
byId('filter').addEventListener('reset', () => {
  Object.assign(state, { basis: 'received', level: '', unit: '', pick: null });
  fillUnits();
  setTimeout(update);  // after the controls were reset
});
byId('all-late').addEventListener('click', () => { state.pick = null; fillList(); });
readHead();
update();
