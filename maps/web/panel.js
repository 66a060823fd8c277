/* The panel: counts that are also the filter, search and list, the dossier of one hamlet. */

const LIST_MAX = 300;

/* --- counts ----------------------------------------------------------------------------- */

function sum(values) {
  return Object.values(values).reduce((a, b) => a + b, 0);
}

function countsRow(verdict, toggle) {
  const box = el('input', {type: 'checkbox', checked: !state.hidden.has(verdict),
    'aria-label': t('show_verdict', {verdict: t(verdict)}), onchange: () => toggle(verdict)});
  return el('tr', {},
    el('th', {scope: 'row'}, el('label', {}, box, verdictIcon(verdict), t(verdict))),
    ...['hamlets', 'households', 'no_electricity'].map((key) =>
      el('td', {}, number(data.counts[key][verdict]))));
}

function renderCounts(toggle) {
  const keys = ['hamlets', 'households', 'no_electricity'];
  byId('counts').replaceChildren(
    el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, t('verdict')),
      ...keys.map((key) => el('th', {scope: 'col'}, t(key))))),
    el('tbody', {}, ...VERDICTS.map((verdict) => countsRow(verdict, toggle))),
    el('tfoot', {}, el('tr', {}, el('th', {scope: 'row'}, t('total')),
      ...keys.map((key) => el('td', {}, number(sum(data.counts[key])))))));
  const values = Object.fromEntries(VERDICTS.map((v) => [v, number(data.counts.hamlets[v])]));
  byId('sentence').textContent = t('sentence', {...values, hamlets: number(sum(data.counts.hamlets))});
}

/* --- list ------------------------------------------------------------------------------- */

const listed = data.hamlets.map((hamlet) => ({hamlet,
  words: searchable([hamlet.name, hamlet.commune, hamlet.code].join(' '))}));
const byName = new Intl.Collator('vi', {numeric: true});
listed.sort((a, b) => VERDICTS.indexOf(a.hamlet.verdict) - VERDICTS.indexOf(b.hamlet.verdict) ||
  byName.compare(a.hamlet.name, b.hamlet.name));

function listItem(hamlet, select) {
  const place = hamlet.commune === '' ? hamlet.code : hamlet.commune;
  return el('li', {}, el('button', {type: 'button', 'data-hamlet': hamlet.code,
    onclick: () => select(hamlet.code)}, verdictIcon(hamlet.verdict),
  el('span', {class: 'item-text'}, el('strong', {}, name(hamlet.name)),
    el('small', {}, name(place), ' · ' + t(hamlet.verdict)))));
}

function renderList(select) {
  const words = searchable(byId('search').value).split(/\s+/);
  const found = listed.filter((item) => isShown(item.hamlet) &&
    words.every((word) => item.words.includes(word)));
  const shown = found.slice(0, LIST_MAX);
  byId('found').textContent = found.length === 0 ? t('found_none') :
    t(found.length > shown.length ? 'found_part' : 'found',
      {count: number(found.length), shown: number(shown.length)});
  byId('list').replaceChildren(...shown.map((item) => listItem(item.hamlet, select)));
}

/* --- why -------------------------------------------------------------------------------- */

function cell(row, key) {
  return row[column[key]];
}

/* The rule's operator with the highest availability; a tie goes to the lowest code. */
function bestOperator(area) {
  const tested = area.operators.filter((row) => cell(row, 'in_rule') &&
    cell(row, 'availability') !== null);
  return tested.reduce((best, row) =>
    best && cell(best, 'availability') >= cell(row, 'availability') ? best : row, null);
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
    operator: best ? operatorName(cell(best, 'mccmnc')) : t('none_measured'),
    share: best ? percent(cell(best, 'availability')) : '–',
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
  if (!cell(row, 'in_rule') || cell(row, 'result') !== 'unknown')
    return '';
  const needed = Math.min(data.rule.min_bins, area.bins_total), seen = cell(row, 'bins');
  if (seen === 0)
    return t('missing_all', {count: needed});
  if (seen < needed)
    return t('missing_bins', {count: needed - seen});
  return t(cell(row, 'availability') >= data.rule.availability_min - 1e-9 ? 'missing_sure' :
    'missing_undecided');
}

/* --- dossier ---------------------------------------------------------------------------- */

function badge(result) {
  return el('span', {class: 'badge ' + result}, t(result));
}

/* A bar of the interval, a tick at the estimate and one at the rule's minimum. */
function intervalBar(row) {
  const [low, high, share] = ['availability_low', 'availability_high', 'availability']
    .map((key) => cell(row, key));
  const parts = [svg('rect', {x: 0, y: 5, width: 100, height: 2, class: 'axis'}),
    svg('rect', {x: low * 100, y: 3, width: Math.max((high - low) * 100, 1), height: 6, class: 'span'}),
    svg('rect', {x: data.rule.availability_min * 100 - 0.5, y: 0, width: 1, height: 12, class: 'aim'})];
  if (share !== null)
    parts.push(svg('rect', {x: Math.min(share * 100, 98.5), y: 1, width: 2, height: 10, class: 'tick'}));
  return svg('svg', {class: 'bar', viewBox: '0 0 100 12', preserveAspectRatio: 'none',
    'aria-hidden': 'true'}, ...parts);
}

