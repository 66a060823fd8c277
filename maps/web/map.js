/* The page as a whole: the map, its layers, and the state that permalinks name:
 * #hamlet=H01&lang=en&layer=45204-LTE&hide=covered,no_signal&commune=123&stations=no
 * &view=15/22.78/106.12 */

const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;

const map = L.map('map', {attributionControl: false, zoomControl: false, fadeAnimation: false,
  zoomAnimation: !still, markerZoomAnimation: !still, minZoom: 3, maxZoom: 20});
const zoomControl = L.control.zoom({position: 'topleft'}).addTo(map);
L.control.scale({imperial: false, maxWidth: 140}).addTo(map);

map.createPane('ground').style.zIndex = 150;
for (const [pane, order] of [['stations', 605], ['places', 610], ['names', 620]]) {
  map.createPane(pane).style.zIndex = order;
  map.getPane(pane).style.pointerEvents = 'none';
}

const ground = new CanvasOverlay('ground', drawGround);
const binLayer = new BinLayer();
const stationLayer = new CanvasOverlay('stations', drawStations);
const places = new CanvasOverlay('places', drawPlaces);
const labels = new CanvasOverlay('names', drawLabels);

let view = null;  /* [zoom, lat, lon] of the address, or null */
let layer = null; /* decoded, or null: no bins shown */

/* --- state ------------------------------------------------------------------------------ */

/* The operator with the most bins, of a technology that the rule counts where it has one: 3G
 * without a level would say nothing about the verdicts. */
function defaultLayer() {
  const counted = Object.keys(data.rule.technologies);
  const knows = (bins) => bins.techs.some((tech) => counted.includes(tech));
  const known = data.bins.filter(knows);
  const most = (known.length > 0 ? known : data.bins)
    .reduce((a, b) => a && a.count >= b.count ? a : b, null);
  if (most === null)
    return '';
  const techs = most.techs.filter((tech) => tech !== '');
  return `${most.mccmnc}-${techs.find((tech) => counted.includes(tech)) || techs[0] || SHARE}`;
}

/* A name of a layer that can be shown, or "". */
function knownLayer(text) {
  return isLayer(...String(text).split('-')) ? text : '';
}

function readHash() {
  const hash = new URLSearchParams(window.location.hash.slice(1));
  state.lang = ['vi', 'en'].includes(hash.get('lang')) ? hash.get('lang') : state.lang;
  state.theme = ['light', 'dark'].includes(hash.get('theme')) ? hash.get('theme') : '';
  state.hamlet = hamletByCode.has(hash.get('hamlet')) ? hash.get('hamlet') : '';
  state.commune = hamletsOfCommune.has(hash.get('commune')) ? hash.get('commune') : null;
  const wanted = hash.get('layer');
  if (wanted === 'none' || knownLayer(wanted) !== '')
    state.layer = wanted;
  state.stations = hash.get('stations') !== 'no';
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
  if (state.commune !== null)
    hash.set('commune', state.commune);
  if (!state.stations)
    hash.set('stations', 'no');
  if (state.theme !== '')
    hash.set('theme', state.theme);
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
  layer = key === 'none' || key === '' ? null : decodeLayer(...key.split('-'));
  map.closePopup();
  binLayer.show(layer);
  renderKey(layer);
}

/* Another operator keeps the measure where it has it. */
function chooseOperator(operator) {
  const measures = operator === 'none' ? [] : layerMeasures(operator);
  const before = state.layer.split('-')[1];
  const measure = measures.includes(before) ? before :
    measures.find((one) => one in data.rule.technologies) || measures[0];
  showLayer(operator === 'none' ? 'none' : `${operator}-${measure}`);
  writeHash();
}

function redrawPlaces() {
  places.redraw();
  labels.redraw();
}

function redrawAll() {
  applyTheme();
  ground.redraw();
  binLayer.redraw();
  stationLayer.redraw();
  redrawPlaces();
  renderKey(layer);
}

