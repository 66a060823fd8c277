/* The dossier of one hamlet: why this verdict, what it rests on, what is missing. */

/* --- why -------------------------------------------------------------------------------- */

/* The rule's operator with the highest availability; a tie goes to the lowest code. */
function bestOperator(area) {
  const tested = area.operators.filter((row) => row.in_rule && row.availability !== null);
  return tested.reduce((best, row) =>
    best && best.availability >= row.availability ? best : row, null);
}

function areaTitle(area) {
  return area.kind === 'cluster' ? area.name || area.code : t(area.kind + '_title');
}

function why(hamlet) {
  const [centre, ...clusters] = hamlet.areas;
  if (!centre)
    return '';
  const kind = centre.kind === 'polygon' ? 'polygon' : 'centre';
  const best = bestOperator(centre);
  const failed = clusters.filter((area) => area.result === 'fail');
  const open = clusters.filter((area) => area.result === 'unknown');
  const told = hamlet.verdict === 'depression' ? failed : open;
  const values = {place: t(kind), place_lower: t(kind + '_lower'),
    operator: best ? operatorName(best.mccmnc) : t('none_measured'),
    share: best ? percent(best.availability) : '–',
    min: wholePercent(data.rule.availability_min), max: wholePercent(data.rule.no_signal_max),
    count: told.length, names: told.map(areaTitle).join(', ')};
  return t(whyKey(hamlet.verdict, centre, clusters), values);
}

function whyKey(verdict, centre, clusters) {
  switch (verdict) {
    case 'covered':
      return clusters.length > 0 ? 'why_covered' : 'why_covered_alone';
    case 'depression':
      return centre.result === 'fail' ? 'why_depression_centre' : 'why_depression_clusters';
    case 'no_signal':
      return 'why_no_signal';
    default:
      return centre.result === 'unknown' ? 'why_unknown_centre' : 'why_unknown_clusters';
  }
}

/* What would decide an operator in an area; "" where nothing is missing. */
function missing(area, row) {
  if (!row.in_rule || row.result !== 'unknown')
    return '';
  const needed = Math.min(data.rule.min_bins, area.bins_total), seen = row.bins;
  if (seen === 0)
    return t('missing_all', {count: needed});
  if (seen < needed)
    return t('missing_bins', {count: needed - seen});
  return t(row.availability >= data.rule.availability_min - 1e-9 ? 'missing_sure' :
    'missing_undecided');
}

/* What would decide the hamlet, area by area; nothing where it is decided. */
function whatIsMissing(hamlet) {
  const open = hamlet.verdict !== 'not_enough_data' ? [] :
    hamlet.areas.filter((area, i) => area.result === 'unknown' &&
      (i === 0 || hamlet.areas[0].result === 'pass'));
  if (open.length === 0)
    return null;
  return el('section', {class: 'todo'}, el('h3', {}, t('todo')),
    el('ul', {}, ...open.map((area) => el('li', {}, el('strong', {}, name(areaTitle(area))), ': ',
      ...missingByText(area).flatMap(([text, operators], i) =>
        [i > 0 ? '; ' : '', name(operators.map(operatorName).join(', ')), ' – ' + text]),
      '.'))),
    el('p', {class: 'note'}, t('todo_' + data.rule.combine)));
}

/* Operators that lack the same stand together: [[text, [mccmnc …]] …]. */
function missingByText(area) {
  const groups = new Map();
  for (const row of area.operators) {
    const text = missing(area, row);
    if (text !== '')
      groups.set(text, [...groups.get(text) || [], row.mccmnc]);
  }
  return [...groups];
}

/* --- dossier ---------------------------------------------------------------------------- */

function badge(result) {
  return el('span', {class: 'badge ' + result}, t(result));
}

/* A bar of the interval, a tick at the estimate and one at the rule's minimum. */
function intervalBar(row) {
  const [low, high, share] = ['availability_low', 'availability_high', 'availability']
    .map((key) => row[key]);
  const parts = [svg('rect', {x: 0, y: 5, width: 100, height: 2, class: 'axis'}),
    svg('rect', {x: low * 100, y: 3, width: Math.max((high - low) * 100, 1), height: 6, class: 'span'}),
    svg('rect', {x: data.rule.availability_min * 100 - 0.5, y: 0, width: 1, height: 12, class: 'aim'})];
  if (share !== null)
    parts.push(svg('rect', {x: Math.min(share * 100, 98.5), y: 1, width: 2, height: 10, class: 'tick'}));
  return svg('svg', {class: 'bar', viewBox: '0 0 100 12', preserveAspectRatio: 'none',
    'aria-hidden': 'true'}, ...parts);
}

function availabilityCell(row) {
  if (row.availability === null)
    return el('td', {class: 'availability'}, '–');
  return el('td', {class: 'availability'}, el('strong', {}, percent(row.availability)),
    el('small', {}, `${percent(row.availability_low)} – ` +
      percent(row.availability_high)), intervalBar(row));
}

/* What active tests found: beside the verdict, never part of it. */
function broadbandText({tests, ok, median_down_kbps, median_up_kbps, ping_tests, ping_ok,
  median_ping_ms}) {
  const mbit = (kbps) => number(kbps / 1000, kbps < 10000 ? 1 : 0);
  const parts = [tests > 0 ? t('broadband_ok', {ok: number(ok), tests: number(tests)}) : '',
    median_down_kbps === null ? '' : t('broadband_down', {rate: mbit(median_down_kbps)}),
    median_up_kbps === null ? '' : t('broadband_up', {rate: mbit(median_up_kbps)}),
    ping_tests > 0 ? t('broadband_pings', {ok: number(ping_ok), tests: number(ping_tests)}) : '',
    median_ping_ms === null ? '' : t('broadband_ping', {time: number(median_ping_ms)})];
  return t('broadband', {what: parts.filter((part) => part !== '').join(', ')});
}

