/* The panel: counts that are also the filter by verdict, communes, search and list. */

const LIST_MAX = 300;
const COMMUNES_FOUND_MAX = 5;
const COUNT_KEYS = ['hamlets', 'households', 'no_electricity'];

/* --- counts ----------------------------------------------------------------------------- */

function sum(values) {
  return Object.values(values).reduce((a, b) => a + b, 0);
}

function zeroCounts() {
  return Object.fromEntries(COUNT_KEYS.map((key) =>
    [key, Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0]))]));
}

/* Of the commune that is chosen, else of the whole survey. */
function countsShown() {
  if (state.commune === null)
    return data.counts;
  const counts = zeroCounts();
  for (const hamlet of hamlets.filter((h) => h.commune.code === state.commune)) {
    counts.hamlets[hamlet.verdict]++;
    counts.households[hamlet.verdict] += hamlet.households || 0;
    counts.no_electricity[hamlet.verdict] += hamlet.electricity === 'no' ? 1 : 0;
  }
  return counts;
}

function countsRow(verdict, counts, toggle) {
  const box = el('input', {type: 'checkbox', checked: !state.hidden.has(verdict),
    'data-verdict': verdict, 'aria-label': t('show_verdict', {verdict: t(verdict)}),
    onchange: () => toggle(verdict)});
  return el('tr', {},
    el('th', {scope: 'row'}, el('label', {}, box, verdictIcon(verdict), t(verdict))),
    ...COUNT_KEYS.map((key) => el('td', {}, number(counts[key][verdict]))));
}

function renderCounts(toggle) {
  const counts = countsShown();
  byId('counts').replaceChildren(
    el('thead', {}, el('tr', {}, el('th', {scope: 'col'}, t('verdict')),
      ...COUNT_KEYS.map((key) => el('th', {scope: 'col'}, t(key))))),
    el('tbody', {}, ...VERDICTS.map((verdict) => countsRow(verdict, counts, toggle))),
    el('tfoot', {}, el('tr', {}, el('th', {scope: 'row'}, t('total')),
      ...COUNT_KEYS.map((key) => el('td', {}, number(sum(counts[key])))))));
  const values = Object.fromEntries(VERDICTS.map((v) => [v, number(counts.hamlets[v])]));
  byId('sentence').textContent = t('sentence', {...values, hamlets: number(sum(counts.hamlets))});
}

/* --- communes --------------------------------------------------------------------------- */

const byName = new Intl.Collator('vi', {numeric: true});

function countByCommune() {
  const counts = new Map();
  for (const hamlet of hamlets)
    counts.set(hamlet.commune.code, (counts.get(hamlet.commune.code) || 0) + 1);
  return counts;
}

const hamletsOfCommune = countByCommune();

const communesByName = [...data.communes].filter((commune) => hamletsOfCommune.has(commune.code))
  .sort((a, b) => byName.compare(a.province, b.province) || byName.compare(a.name, b.name));

function communeLabel(commune) {
  return commune.name || commune.code || t('no_commune');
}

function communeOption(commune) {
  return el('option', {value: commune.code},
    t('commune_option', {commune: communeLabel(commune),
      count: number(hamletsOfCommune.get(commune.code))}));
}

/* Communes stand under their provinces where there are several. */
function renderCommunes() {
  const provinces = [...new Set(communesByName.map((commune) => commune.province))];
  const groups = provinces.length < 2 ? communesByName.map(communeOption) :
    provinces.map((province) => el('optgroup', {label: province || t('no_province')},
      ...communesByName.filter((c) => c.province === province).map(communeOption)));
  const select = byId('commune');
  /* No code of a commune begins so: the value "" belongs to hamlets outside all. */
  select.replaceChildren(el('option', {value: '*'}, t('all_communes')), ...groups);
  select.value = state.commune === null ? '*' : state.commune;
  byId('commune-box').hidden = communesByName.length < 2;
  byId('commune-zoom').hidden = state.commune === null;
}

/* --- list ------------------------------------------------------------------------------- */

/* Names in Vietnamese order. Sorted when the list is first shown: 90,000 names take a while, and
 * what was sorted once stays so. */
function sortHamlets() {
  return [...hamlets].sort((a, b) => verdictRank(a) - verdictRank(b) ||
    byName.compare(a.name, b.name));
}

const listed = sortHamlets();

