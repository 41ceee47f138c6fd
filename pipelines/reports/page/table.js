// The list of dossiers: what is picked, searched, sorted and turned, page by page.

const PAGE_ROWS = 20;
const PRINTED_ROWS = 300;
const collator = new Intl.Collator('vi', { numeric: true });
// Places of a dictionary's texts in alphabetical order, so that rows are sorted by numbers.
const ranks = Object.fromEntries(Object.entries(content.texts).map(([name, texts]) => [name, rank(texts)]));
ranks.unit = rank(content.units.map(([, , name]) => name));
const sought = Object.fromEntries(Object.entries(content.texts).map(([name, texts]) => [name, texts.map(folded)]));
sought.unit = content.units.map(([, , name]) => folded(name));
const SOUGHT = ['unit', 'field', 'procedure_name', 'status', 'source_file', 'source_sheet'];
const outcomeLabels = content.outcomes.map((name) => LABELS[name]);

function rank(texts) {
  const order = texts.map((text, place) => place).sort((a, b) => collator.compare(texts[a], texts[b]));
  const result = new Int32Array(texts.length);
  order.forEach((place, position) => { result[place] = position; });
  return result;
}

const textOf = (table, row, name) => content.texts[name][table[name][row]];
const dayText = (day) => (day === null ? '–' : dateText(startDay + day * DAY));

/** What the columns of a list show, and the numbers or texts that they are sorted by. */
const COMMON_COLUMNS = {
  code: { label: 'Mã hồ sơ', show: (table, row) => table.code[row], by: (table, row) => table.code[row] },
  unit: { label: 'Đơn vị', show: (table, row) => content.units[table.unit[row]][2], by: (table, row) => ranks.unit[table.unit[row]] },
  procedure: {
    label: 'Thủ tục',
    show: (table, row) => [
      element('span', { className: 'procedure' }, textOf(table, row, 'procedure_name')),
      element('small', {}, textOf(table, row, 'field')),
    ],
    by: (table, row) => ranks.procedure_name[table.procedure_name[row]],
  },
  due: { label: 'Hẹn trả', show: (table, row) => dayText(table.due[row]), by: (table, row) => table.due[row] ?? Infinity },
  source: {
    label: 'Nguồn',
    show: (table, row) => [
      element('span', { className: 'file' }, textOf(table, row, 'source_file')),
      element('small', {}, [textOf(table, row, 'source_sheet'), `dòng ${table.source_row[row]}`].filter(Boolean).join(', ')),
    ],
    by: (table, row) => ranks.source_file[table.source_file[row]] * 1e9 + table.source_row[row],
  },
};
const PERIOD_COLUMNS = {
  code: COMMON_COLUMNS.code, unit: COMMON_COLUMNS.unit, procedure: COMMON_COLUMNS.procedure,
  received: { label: 'Tiếp nhận', show: (table, row) => dayText(table.received[row]), by: (table, row) => table.received[row] },
  due: COMMON_COLUMNS.due,
  closed: { label: 'Kết thúc', show: (table, row) => dayText(table.closed[row]), by: (table, row) => table.closed[row] ?? Infinity },
  outcome: {
    label: 'Kết quả',
    show: (table, row) => {
      const [calendar, working] = lateness.get(row) ?? [];
      return [
        element('span', { className: `outcome ${content.outcomes[table.outcome[row]]}` }, outcomeLabels[table.outcome[row]]),
        element('small', {}, calendar === undefined
          ? textOf(table, row, 'status')
          : `${countText(calendar)} ngày (${countText(working)} ngày làm việc)`),
      ];
    },
    // As late_dossiers is ordered: calendar days, then working days, the worst first.
    by: (table, row) => {
      const [calendar, working] = lateness.get(row) ?? [];
      return calendar === undefined ? table.outcome[row] : -(calendar + working / 10_000);
    },
  },
  source: COMMON_COLUMNS.source,
};
const DUE_COLUMNS = {
  code: COMMON_COLUMNS.code, unit: COMMON_COLUMNS.unit, procedure: COMMON_COLUMNS.procedure,
  status: { label: 'Trạng thái', show: (table, row) => textOf(table, row, 'status'), by: (table, row) => ranks.status[table.status[row]] },
  due: COMMON_COLUMNS.due,
  left: { label: 'Còn lại', show: (table, row) => leftText(table.left[row]), by: (table, row) => table.left[row] },
  source: COMMON_COLUMNS.source,
};