/* The second row of an operator: what does not fit a column. */
function operatorNotes(area, row) {
  const samples = row.samples, silent = row.no_service_samples;
  const lack = missing(area, row);
  const notes = [samples > 0 ? t('samples', {count: number(samples)}) : '',
    silent > 0 ? t('silent', {count: number(silent)}) : '',
    samples > 0 ? t('measured', {first: date(row.first_date),
      last: date(row.last_date)}) : '',
    row.in_rule ? '' : t('not_in_rule')].filter((note) => note !== '');
  return el('td', {colspan: OPERATOR_HEADS.length},
    ...notes.flatMap((note, i) => [i > 0 ? ' · ' : '', el('span', {}, note)]),
    row.broadband === null ? null : el('div', {class: 'broadband'}, broadbandText(row.broadband)),
    lack === '' ? null : el('div', {class: 'missing'}, t('missing', {what: lack})));
}

const OPERATOR_HEADS = ['operator_result', 'availability', 'bins', 'median'];

/* The rows of one operator stand together as a body of the table. */
function operatorBody(area, row) {
  const median = row.median_dbm;
  return el('tbody', {}, el('tr', {},
    el('th', {scope: 'rowgroup'}, name(operatorName(row.mccmnc)),
      el('div', {}, badge(row.result))), availabilityCell(row),
    el('td', {}, t('bins_of', {bins: number(row.bins), total: number(area.bins_total)})),
    el('td', {}, median === null ? '–' : dbm(median))),
  el('tr', {class: 'notes'}, operatorNotes(area, row)));
}

function areaTable(area) {
  const facts = [area.kind === 'polygon' ? null : t('radius', {radius: number(area.radius_m)}),
    area.households === null ? null : t('households_count', {count: number(area.households)}),
    area.kind === 'cluster' ? area.code : null].filter((fact) => fact !== null);
  return el('section', {class: 'area'},
    el('h3', {}, el('span', {}, area.kind === 'cluster' ? t('cluster') + ' ' : '',
      name(areaTitle(area))), badge(area.result), el('small', {}, name(facts.join(' · ')))),
    el('div', {class: 'scroll'}, el('table', {class: 'operators'},
      el('thead', {}, el('tr', {}, ...OPERATOR_HEADS.map((key) => el('th', {scope: 'col'}, t(key))))),
      ...area.operators.map((row) => operatorBody(area, row)))));
}

function known(value) {
  return t(value === 'unknown' ? 'not_known' : value);
}

function hamletFacts(hamlet) {
  return facts([['code', name(hamlet.code)],
    ['commune', hamlet.commune.name === '' ? '' : name(hamlet.commune.name)],
    ['province', hamlet.commune.province === '' ? '' : name(hamlet.commune.province)],
    ['households', hamlet.households === null ? t('not_known') : number(hamlet.households)],
    ['electricity', known(hamlet.electricity)], ['difficult', known(hamlet.difficult)],
    ['broadband_3g4g', known(hamlet.broadband_3g4g)], ['broadband_5g', known(hamlet.broadband_5g)]]);
}

/* What officers said, the newest first; what no longer stands is struck out. */
function officersWord(hamlet) {
  if (hamlet.notes.length === 0)
    return null;
  return el('section', {class: 'officer'}, el('h3', {}, t('note')),
    el('ul', {}, ...[...hamlet.notes].reverse().map((note, i) =>
      el('li', {}, el(i === 0 ? 'span' : 's', {}, name(noteText(note)))))),
    el('p', {class: 'note'}, t('note_beside')));
}

function noteText({decision, by, reason, day}) {
  return t(decision === '' ? 'note_taken_back' : 'note_text',
    {verdict: decision === '' ? '' : t(decision), by, reason, date: date(day)});
}

/* `actions`: {back, zoom}. */
function renderDossier(hamlet, actions) {
  byId('overview').hidden = hamlet !== null;
  byId('dossier').hidden = hamlet === null;
  if (hamlet === null)
    return;
  byId('dossier').replaceChildren(
    el('div', {class: 'buttons'},
      el('button', {type: 'button', id: 'back', onclick: actions.back}, '← ' + t('back')),
      hamletBounds(hamlet) === null ? null :
        el('button', {type: 'button', onclick: actions.zoom}, t('zoom_to'))),
    el('h2', {tabindex: '-1', id: 'dossier-name'}, name(hamlet.name)),
    el('p', {class: 'verdict ' + hamlet.verdict}, verdictIcon(hamlet.verdict), t(hamlet.verdict)),
    el('p', {class: 'why'}, why(hamlet)),
    ...[whatIsMissing(hamlet), officersWord(hamlet)].filter((node) => node !== null),
    hamletFacts(hamlet),
    ...hamlet.areas.map(areaTable),
    el('p', {class: 'note'}, t('rule_name', {id: data.rule.id}) + ' · ' +
      lower(t('interval', {confidence: wholePercent(data.rule.confidence)}))),
    ...[caveat()].filter((node) => node !== null));
}