function wholeBounds() {
  const bounds = L.latLngBounds([]);
  const few = placedWorstFirst.length < 500;
  placedWorstFirst.forEach((hamlet) => bounds.extend(few && hamletBounds(hamlet) || hamlet.at));
  if (!bounds.isValid())
    new Pack(data.borders).lines().forEach((border) => bounds.extend(border));
  if (!bounds.isValid())
    lattice.forEach((node) => bounds.extend(unproject(node)));
  return bounds.isValid() ? bounds : L.latLngBounds([[8, 102], [23.5, 110]]);
}

function unproject({x, y}) {
  return map.unproject([x * 256, y * 256], 0);
}

/* --- choosing --------------------------------------------------------------------------- */

/* The open legend must not cover what is shown. */
function besideKey() {
  const width = byId('key').offsetWidth;
  return byId('key').open && width < map.getSize().x / 2 ? {paddingBottomRight: [width + 10, 0]} : {};
}

function fit(bounds, share) {
  map.fitBounds(bounds.pad(share), {maxZoom: 16, animate: false, ...besideKey()});
}

function zoomTo(hamlet) {
  const bounds = hamlet && hamletBounds(hamlet);
  if (bounds)
    fit(bounds, 0.35);
}

function zoomToCommune() {
  const ours = placedWorstFirst.filter((hamlet) => hamlet.commune.code === state.commune);
  if (ours.length > 0)
    fit(L.latLngBounds(ours.map((hamlet) => hamlet.at)), 0.15);
}

function goTo(wanted, hamlet) {
  if (wanted !== null)
    map.setView([wanted[1], wanted[2]], wanted[0], {animate: false});
  else
    zoomTo(hamlet);
}

function showDossier() {
  const hamlet = hamletByCode.get(state.hamlet) || null;
  renderDossier(hamlet, {back: () => select(''), zoom: () => zoomTo(hamlet)});
  return hamlet;
}

function select(code) {
  const before = state.hamlet;
  state.hamlet = code;
  map.closePopup();
  const hamlet = showDossier();
  if (hamlet && byId('key').offsetWidth > map.getSize().x / 2)
    byId('key').open = false; /* on a phone it would hide the place */
  byId('panel').scrollTop = 0;
  zoomTo(hamlet);
  redrawPlaces();
  writeHash();
  if (hamlet)
    byId('dossier-name').focus({preventScroll: true});
  else
    focusListed(before);
}

/* Back in the list the keyboard goes on where it left. */
function focusListed(code) {
  const button = listButtons().find((item) => item.dataset.hamlet === code);
  if (button)
    focusItem(button);
  else
    byId('search').focus();
}

const listActions = {select, chooseCommune: (code) => {
  byId('search').value = '';
  chooseCommune(code);
  byId('search').focus();
}};

function renderFiltered() {
  filterPlaces();
  renderCounts(toggleVerdict);
  renderCommunes();
  renderList(listActions);
  redrawPlaces();
}

function toggleVerdict(verdict) {
  if (!state.hidden.delete(verdict))
    state.hidden.add(verdict);
  renderFiltered();
  byId('counts').querySelector(`[data-verdict=${verdict}]`).focus();
  writeHash();
}

/* `code`: null for all. */
function chooseCommune(code) {
  state.commune = code;
  renderFiltered();
  if (code === null)
    fit(wholeBounds(), 0.05);
  else
    zoomToCommune();
  writeHash();
}

/* --- the pointer ------------------------------------------------------------------------ */

function openBin(latlng) {
  const b = layer === null ? -1 : findBin(layer, mercator(latlng.lat, latlng.lng));
  if (b >= 0)
    L.popup({maxWidth: 280}).setLatLng(latlng).setContent(binPopup(layer, b)).openOn(map);
}

/* Hamlets that no zoom takes apart: some lists have dozens on one point. */
const TOGETHER = 1e-7; /* of the world: 4 m */

function openCluster(cluster) {
  if (cluster.east - cluster.west < TOGETHER && cluster.south - cluster.north < TOGETHER)
    L.popup({maxWidth: 280, maxHeight: 260}).setLatLng(unproject(cluster))
      .setContent(el('ul', {class: 'together'},
        ...cluster.members.map((hamlet) => listItem(hamlet, select)))).openOn(map);
  else
    openUp(cluster);
}

