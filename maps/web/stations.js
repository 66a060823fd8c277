/* The planners' stations: below the hamlets, shown and hidden by the legend's box. */

const STATION_SHAPES = {
  GSM: 'M0 -6L5 0L0 6L-5 0Z', WCDMA: 'M-4.5 -4.5H4.5V4.5H-4.5Z', LTE: 'M0 -6L5.5 4.5H-5.5Z',
  NR_SA: 'M0 -7L1.8 -2.4L6.7 -2.2L2.8 0.9L4.1 5.7L0 2.9L-4.1 5.7L-2.8 0.9L-6.7 -2.2L-1.8 -2.4Z',
  '': 'M-4.5 0A4.5 4.5 0 1 0 4.5 0A4.5 4.5 0 1 0 -4.5 0Z',
};
const MANY_STATIONS = 300; /* from afar they would hide the map */
const STATIONS_ZOOM = 11;
const STATION_PX = 8;

/* What makes a technology's shape: 5G has one, beside an anchor or alone. */
function stationShape(tech) {
  return STATION_SHAPES[tech === 'NR_NSA' ? 'NR_SA' : tech] || STATION_SHAPES[''];
}

/* The newest technology of a mast is drawn last. */
const stationRank = (tech) => tech === '' ? -1 :
  Object.values(STATION_SHAPES).indexOf(stationShape(tech));

const stations = (data.stations ? data.stations.places : []).map(([kind, lat, lon, name]) => {
  const [, operator, tech] = data.stations.kinds[kind];
  return {operator, tech, name, lat, lon, world: mercator(lat, lon)};
}).sort((a, b) => stationRank(a.tech) - stationRank(b.tech));

const stationTechs = [...new Set(stations.map((station) => station.tech))];
const stationPaths = new Map(stationTechs.map((tech) => [tech, new Path2D(stationShape(tech))]));

let drawnStations = [];

function drawStations(ctx, view) {
  drawnStations = [];
  if (!state.stations || stations.length > MANY_STATIONS && view.level < STATIONS_ZOOM)
    return;
  drawnStations = stations.filter((station) => isIn(view.world, station.world))
    .map((station) => ({station, ...view.at(station.world)}));
  ctx.lineJoin = 'round';
  for (const {station, x, y} of drawnStations) {
    ctx.save();
    ctx.translate(x, y);
    ctx.strokeStyle = theme().halo;
    ctx.lineWidth = 3;
    ctx.stroke(stationPaths.get(station.tech));
    ctx.fillStyle = theme().ink;
    ctx.fill(stationPaths.get(station.tech));
    ctx.restore();
  }
}

/* All stations at a point of the view: a mast carries several. */
function stationsAt(p) {
  return drawnStations.filter(({x, y}) => Math.hypot(p.x - x, p.y - y) <= STATION_PX)
    .map(({station}) => station);
}

function stationText(station) {
  return `${station.operator || t('operator_not_told')} ${station.tech || t('tech_not_told')}`;
}

function stationPopup(found) {
  return el('ul', {class: 'stations'}, ...found.map((station) => el('li', {},
    el('strong', {}, name(stationText(station))), ' ', name(station.name))));
}

function renderStationKey() {
  byId('stations-box').hidden = stations.length === 0;
  byId('stations').checked = state.stations;
  byId('stations-count').textContent = t('stations_shown', {count: number(stations.length)}) +
    (stations.length > MANY_STATIONS ? '; ' + t('stations_from_near') : '');
  byId('station-key').replaceChildren(...stationTechs.map((tech) => el('li', {},
    svg('svg', {class: 'swatch', viewBox: '-9 -9 18 18', 'aria-hidden': 'true'},
      svg('path', {d: stationShape(tech), fill: 'var(--ink)'})), tech || t('tech_not_told'))));
}
