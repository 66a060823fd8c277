/* The page as a whole: the map, its layers, and the state that permalinks name:
 * #hamlet=H01&lang=en&layer=45204-LTE&hide=covered,no_signal&view=15/22.78/106.12 */

const hamletByCode = new Map(data.hamlets.map((hamlet) => [hamlet.code, hamlet]));
const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

const map = L.map('map', {attributionControl: false, zoomControl: false, fadeAnimation: false,
  zoomAnimation: !still, markerZoomAnimation: !still, minZoom: 3, maxZoom: 20});
const zoomControl = L.control.zoom({position: 'topleft'}).addTo(map);
L.control.scale({imperial: false, maxWidth: 140}).addTo(map);

map.createPane('ground').style.zIndex = 150;
map.createPane('names').style.zIndex = 620;
map.getPane('names').style.pointerEvents = 'none';

const ground = new CanvasOverlay('ground', drawGround);
const labels = new CanvasOverlay('names', drawLabels);
const binLayer = new BinLayer();
const renderer = L.canvas({padding: 0.25});
const areaGroup = L.layerGroup();
const markerGroup = L.layerGroup();
const AREAS_ZOOM = 11; /* from afar the areas are smaller than the hamlets' icons */

let view = null;  /* [zoom, lat, lon] of the address, or null */
let layer = null; /* decoded, or null: no bins shown */
let areas = [];   /* {hamlet, shape} */
let markers = []; /* {hamlet, marker} */

/* --- state ------------------------------------------------------------------------------ */

/* The operator and technology with the most bins, of those that the rule counts where there is
 * one: 3G without a level would say nothing about the verdicts. */
function defaultLayer() {
  const known = data.bins.filter((l) => l.tech !== '');
  const counted = known.filter((l) => l.tech in data.rule.technologies);
  const best = (counted.length > 0 ? counted : known)
    .reduce((a, b) => a && a.rows.length >= b.rows.length ? a : b, null);
  return best ? layerKey(best) : '';
}

function layerKey(l) {
  return l.mccmnc + '-' + l.tech;
}

function layerChoices() {
  return data.bins.filter((l) => l.tech !== '' ||
    !data.bins.some((other) => other.mccmnc === l.mccmnc && other.tech !== ''));
}

function readHash() {
  const hash = new URLSearchParams(window.location.hash.slice(1));
  state.lang = ['vi', 'en'].includes(hash.get('lang')) ? hash.get('lang') : state.lang;
  state.hamlet = hamletByCode.has(hash.get('hamlet')) ? hash.get('hamlet') : '';
  const wanted = hash.get('layer');
  if (wanted === 'none' || layerChoices().some((l) => layerKey(l) === wanted))
    state.layer = wanted;
  view = readView(hash.get('view'));
  if (hash.has('hide'))
    state.hidden = new Set(hash.get('hide').split(',').filter((v) => VERDICTS.includes(v)));
}

/* "15/22.78/106.12" */
function readView(text) {
  const [zoom, lat, lon] = (text || '').split('/').map(Number);
  return zoom >= 3 && zoom <= 20 && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? [zoom, lat, lon] : null;
}

function writeHash() {
  const hash = new URLSearchParams();
  if (state.hamlet !== '')
    hash.set('hamlet', state.hamlet);
  hash.set('lang', state.lang);
  if (state.layer !== defaultLayer())
    hash.set('layer', state.layer);
  if (state.hidden.size > 0)
    hash.set('hide', [...state.hidden].join(','));
  if (view !== null)
    hash.set('view', view.join('/'));
  try {
    window.history.replaceState(null, '', '#' + hash);
  } catch (refused) {
    /* Some browsers refuse it for local files: the page works without permalinks. */
  }
}

/* --- layers ----------------------------------------------------------------------------- */

function showLayer(key) {
  state.layer = key;
  const [mccmnc, tech] = key.split('-');
  layer = key === 'none' || key === '' ? null : decodeLayer(mccmnc, tech);
  map.closePopup();
  binLayer.show(layer);
  renderKey();
}

function showPlaces() {
  const wanted = map.getZoom() >= AREAS_ZOOM ? areas : [];
  areaGroup.clearLayers();
  wanted.filter(({hamlet}) => isShown(hamlet)).forEach(({shape}) => areaGroup.addLayer(shape));
  markerGroup.clearLayers();
  for (const {hamlet, marker} of markers.filter((m) => isShown(m.hamlet))) {
    marker.setRadius(iconRadius(map));
    markerGroup.addLayer(marker);
  }
  labels.redraw();
}

function makePlaces() {
  areas = data.hamlets.flatMap((hamlet) => drawableAreas(hamlet).map((area) =>
    ({hamlet, shape: makeArea(hamlet, area, renderer, select)})));
  markers = [...hamletsWorstFirst].reverse().map((hamlet) =>
    ({hamlet, marker: makeMarker(hamlet, renderer, select)}));
}

function redrawColours() {
  areas.forEach(({shape}) => shape.setStyle(areaStyle(shape.areaResult)));
  ground.redraw();
  binLayer.redraw();
  showPlaces();
  renderKey();
}

