// Numbers and dates in the forms of Vietnamese reports, as pipelines/numbers.py writes them.

const DAY = 86_400_000;

/** 10503 → 10.503, 8 → 08. */
function countText(value) {
  return value >= 0 && value < 10 ? `0${value}` : String(value).replace(/\B(?=(\d{3})+$)/g, '.');
}

/** Hundredths of a per cent, rounded half up in whole numbers; null without a denominator. */
function hundredths(numerator, denominator) {
  if (!denominator) return null;
  const doubled = 20_000 * numerator + denominator;
  return (doubled - (doubled % (2 * denominator))) / (2 * denominator);
}

/** 9859 → 98,59%; 10000 → 100%; null → –. */
function percentText(value) {
  return value === null ? '–' : `${value % 100 ? pointsText(value) : value / 100}%`;
}

/** 12 → 0,12. */
function pointsText(value) {
  return `${Math.trunc(value / 100)},${String(value % 100).padStart(2, '0')}`;
}

/** Milliseconds of an ISO day in UTC, the clock of all days here. */
function dayOf(iso) {
  return Date.parse(`${iso}T00:00:00Z`);
}

/** dd/mm/yyyy of milliseconds in UTC. */
function dateText(milliseconds) {
  const [year, month, day] = new Date(milliseconds).toISOString().split('T')[0].split('-');
  return `${day}/${month}/${Number(year)}`;
}

/** Text as it is searched: without tone marks and capitals, đ as d. */
function folded(text) {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

function lowerFirst(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