function listItem(hamlet, select) {
  const place = communeLabel(hamlet.commune);
  return el('li', {}, el('button', {type: 'button', 'data-hamlet': hamlet.code,
    onclick: () => select(hamlet.code)}, verdictIcon(hamlet.verdict),
  el('span', {class: 'item-text'}, el('strong', {}, name(hamlet.name)),
    el('small', {}, name(place), ' · ' + t(hamlet.verdict) + notedText(hamlet)))));
}

/* The officer's word that stands, in short. */
function notedText(hamlet) {
  const last = hamlet.notes[hamlet.notes.length - 1];
  return !last || last.decision === '' ? '' : ' · ' + t('noted', {verdict: lower(t(last.decision))});
}

function communeItem(commune, choose) {
  return el('li', {}, el('button', {type: 'button', 'data-commune': commune.code,
    onclick: () => choose(commune.code)},
  svg('svg', {class: 'icon', viewBox: '0 0 18 18', 'aria-hidden': 'true'},
    svg('path', {d: 'M2 4L7 2L11 4L16 2V14L11 16L7 14L2 16ZM7 2V14M11 4V16', fill: 'none',
      stroke: 'currentColor', 'stroke-width': 1.4})),
  el('span', {class: 'item-text'}, el('strong', {}, name(communeLabel(commune))),
    el('small', {}, t('found', {count: number(hamletsOfCommune.get(commune.code))})))));
}

function hasWords(text, words) {
  return words.every((word) => text.includes(word));
}

/* `actions`: {select, chooseCommune}. */
function renderList(actions) {
  const words = searchable(byId('search').value).split(/\s+/).filter((word) => word !== '');
  const found = listed.filter((hamlet) => isShown(hamlet) &&
    (words.length === 0 || hasWords(hamlet.words, words)));
  const communes = words.length === 0 || communesByName.length < 2 ? [] :
    communesByName.filter((commune) => commune.code !== state.commune &&
      hasWords(searchable(commune.name + ' ' + commune.code), words)).slice(0, COMMUNES_FOUND_MAX);
  const shown = found.slice(0, LIST_MAX);
  byId('found').textContent = found.length === 0 ? t('found_none') :
    t(found.length > shown.length ? 'found_part' : 'found',
      {count: number(found.length), shown: number(shown.length)});
  byId('list').replaceChildren(
    ...communes.map((commune) => communeItem(commune, actions.chooseCommune)),
    ...shown.map((hamlet) => listItem(hamlet, actions.select)));
  listButtons().forEach((button, i) => {
    button.tabIndex = i === 0 ? 0 : -1; /* one stop for Tab; arrows go on from there */
  });
}

function listButtons() {
  return [...byId('list').querySelectorAll('button')];
}

function focusItem(button) {
  listButtons().forEach((other) => {
    other.tabIndex = other === button ? 0 : -1;
  });
  button.focus();
}

/* Arrows, Home and End go through the list; upwards out of it to the search. */
function moveInList(event) {
  const buttons = listButtons(), at = buttons.indexOf(document.activeElement);
  const to = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1}[event.key];
  if (to === undefined || buttons.length === 0)
    return;
  event.preventDefault();
  if (to < 0)
    byId('search').focus();
  else
    focusItem(buttons[Math.min(to, buttons.length - 1)]);
}

/* From the search: down into the list, Enter opens what stands first. */
function leaveSearch(event) {
  const first = listButtons()[0];
  if (!first || !['ArrowDown', 'Enter'].includes(event.key))
    return;
  event.preventDefault();
  if (event.key === 'Enter')
    first.click();
  else
    focusItem(first);
}

/* --- about ------------------------------------------------------------------------------ */

function facts(pairs) {
  return el('dl', {}, ...pairs.filter(([, value]) => value !== '' && value !== null)
    .flatMap(([key, value]) => [el('dt', {}, t(key)), el('dd', {}, value)]));
}

function caveat() {
  return data.rule.from_dispatch ? null :
    el('p', {class: 'caveat'}, t('caveat', {id: data.rule.id, source: data.rule.source}));
}

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
    ['about_data', t('about_data_text', {rows: number(data.rows), accepted: number(data.accepted),
      newest: date(data.newest_date), as_of: date(data.as_of_date)})],
    ['about_grid', t('about_grid_text', {size: number(data.bin_size_m), epsg: data.epsg})],
    ['about_made', `lomsong ${data.version}, Leaflet ${L.version}`]];
  byId('about-body').replaceChildren(facts(pairs), ...[caveat()].filter((node) => node !== null));
}