function wholeBounds() {
  const bounds = L.latLngBounds([]);
  data.hamlets.forEach((hamlet) => {
    const own = hamletBounds(hamlet);
    if (own)
      bounds.extend(own);
  });
  if (!bounds.isValid())
    borders.forEach((border) => bounds.extend(border));
  for (let i = 0; !bounds.isValid() && i < data.lattice.nodes.length; i += 4)
    bounds.extend([data.lattice.nodes[i + 2] / 1e7, data.lattice.nodes[i + 3] / 1e7]);
  return bounds.isValid() ? bounds : L.latLngBounds([[8, 102], [23.5, 110]]);
}

/* --- bins: popup and legend ------------------------------------------------------------- */

function bandText(edges, band) {
  if (band === 0)
    return t('level_below', {to: dbm(edges[0])});
  if (band === edges.length)
    return t('level_from', {from: dbm(edges[band - 1])});
  return t('level_between', {from: dbm(edges[band - 1]), to: dbm(edges[band] - 1)});
}

function bandNote(band) {
  const rule = data.rule.technologies[layer.tech];
  if (!rule)
    return '';
  if (band === 0)
    return ' (' + t('below_rule') + ')';
  return band === 1 && rule.weak_dbm !== null ? ' (' + t('weak') + ')' : '';
}

function swatch(kind) {
  const box = svg('svg', {class: 'swatch', viewBox: '0 0 18 18', 'aria-hidden': 'true'});
  const fill = kind === 'no_data' ? 'none' : kind === 'partly_no_service' ? theme().bands[3] :
    kindColour(kind);
  box.append(svg('rect', {x: 1, y: 1, width: 16, height: 16, fill, class: kind}));
  if (kind === NO_SERVICE)
    box.append(svg('path', {d: 'M5 5L13 13M5 13L13 5', stroke: theme().cross, 'stroke-width': 2}));
  if (kind === 'partly_no_service')
    box.append(svg('circle', {cx: 9, cy: 9, r: 4, fill: theme().no_service, stroke: theme().cross}));
  return box;
}

function renderKey() {
  const select = byId('layer');
  select.replaceChildren(el('option', {value: 'none'}, t('no_layer')),
    ...layerChoices().map((l) => el('option', {value: layerKey(l)},
      t('layer_option', {operator: operatorName(l.mccmnc), tech: l.tech || t('no_service'),
        count: number(l.rows.length / BIN_ROW)}))));
  select.value = state.layer || 'none';
  const bands = layer === null ? [] : layer.edges.map((_, i) => layer.edges.length - i).concat(0);
  const items = bands.map((band) => el('li', {}, swatch(band), bandText(layer.edges, band) +
    bandNote(band)));
  const others = layer === null ? [] : keysSeen();
  byId('bands').replaceChildren(...items,
    ...others.map((kind) => el('li', {}, swatch(kind), t(kind))));
  byId('area-key').replaceChildren(...[...RESULTS].reverse().map((result) => el('li', {},
    svg('svg', {class: 'swatch', viewBox: '0 0 18 18', 'aria-hidden': 'true'},
      svg('circle', {cx: 9, cy: 9, r: 7.5, fill: 'none', stroke: theme()[result], 'stroke-width': 2.4,
        'stroke-dasharray': {pass: 'none', fail: '6 3', unknown: '1.5 3'}[result]})), t(result))));
}

/* Only what the layer holds is explained, and what a blank means always. */
function keysSeen() {
  const all = layer.cells.flatMap((c) => c.bins);
  const kinds = [NO_SERVICE, OTHER_SERVICE, NO_LEVEL].filter((kind) =>
    all.some((bin) => bin.kind === kind));
  if (all.some((bin) => bin.kind !== NO_SERVICE && mostlySilent(bin)))
    kinds.splice(1, 0, 'partly_no_service');
  return [...kinds, 'no_data'];
}

function binPopup(bin) {
  const kind = typeof bin.kind === 'number' ? dbm(bin.median_dbm) + ' dBm' + bandNote(bin.kind) :
    t(bin.kind);
  const lines = [['samples', 'bin_samples'], ['no_level', 'bin_no_level'],
    ['no_service', 'bin_no_service']].filter(([key]) => bin[key] > 0)
    .map(([key, text]) => el('div', {}, t(text, {count: number(bin[key])})));
  return el('div', {class: 'bin-popup'}, el('strong', {}, kind),
    el('div', {}, name(operatorName(layer.mccmnc)), ` · ${bin.tech || layer.tech} · ` +
      t('bin', {size: number(data.bin_size_m)})), ...lines);
}

map.on('click', (event) => {
  const hit = layer && findBin(layer, mercator(event.latlng.lat, event.latlng.lng));
  if (hit)
    L.popup({maxWidth: 260}).setLatLng(event.latlng).setContent(binPopup(hit)).openOn(map);
});

/* --- choosing --------------------------------------------------------------------------- */