function openUp(cluster) {
  const nw = unproject({x: cluster.west, y: cluster.north});
  const se = unproject({x: cluster.east, y: cluster.south});
  const zoom = map.getBoundsZoom(L.latLngBounds(nw, se).pad(0.1));
  map.setView(unproject(cluster), Math.max(zoom, Math.floor(map.getZoom()) + 1), {animate: false});
}

function openStations(found) {
  L.popup({maxWidth: 280, maxHeight: 260}).setLatLng([found[0].lat, found[0].lon])
    .setContent(stationPopup(found)).openOn(map);
}

/* What lies at a point of the view: a hamlet or cluster, a station, an area, then the bin. The areas of
 * the hamlet that is open let a click through to the bins. */
function openAt(point, latlng, slack) {
  const item = itemAt(point, slack), found = stationsAt(point), shape = areaAt(point);
  if (item && item.hamlet)
    select(item.hamlet.code);
  else if (item)
    openCluster(item);
  else if (found.length > 0)
    openStations(found);
  else if (shape && shape.hamlet.code !== state.hamlet)
    select(shape.hamlet.code);
  else
    openBin(latlng);
}

function tipAt(point) {
  const item = itemAt(point), shape = areaAt(point);
  if (item && item.hamlet)
    return [item.hamlet.name, lower(t(item.hamlet.verdict))];
  if (item)
    return ['', clusterText(item)];
  const found = stationsAt(point);
  if (found.length > 0)
    return ['', found.map(stationText).join(', ')];
  return shape ? [shape.area.name || shape.hamlet.name, lower(t(shape.area.result))] : null;
}

const tip = L.tooltip({direction: 'top', offset: [0, -10]});

function showTip({containerPoint, latlng}) {
  const text = tipAt(containerPoint);
  map.getContainer().style.cursor = text === null ? '' : 'pointer';
  if (text === null)
    tip.remove();
  else
    tip.setLatLng(latlng).setContent(el('span', {}, ...text[0] === '' ? [text[1]] :
      [name(shortened(text[0])), ': ' + text[1]])).addTo(map);
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
  zoomControl.getContainer().querySelectorAll('a').forEach((node, i) =>
    labelButton(node, i === 0 ? 'zoom_in' : 'zoom_out'));
  labelButton(byId('theme'), themeName() === 'dark' ? 'theme_light' : 'theme_dark');
  labelButton(byId('print'), 'print');
}

function labelButton(node, key) {
  node.title = t(key);
  node.setAttribute('aria-label', node.title);
}

function surveyTitle() {
  const provinces = data.provinces.filter((text) => text !== '');
  return provinces.length > 0 && provinces.length <= 3 ? `${t('title')} – ${provinces.join(', ')}` :
    t('title');
}

function render() {
  translateSkeleton();
  document.title = surveyTitle();
  byId('title').textContent = surveyTitle();
  byId('subtitle').textContent = [data.newest_date === '' ? '' :
    t('evidence_until', {date: date(data.newest_date)}),
  t(data.rule.from_dispatch ? 'rule_name' : 'rule_interim', {id: data.rule.id})]
    .filter((text) => text !== '').join(' · ');
  renderFiltered();
  renderAbout();
  renderKey(layer);
  showDossier();
}

/* --- listening -------------------------------------------------------------------------- */

function listenPanel() {
  byId('search').addEventListener('input', () => renderList(listActions));
  byId('search').addEventListener('keydown', leaveSearch);
  byId('list').addEventListener('keydown', moveInList);
  byId('commune').addEventListener('change', (event) =>
    chooseCommune(event.target.value === '*' ? null : event.target.value));
  byId('commune-zoom').addEventListener('click', zoomToCommune);
  byId('skip').addEventListener('click', (event) => {
    event.preventDefault(); /* the address after # is the state */
    (listButtons()[0] || byId('search')).focus();
  });
}

