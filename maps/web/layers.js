/* What lies below and above the bins: graticule, borders, names, test areas, hamlets. */

/* A canvas over the whole view and a margin around it, drawn anew when the map rests. */
const CanvasOverlay = L.Layer.extend({
  initialize(pane, draw) {
    this._pane = pane;
    this._draw = draw;
  },

  onAdd(map) {
    this._canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide', map.getPane(this._pane));
    this._canvas.style.pointerEvents = 'none';
    map.on('moveend zoomend resize', this.redraw, this);
    this.redraw();
  },

  onRemove(map) {
    map.off('moveend zoomend resize', this.redraw, this);
    this._canvas.remove();
  },

  redraw() {
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
    this._draw(ctx, this._map, size, margin);
  },
});

const LABEL_FONT = '"Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", Arial, sans-serif';

/* --- graticule and borders -------------------------------------------------------------- */

/* Degrees that stand about 150 pixels apart, of steps that read as whole minutes and seconds. */
const GRATICULE_STEPS_S = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000,
  36000, 72000, 108000];

/* Room of the zoom buttons and of the scale. */
const CONTROLS_TOP_PX = 90, CONTROLS_BOTTOM_PX = 30;

function graticuleStep(map, size) {
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

function drawGraticule(ctx, map, size, margin) {
  const step = graticuleStep(map, size);
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

const borders = data.borders.map(decodeLine);

function drawBorders(ctx, map) {
  ctx.strokeStyle = theme().border;
  ctx.lineWidth = 1.4;
  ctx.lineJoin = 'round';
  ctx.beginPath();
  for (const border of borders) {
    border.forEach((p, i) => {
      const {x, y} = map.latLngToContainerPoint(p);
      if (i === 0)
        ctx.moveTo(x, y);
      else
        ctx.lineTo(x, y);
    });
  }
  ctx.stroke();
}

function drawGround(ctx, map, size, margin) {
  drawGraticule(ctx, map, size, margin);
  drawBorders(ctx, map);
}

/* --- names ------------------------------------------------------------------------------ */

const HAMLET_NAMES_ZOOM = 12;

/* Names that would lie over another are left out; the first come first. */
function drawLabels(ctx, map, size, margin) {
  const taken = [];
  ctx.lineJoin = 'round';
  ctx.strokeStyle = theme().halo;
  ctx.lineWidth = 3.5;
  const place = (text, at, dy, inView) => {
    const p = map.latLngToContainerPoint(at), w = ctx.measureText(text).width / 2;
    const box = {west: p.x - w - 3, east: p.x + w + 3, north: p.y + dy - 8, south: p.y + dy + 8};
    if (!overlaps(box, inView) || taken.some((other) => overlaps(box, other)))
      return;
    taken.push(box);
    ctx.strokeText(text, p.x, p.y + dy);
    ctx.fillText(text, p.x, p.y + dy);
  };
  const view = {west: -margin.x, east: size.x + margin.x, north: -margin.y, south: size.y + margin.y};
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  if (map.getZoom() >= HAMLET_NAMES_ZOOM) {
    ctx.font = '600 12px ' + LABEL_FONT;
    ctx.fillStyle = theme().ink;
    for (const hamlet of hamletsWorstFirst.filter(isShown))
      place(hamlet.name, hamlet.areas[0].at, iconRadius(map) + 10, view);
  }
  ctx.font = 'italic 13px ' + LABEL_FONT;
  ctx.fillStyle = theme().faint;
  for (const commune of data.communes.filter((unit) => unit.at))
    place(commune.name, commune.at, 0, view);
}

/* --- hamlets and test areas ------------------------------------------------------------- */

/* Without a place a hamlet is in the list only. */
const hamletsWorstFirst = data.hamlets.filter((h) => h.areas.length > 0 && h.areas[0].at)
  .sort((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));

function isShown(hamlet) {
  return !state.hidden.has(hamlet.verdict);
}

function iconRadius(map) {
  const zoom = map.getZoom();
  const size = zoom < 10 ? 6 : zoom < 13 ? 8 : 10;
  return data.hamlets.length > 500 && zoom < 12 ? size - 2 : size;
}

const shapePaths = Object.fromEntries(Object.entries(SHAPES).map(([verdict, shape]) => [verdict,
  {outline: new Path2D(shape.outline), cross: shape.cross && new Path2D(shape.cross)}]));

function drawVerdict(ctx, verdict, selected) {
  const {outline, cross} = shapePaths[verdict];
  const hollow = SHAPES[verdict].hollow;
  ctx.setLineDash([]); /* Leaflet leaves that of the last area */
  ctx.lineJoin = 'round';
  ctx.strokeStyle = theme().halo;
  ctx.lineWidth = hollow ? 7 : 4;
  ctx.stroke(outline);
  ctx.fillStyle = hollow ? theme().halo : theme()[verdict];
  ctx.fill(outline);
  if (hollow) {
    ctx.strokeStyle = theme()[verdict];
    ctx.lineWidth = 3;
    ctx.stroke(outline);
  }
  if (cross) {
    ctx.strokeStyle = '#fff';
    ctx.lineWidth = 2.6;
    ctx.stroke(cross);
  }
  if (selected) {
    ctx.strokeStyle = theme().ink;
    ctx.lineWidth = 2.5;
    ctx.beginPath();
    ctx.arc(0, 0, 15, 0, 2 * Math.PI);
    ctx.stroke();
  }
}

L.Canvas.include({
  _updateVerdict(layer) {
    if (!this._drawing || layer._empty())
      return;
    const ctx = this._ctx, p = layer._point, scale = layer._radius / 10;
    ctx.save();
    ctx.translate(p.x, p.y);
    ctx.scale(scale, scale);
    drawVerdict(ctx, layer.options.hamlet.verdict, layer.options.hamlet.code === state.hamlet);
    ctx.restore();
  },
});

/* Clicked like a circle, drawn by the verdict. The margin keeps the ring when it is redrawn. */
const HamletMarker = L.CircleMarker.extend({
  options: {weight: 16},
  _updatePath() {
    this._renderer._updateVerdict(this);
  },
});

function makeMarker(hamlet, renderer, select) {
  const marker = new HamletMarker(hamlet.areas[0].at, {renderer, hamlet});
  marker.bindTooltip(() => el('span', {}, name(hamlet.name), ': ' + lower(t(hamlet.verdict))));
  marker.on('click', (event) => {
    L.DomEvent.stopPropagation(event);
    select(hamlet.code);
  });
  return marker;
}

function areaStyle(result) {
  const colour = theme()[result];
  return {color: colour, weight: 2.5, dashArray: DASHES[result], lineCap: 'butt',
    fill: true, fillOpacity: 0}; /* clickable inside, the bins' colours untouched */
}

function makeArea(hamlet, area, renderer, select) {
  const style = {renderer, ...areaStyle(area.result)};
  const shape = area.kind === 'polygon' ? L.polygon(area.shape.map(decodeLine), {...style,
    fillRule: 'evenodd'}) : L.circle(area.at, {...style, radius: area.radius_m});
  shape.areaResult = area.result;
  shape.bindTooltip(() => el('span', {}, name(area.name || hamlet.name), ': ' + lower(t(area.result))),
    {sticky: true});
  /* A click goes on to the bin below as well when the hamlet is open already. */
  shape.on('click', (event) => {
    if (state.hamlet !== hamlet.code) {
      L.DomEvent.stopPropagation(event);
      select(hamlet.code);
    }
  });
  return shape;
}

function drawableAreas(hamlet) {
  return hamlet.areas.filter((area) => area.kind === 'polygon' ? area.shape.length > 0 : area.at);
}

/* Where a hamlet lies with all its test areas; null where it has no place. */
function hamletBounds(hamlet) {
  const bounds = L.latLngBounds([]);
  for (const area of drawableAreas(hamlet)) {
    if (area.kind === 'polygon')
      area.shape.forEach((ring) => bounds.extend(decodeLine(ring)));
    else
      bounds.extend(L.latLng(area.at).toBounds(2 * area.radius_m));
  }
  return bounds.isValid() ? bounds : null;
}