/* The open legend must not cover what is shown. */
function besideKey() {
  const width = byId('key').offsetWidth;
  return byId('key').open && width < map.getSize().x / 2 ? {paddingBottomRight: [width + 10, 0]} : {};
}

function zoomTo(hamlet) {
  const bounds = hamlet && hamletBounds(hamlet);
  if (bounds)
    map.fitBounds(bounds.pad(0.35), {maxZoom: 16, animate: false, ...besideKey()});
}

function goTo(wanted, hamlet) {
  if (wanted !== null)
    map.setView([wanted[1], wanted[2]], wanted[0], {animate: false});
  else
    zoomTo(hamlet);
}

function select(code) {
  const before = state.hamlet;
  state.hamlet = code;
  const hamlet = hamletByCode.get(code) || null;
  map.closePopup();
  renderDossier(hamlet, {back: () => select(''), zoom: () => zoomTo(hamlet)});
  byId('panel').scrollTop = 0;
  zoomTo(hamlet);
  showPlaces();
  writeHash();
  if (hamlet)
    byId('dossier-name').focus({preventScroll: true});
  else
    focusListed(before);
}

/* Back in the list the keyboard goes on where it left. */
function focusListed(code) {
  const button = [...byId('list').querySelectorAll('button')]
    .find((item) => item.dataset.hamlet === code);
  (button || byId('search')).focus();
}

function toggleVerdict(verdict) {
  if (!state.hidden.delete(verdict))
    state.hidden.add(verdict);
  renderList(select);
  showPlaces();
  writeHash();
}

/* --- texts ------------------------------------------------------------------------------ */

function translateSkeleton() {
  document.documentElement.lang = state.lang;
  document.querySelectorAll('[data-text]').forEach((node) => {
    node.textContent = t(node.dataset.text);
  });
  document.querySelectorAll('[data-label]').forEach((node) =>
    node.setAttribute('aria-label', t(node.dataset.label)));
  document.querySelectorAll('[data-placeholder]').forEach((node) =>
    node.setAttribute('placeholder', t(node.dataset.placeholder)));
  document.querySelectorAll('[data-lang]').forEach((node) =>
    node.setAttribute('aria-pressed', String(node.dataset.lang === state.lang)));
  zoomControl.getContainer().querySelectorAll('a').forEach((node, i) => {
    node.title = t(i === 0 ? 'zoom_in' : 'zoom_out');
    node.setAttribute('aria-label', node.title);
  });
}

function surveyTitle() {
  const places = data.provinces.filter((text) => text !== '');
  return places.length > 0 && places.length <= 3 ? `${t('title')} – ${places.join(', ')}` : t('title');
}

function render() {
  translateSkeleton();
  document.title = surveyTitle();
  byId('title').textContent = surveyTitle();
  byId('subtitle').textContent = [data.newest_date === '' ? '' :
    t('evidence_until', {date: date(data.newest_date)}), t(data.rule.from_dispatch ? 'rule_name' : 'rule_interim', {id: data.rule.id})]
    .filter((text) => text !== '').join(' · ');
  renderCounts(toggleVerdict);
  renderList(select);
  renderAbout();
  renderKey();
  renderDossier(hamletByCode.get(state.hamlet) || null, {back: () => select(''),
    zoom: () => zoomTo(hamletByCode.get(state.hamlet))});
}

/* --- start ------------------------------------------------------------------------------ */

function listen() {
  byId('search').addEventListener('input', () => renderList(select));
  byId('layer').addEventListener('change', (event) => {
    showLayer(event.target.value);
    writeHash();
  });
  byId('languages').addEventListener('click', (event) => {
    if (!event.target.dataset.lang)
      return;
    state.lang = event.target.dataset.lang;
    map.closePopup();
    render();
    writeHash();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && state.hamlet !== '')
      select('');
  });
  window.addEventListener('hashchange', () => {
    readHash();
    const wanted = view;
    render();
    showLayer(state.layer);
    select(state.hamlet);
    goTo(wanted, null);
  });
  darkMedia.addEventListener('change', redrawColours);
  map.on('zoomend', showPlaces);
  map.on('moveend', () => {
    const {lat, lng} = map.getCenter();
    view = [map.getZoom(), +lat.toFixed(5), +lng.toFixed(5)];
    writeHash();
  });
  new ResizeObserver(() => map.invalidateSize({animate: false})).observe(byId('map'));
}

function start() {
  state.layer = defaultLayer();
  readHash();
  byId('key').open = window.matchMedia('(min-width: 800px)').matches;
  map.fitBounds(wholeBounds().pad(0.05), {maxZoom: 16, animate: false, ...besideKey()});
  const opened = view;
  [ground, binLayer, areaGroup, markerGroup, labels].forEach((part) => part.addTo(map));
  makePlaces();
  render();
  showLayer(state.layer);
  goTo(opened, hamletByCode.get(state.hamlet));
  showPlaces();
  listen();
  /* Leaflet draws its canvas in the next frame. */
  setTimeout(() => {
    document.documentElement.dataset.ready = '1';
  }, 50);
}

start();