function availabilityCell(row) {
  if (cell(row, 'availability') === null)
    return el('td', {class: 'availability'}, '–');
  return el('td', {class: 'availability'}, el('strong', {}, percent(cell(row, 'availability'))),
    el('small', {}, `${percent(cell(row, 'availability_low'))} – ` +
      percent(cell(row, 'availability_high'))), intervalBar(row));
}

/* The second row of an operator: what does not fit a column. */
function operatorNotes(area, row) {
  const samples = cell(row, 'samples'), silent = cell(row, 'no_service_samples');
  const lack = missing(area, row);
  const notes = [samples > 0 ? t('samples', {count: number(samples)}) : '',
    silent > 0 ? t('silent', {count: number(silent)}) : '',
    samples > 0 ? t('measured', {first: date(cell(row, 'first_date')),
      last: date(cell(row, 'last_date'))}) : '',
    cell(row, 'in_rule') ? '' : t('not_in_rule')].filter((note) => note !== '');
  return el('td', {colspan: OPERATOR_HEADS.length},
    ...notes.flatMap((note, i) => [i > 0 ? ' · ' : '', el('span', {}, note)]), lack === '' ? null : el('div', {class: 'missing'}, t('missing', {what: lack})));
}

const OPERATOR_HEADS = ['operator_result', 'availability', 'bins', 'median'];

/* The rows of one operator stand together as a body of the table. */
function operatorBody(area, row) {
  const median = cell(row, 'median_dbm');
  return el('tbody', {}, el('tr', {},
    el('th', {scope: 'rowgroup'}, name(operatorName(cell(row, 'mccmnc'))),
      el('div', {}, badge(cell(row, 'result')))), availabilityCell(row),
    el('td', {}, t('bins_of', {bins: number(cell(row, 'bins')), total: number(area.bins_total)})),
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

function facts(pairs) {
  return el('dl', {}, ...pairs.filter(([, value]) => value !== '' && value !== null)
    .flatMap(([key, value]) => [el('dt', {}, t(key)), el('dd', {}, value)]));
}

function known(value) {
  return t(value === 'unknown' ? 'not_known' : value);
}

function hamletFacts(hamlet) {
  return facts([['code', name(hamlet.code)],
    ['commune', hamlet.commune === '' ? '' : name(hamlet.commune)],
    ['province', hamlet.province === '' ? '' : name(hamlet.province)],
    ['households', hamlet.households === null ? t('not_known') : number(hamlet.households)],
    ['electricity', known(hamlet.electricity)], ['difficult', known(hamlet.difficult)],
    ['broadband_3g4g', known(hamlet.broadband_3g4g)], ['broadband_5g', known(hamlet.broadband_5g)]]);
}

function caveat() {
  return data.rule.from_dispatch ? null :
    el('p', {class: 'caveat'}, t('caveat', {id: data.rule.id, source: data.rule.source}));
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
    hamletFacts(hamlet),
    ...hamlet.areas.map(areaTable),
    el('p', {class: 'note'}, t('rule_name', {id: data.rule.id}) + ' · ' +
      lower(t('interval', {confidence: wholePercent(data.rule.confidence)}))),
    ...[caveat()].filter((node) => node !== null));
}

/* --- about ------------------------------------------------------------------------------ */

function renderAbout() {
  const rule = data.rule;
  const levels = Object.entries(rule.technologies).map(([tech, technology]) =>
    t('about_level', {tech, level: dbm(technology.level_dbm)}));
  const pairs = [
    ['about_rule', name(`${rule.id}: ${rule.title}`)], ['about_source', name(rule.source)],
    ['about_levels', levels.join('; ')],
    ['about_share', t('about_share_text', {min: wholePercent(rule.availability_min),
      evidence: wholePercent(rule.evidence_min), confidence: wholePercent(rule.confidence),
      bins: rule.min_bins})],
    ['about_operators', name(`${rule.mccmnc.map(operatorName).join(', ')}: ${t(rule.combine)}`)],
    ['about_data', t('about_data_text', {rows: number(data.rows), accepted: number(data.accepted), newest: date(data.newest_date), as_of: date(data.as_of_date)})],
    ['about_grid', t('about_grid_text', {size: number(data.bin_size_m), epsg: data.epsg})],
    ['about_made', `lomsong ${data.version}, Leaflet ${L.version}`]];
  byId('about-body').replaceChildren(facts(pairs), ...[caveat()].filter((node) => node !== null));
}