function leftText(left) {
  return left === 0 ? 'trong ngày' : `${countText(left)} ngày làm việc`;
}

/** The list within its section; `show` takes which table, which rows, and what they are called. */
function dossierList() {
  const now = { table: dossiers, rows: [], title: '', by: 'outcome', down: false, page: 0 };
  const search = byId('search');
  const sort = byId('sort');
  const printing = matchMedia('print');
  let found = [];

  function columns() {
    return now.table === dueSoon ? DUE_COLUMNS : PERIOD_COLUMNS;
  }

  function find() {
    const words = folded(search.value).split(/\s+/).filter(Boolean);
    const { table } = now;
    found = now.rows.filter((row) => words.every((word) =>
      folded(table.code[row]).includes(word)
      || SOUGHT.some((name) => sought[name][table[name][row]].includes(word))));
    const { by } = columns()[now.by];
    const keys = new Map(found.map((row) => [row, by(table, row)]));
    const sign = now.down ? -1 : 1;
    found.sort((a, b) => {
      const [one, other] = [keys.get(a), keys.get(b)];
      return one === other ? a - b : (one < other ? -sign : sign);
    });
  }

  function render() {
    const size = printing.matches ? PRINTED_ROWS : PAGE_ROWS;
    const pages = Math.max(1, Math.ceil(found.length / size));
    now.page = printing.matches ? 0 : Math.min(now.page, pages - 1);
    const first = now.page * size;
    const shown = found.slice(first, first + size);
    byId('dossiers-lead').textContent = now.title;
    byId('count').textContent = found.length
      ? `${countText(first + 1)}–${countText(first + shown.length)} trong ${countText(found.length)} hồ sơ`
        + (search.value.trim() ? ` khớp «${search.value.trim()}»` : '')
      : 'Không có hồ sơ nào.';
    byId('list').replaceChildren(shown.length ? rowsTable(shown) : '');
    sort.replaceChildren(...Object.entries(columns()).map(([name, { label }]) =>
      element('option', { value: name, selected: name === now.by }, label)));
    byId('pages').replaceChildren(...(pages > 1 ? turners(pages) : []));
  }

  function rowsTable(rows) {
    const all = Object.entries(columns());
    // On a phone each row is a card, which would take a table's meaning away but for the roles.
    return element('table', { className: 'dossiers', role: 'table', 'aria-label': now.title },
      element('thead', { role: 'rowgroup' }, element('tr', { role: 'row' }, all.map(([name, column]) =>
        element('th', { scope: 'col', role: 'columnheader', className: `col-${name}`, ...(name === now.by ? { 'aria-sort': now.down ? 'descending' : 'ascending' } : {}) },
          sorter(name, column.label))))),
      element('tbody', { role: 'rowgroup' }, rows.map((row) => element('tr', { role: 'row' },
        all.map(([name, column]) => element('td', { role: 'cell', className: `col-${name}`, 'data-label': column.label },
          element('div', {}, column.show(now.table, row))))))));
  }

  function sortBy(name, down) {
    Object.assign(now, { by: name, down, page: 0 });
    find();
    render();
  }

  function sorter(name, label) {
    const button = element('button', { type: 'button' }, label);
    button.addEventListener('click', () => {
      sortBy(name, name === now.by && !now.down);
      byId('list').querySelector('[aria-sort] button').focus();
    });
    return button;
  }

  function turners(pages) {
    const turn = (label, page, off) => {
      const button = element('button', { type: 'button', disabled: off }, label);
      button.addEventListener('click', () => { now.page = page; render(); byId('dossiers-heading').focus(); });
      return button;
    };
    return [
      turn('‹ Trước', now.page - 1, now.page === 0),
      element('span', {}, `Trang ${countText(now.page + 1)}/${countText(pages)}`),
      turn('Sau ›', now.page + 1, now.page === pages - 1),
    ];
  }

  sort.addEventListener('change', () => sortBy(sort.value, false));
  search.addEventListener('input', () => { now.page = 0; find(); render(); });
  printing.addEventListener('change', render);
  return (table, rows, title) => {
    if (table !== now.table) now.by = table === dueSoon ? 'left' : 'outcome';
    Object.assign(now, { table, rows, title, down: false, page: 0 });
    find();
    render();
  };
}
