// The period's dossiers as they came with the page, and how they are counted.

const content = JSON.parse(document.getElementById('content').textContent);
const dossiers = content.dossiers;
const dueSoon = content.due;
const startDay = dayOf(content.period.start);
const days = (dayOf(content.period.end) - startDay) / DAY + 1;
const OUTCOME = Object.fromEntries(content.outcomes.map((name, place) => [name, place]));
const levelLabel = Object.fromEntries(content.levels);
const carried = new Uint8Array(dossiers.code.length);
for (const row of dossiers.carried) carried[row] = 1;
const lateness = new Map(dossiers.late.map(([row, calendar, working]) => [row, [calendar, working]]));

// Measure → its outcomes (definitions.md, Measures).
const MEASURES = {
  early: ['early'],
  on_due_date: ['on_due_date'],
  on_time: ['early', 'on_due_date'],
  late: ['late'],
  resolved: ['early', 'on_due_date', 'late'],
  pending_in_time: ['pending_in_time'],
  pending_overdue: ['pending_overdue'],
  paused: ['paused'],
  in_progress: ['pending_in_time', 'pending_overdue', 'paused'],
  withdrawn: ['withdrawn'],
  undetermined: ['undetermined'],
  handled: content.outcomes.filter((name) => name !== 'withdrawn'),
  in_scope: content.outcomes,
};
for (const [name, outcomes] of Object.entries(MEASURES)) {
  MEASURES[name] = new Set(outcomes.map((outcome) => OUTCOME[outcome]));
}
const LABELS = {
  received: 'Tiếp nhận', in_scope: 'Tổng số phải giải quyết', carried_over: 'Từ kỳ trước chuyển qua',
  handled: 'Kết quả giải quyết', resolved: 'Đã giải quyết', on_time: 'Đúng hạn',
  early: 'Trước hạn', on_due_date: 'Đúng ngày hẹn', late: 'Trễ hạn',
  in_progress: 'Đang giải quyết', pending_in_time: 'Chưa đến hạn', paused: 'Chờ bổ sung',
  pending_overdue: 'Quá hạn', withdrawn: 'Rút hồ sơ', undetermined: 'Chưa xác định',
};

/** Whether each dossier's unit belongs to the chosen level and unit, by the unit's place. */
function unitsOf(state) {
  return content.units.map(([level], unit) =>
    (!state.level || level === state.level) && (state.unit === '' || unit === Number(state.unit)));
}

/** The dossiers of a basis and of units, counted by outcome: in all, by unit, field and day. */
function tally(basis, inUnits) {
  const empty = () => ({ outcomes: new Int32Array(content.outcomes.length), carried: 0 });
  const result = {
    total: empty(), units: new Map(), fields: new Map(),
    days: ['received', 'on_time', 'late'].map(() => new Int32Array(days)),
  };
  const [received, onTime, late] = result.days;
  for (let row = 0; row < dossiers.code.length; row++) {
    if (!inUnits[dossiers.unit[row]] || (carried[row] && basis === 'received')) continue;
    const outcome = dossiers.outcome[row];
    for (const [groups, key] of [[result.units, dossiers.unit[row]], [result.fields, dossiers.field[row]]]) {
      if (!groups.has(key)) groups.set(key, empty());
      groups.get(key).outcomes[outcome]++;
      groups.get(key).carried += carried[row];
    }
    result.total.outcomes[outcome]++;
    result.total.carried += carried[row];
    if (!carried[row]) received[dossiers.received[row]]++;
    if (MEASURES.resolved.has(outcome)) (outcome === OUTCOME.late ? late : onTime)[resolvedDay(row)]++;
  }
  return result;
}

/** The day on which a closed dossier counts as resolved (counts_by_day). */
function resolvedDay(row) {
  return Math.max(dossiers.closed[row], dossiers.received[row]);
}

/** A measure of one tally: a number of dossiers. */
function measure(counts, name) {
  if (name === 'carried_over') return counts.carried;
  if (name === 'received') return measure(counts, 'in_scope') - counts.carried;
  let sum = 0;
  for (const outcome of MEASURES[name]) sum += counts.outcomes[outcome];
  return sum;
}

function onTimeShare(counts) {
  return hundredths(measure(counts, 'on_time'), measure(counts, 'handled'));
}
