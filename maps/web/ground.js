/* What lies below the bins: graticule and borders. And the canvas that all drawings share. */

/* A canvas over the whole view and a margin around it, drawn anew when the map rests. */
const CanvasOverlay = L.Layer.extend({
  initialize(pane, draw) {
    this._pane = pane;
    this._draw = draw;
  },

  onAdd(map) {
    this._canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide', map.getPane(this._pane));
    this._canvas.style.pointerEvents = 'none';
    map.on('moveend resize', this.redraw, this);
    this.redraw();
  },

  onRemove(map) {
    map.off('moveend resize', this.redraw, this);
    this._canvas.remove();
  },

  redraw() {
    if (!this._map)
      return;
    const size = this._map.getSize(), margin = size.multiplyBy(0.25).round();
    const ratio = window.devicePixelRatio || 1;
    const whole = size.add(margin.multiplyBy(2));
    const corner = this._map.containerPointToLayerPoint(margin.multiplyBy(-1));
    L.DomUtil.setPosition(this._canvas, corner);
    this._canvas.width = whole.x * ratio;
    this._canvas.height = whole.y * ratio;
    this._canvas.style.width = whole.x + 'px';
    this._canvas.style.height = whole.y + 'px';
    const ctx = this._canvas.getContext('2d');
    ctx.scale(ratio, ratio);
    ctx.translate(margin.x, margin.y); /* 0,0 is the view's corner */
    this._draw(ctx, viewOf(this._map, size, margin));
  },
});

/* The view with its margin, and how the world 0 … 1 lies in its pixels. Its level is the zoom on
 * the screen; on paper the zoom has a fraction, so that the sheet shows what the screen did. */
function viewOf(map, size, margin) {
  const scale = 256 * 2 ** map.getZoom();
  const origin = map.getPixelBounds().min;
  const view = {map, size, margin, scale, origin, zoom: map.getZoom(), level: Math.round(map.getZoom())};
  view.pixels = {west: -margin.x, east: size.x + margin.x, north: -margin.y, south: size.y + margin.y};
  view.world = {west: (origin.x - margin.x) / scale, east: (origin.x + size.x + margin.x) / scale,
    north: (origin.y - margin.y) / scale, south: (origin.y + size.y + margin.y) / scale};
  view.at = (p) => ({x: p.x * scale - origin.x, y: p.y * scale - origin.y});
  return view;
}

function isIn(box, p) {
  return p.x >= box.west && p.x <= box.east && p.y >= box.north && p.y <= box.south;
}

const LABEL_FONT = '"Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", Arial, sans-serif';

/* --- graticule -------------------------------------------------------------------------- */

/* Degrees that stand about 150 pixels apart, of steps that read as whole minutes and seconds. */
const GRATICULE_STEPS_S = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000,
  36000, 72000, 108000];

/* Room of the zoom buttons and of the scale. */
const CONTROLS_TOP_PX = 90, CONTROLS_BOTTOM_PX = 30;

function graticuleStep({map, size}) {
  const bounds = map.getBounds();
  const wanted = (bounds.getEast() - bounds.getWest()) * 3600 * 150 / Math.max(size.x, 1);
  return GRATICULE_STEPS_S.find((step) => step >= wanted) || 108000;
}

function degreesText(seconds, step, letters) {
  const all = Math.abs(seconds);
  const parts = [Math.floor(all / 3600) + '°'];
  if (step < 3600)
    parts.push(String(Math.floor(all / 60) % 60).padStart(2, '0') + '′');
  if (step < 60)
    parts.push(String(all % 60).padStart(2, '0') + '″');
  return parts.join('') + letters[seconds < 0 ? 1 : 0];
}

function drawGraticule(ctx, view) {
  const {map, size, margin} = view;
  const step = graticuleStep(view);
  const nw = map.containerPointToLatLng(margin.multiplyBy(-1));
  const se = map.containerPointToLatLng(size.add(margin));
  ctx.strokeStyle = theme().grid;
  ctx.fillStyle = theme().faint;
  ctx.lineWidth = 1;
  ctx.font = '10px ' + LABEL_FONT;
  for (let s = Math.ceil(se.lat * 3600 / step) * step; s <= nw.lat * 3600; s += step) {
    const y = Math.round(map.latLngToContainerPoint([s / 3600, nw.lng]).y) + 0.5;
    line(ctx, -margin.x, y, size.x + margin.x, y);
    if (y > CONTROLS_TOP_PX && y < size.y - CONTROLS_BOTTOM_PX)
      ctx.fillText(degreesText(s, step, 'NS'), 4, y - 3);
  }
  for (let s = Math.ceil(nw.lng * 3600 / step) * step; s <= se.lng * 3600; s += step) {
    const x = Math.round(map.latLngToContainerPoint([nw.lat, s / 3600]).x) + 0.5;
    line(ctx, x, -margin.y, x, size.y + margin.y);
    ctx.fillText(degreesText(s, step, 'EW'), x + 3, 11);
  }
}

function line(ctx, x1, y1, x2, y2) {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

/* --- borders ---------------------------------------------------------------------------- */

/* A line as points of the world 0 … 1 with their extent; null without points. */
function worldLine(points) {
  const list = points.map((p) => mercator(...p));
  const extent = (pick) => [list.reduce((a, p) => Math.min(a, pick(p)), Infinity),
    list.reduce((a, p) => Math.max(a, pick(p)), -Infinity)];
  const [west, east] = extent((p) => p.x), [north, south] = extent((p) => p.y);
  return {points: list, west, east, north, south};
}

const borders = new Pack(data.borders).lines().filter((points) => points.length > 0).map(worldLine);

/* Steps of less than a pixel are not drawn: from afar borders have a thousand. */
function traceLine(ctx, points, at) {
  let last = null;
  points.forEach((point, i) => {
    const p = at(point);
    if (last !== null && i < points.length - 1 && Math.abs(p.x - last.x) + Math.abs(p.y - last.y) < 1)
      return;
    if (last === null)
      ctx.moveTo(p.x, p.y);
    else
      ctx.lineTo(p.x, p.y);
    last = p;
  });
}

function drawBorders(ctx, view) {
  ctx.strokeStyle = theme().border;
  ctx.lineWidth = view.level < 9 ? 0.7 : 1.4;
  ctx.lineJoin = 'round';
  ctx.beginPath();
  for (const border of borders.filter((one) => overlaps(one, view.world)))
    traceLine(ctx, border.points, view.at);
  ctx.stroke();
}

function drawGround(ctx, view) {
  drawGraticule(ctx, view);
  drawBorders(ctx, view);
}