function listenPage() {
  byId('operator').addEventListener('change', (event) => chooseOperator(event.target.value));
  byId('measure').addEventListener('change', (event) => {
    showLayer(`${byId('operator').value}-${event.target.value}`);
    writeHash();
  });
  byId('stations').addEventListener('change', (event) => {
    state.stations = event.target.checked;
    map.closePopup();
    stationLayer.redraw();
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
  byId('theme').addEventListener('click', () => {
    state.theme = themeName() === 'dark' ? 'light' : 'dark';
    redrawAll();
    translateSkeleton();
    writeHash();
  });
  byId('print').addEventListener('click', () => window.print());
  darkMedia.addEventListener('change', redrawAll);
  window.addEventListener('hashchange', () => {
    readHash();
    const wanted = view;
    applyTheme();
    render();
    showLayer(state.layer);
    select(state.hamlet);
    goTo(wanted, null);
  });
}

/* Escape closes what was opened last; in the search it first empties the search, as browsers do. */
function listenEscape() {
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.target === byId('search') && byId('search').value !== '')
      return;
    if (map.getContainer().querySelector('.leaflet-popup'))
      map.closePopup();
    else if (state.hamlet !== '')
      select('');
  });
}

function listenMap() {
  map.on('click', ({containerPoint, latlng, originalEvent}) =>
    openAt(containerPoint, latlng, originalEvent.pointerType === 'touch' ? 12 : 4));
  map.on('mousemove', showTip);
  map.on('mouseout movestart', () => tip.remove());
  map.getContainer().addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target === map.getContainer())
      openAt(map.getSize().divideBy(2), map.getCenter(), 12);
  });
  map.on('moveend', () => {
    if (printing)
      return;
    const {lat, lng} = map.getCenter();
    view = [map.getZoom(), +lat.toFixed(5), +lng.toFixed(5)];
    writeHash();
  });
  new ResizeObserver(() => map.invalidateSize({animate: false})).observe(byId('map'));
}

/* --- paper ------------------------------------------------------------------------------ */

/* All in one canvas: Chromium prints each as a drawing on white, which hides those below. */
const sheet = new CanvasOverlay('names', (ctx, view) => {
  ctx.fillStyle = getComputedStyle(map.getContainer()).backgroundColor;
  ctx.fillRect(-view.margin.x, -view.margin.y, view.size.x + 2 * view.margin.x,
    view.size.y + 2 * view.margin.y);
  drawGround(ctx, view);
  if (layer !== null)
    drawTiles(ctx, layer, view);
  drawStations(ctx, view);
  drawPlaces(ctx, view);
  drawLabels(ctx, view);
});

/* The sheet's size, light colours, the legend open; then all as it was. */
function turnToPaper(on, before) {
  printing = on;
  byId('key').open = on || before.key;
  byId('about').open = on || before.about;
  document.documentElement.dataset.paper = on ? '1' : '';
  applyTheme();
  map.options.zoomSnap = on ? 0 : 1;
  map.invalidateSize({animate: false});
  if (on && before.bounds.isValid())
    map.fitBounds(before.bounds, {animate: false});
  else
    map.setView(...before.view, {animate: false});
  if (on)
    sheet.addTo(map);
  else
    sheet.remove();
  redrawAll();
}

function listenPrint() {
  let before = null;
  window.addEventListener('beforeprint', () => {
    before = {key: byId('key').open, about: byId('about').open, bounds: map.getBounds(),
      view: [map.getCenter(), map.getZoom()]};
    turnToPaper(true, before);
  });
  window.addEventListener('afterprint', () => turnToPaper(false, before));
}

/* --- start ------------------------------------------------------------------------------ */

function start() {
  state.layer = defaultLayer();
  readHash();
  applyTheme();
  byId('key').open = window.matchMedia('(min-width: 800px)').matches;
  fit(wholeBounds(), 0.05);
  const opened = view;
  render();
  showLayer(state.layer);
  [ground, binLayer, stationLayer, places, labels].forEach((part) => part.addTo(map));
  if (opened === null && state.hamlet === '' && state.commune !== null)
    zoomToCommune();
  goTo(opened, hamletByCode.get(state.hamlet));
  [listenPanel, listenPage, listenEscape, listenMap, listenPrint].forEach((listen) => listen());
  /* In the next frame all is drawn. */
  setTimeout(() => {
    document.documentElement.dataset.ready = '1';
  }, 50);
}

start();
