/* Bins: decoded per operator and technology, drawn into the tiles of one grid layer. */

/* A row of data.bins: steps to the bin, then what it saw. */
const BIN_ROW = 6;

/* Classes of a bin besides the level bands 0, 1, 2 … (0: below the rule's level). */
const NO_LEVEL = 'no_level', OTHER_SERVICE = 'other_service', NO_SERVICE = 'no_service';

/* Where no rule counts a technology, bands as operators draw them. */
const PLAIN_EDGES = [-105, -95, -85, -75, -65];

/* The lower edges of bands 1 …; an edge belongs to the band above it. */
function bandEdges(tech) {
  const rule = data.rule.technologies[tech];
  if (!rule)
    return PLAIN_EDGES;
  const weak = rule.weak_dbm === null || rule.weak_dbm <= rule.level_dbm ?
    rule.level_dbm + 10 : rule.weak_dbm;
  return [rule.level_dbm, weak, weak + 10, weak + 20, weak + 30];
}

function decodeLattice() {
  const nodes = new Map();
  const list = data.lattice.nodes;
  for (let i = 0; i < list.length; i += 4)
    nodes.set(list[i] + ',' + list[i + 1], mercator(list[i + 2] / 1e7, list[i + 3] / 1e7));
  return nodes;
}

const lattice = decodeLattice();
const STEP = data.lattice.step_bins;

/* The four nodes around a lattice cell; null where the survey's CRS ends. */
function cellNodes(i, j) {
  const nodes = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]].map((n) => lattice.get(n.join()));
  return nodes.includes(undefined) ? null : nodes;
}

/* A point of a cell, u and v from 0 to 1; neighbours give the same point on a shared edge. */
function inCell([sw, se, ne, nw], u, v) {
  const a = (1 - u) * (1 - v), b = u * (1 - v), c = u * v, d = (1 - u) * v;
  return [a * sw.x + b * se.x + c * ne.x + d * nw.x, a * sw.y + b * se.y + c * ne.y + d * nw.y];
}

function binCorners(nodes, x, y) {
  const u = x / STEP - Math.floor(x / STEP), v = y / STEP - Math.floor(y / STEP), s = 1 / STEP;
  return [inCell(nodes, u, v), inCell(nodes, u + s, v), inCell(nodes, u + s, v + s),
    inCell(nodes, u, v + s)];
}

function decodeRows(layer) {
  const bins = [];
  for (let i = 0, x = 0, y = 0; i < layer.rows.length; i += BIN_ROW) {
    x += layer.rows[i];
    y += layer.rows[i + 1];
    const [median_dbm, samples, no_level, no_service] = layer.rows.slice(i + 2, i + BIN_ROW);
    bins.push({x, y, tech: layer.tech, median_dbm, samples, no_level, no_service});
  }
  return bins;
}

function binClass(bin, tech, edges) {
  if (bin.tech === tech && bin.samples > 0)
    return edges.filter((edge) => bin.median_dbm >= edge).length;
  if (bin.tech === tech)
    return NO_LEVEL;
  return bin.tech === '' && bin.no_service > 0 ? NO_SERVICE : OTHER_SERVICE;
}

/* All bins of the operator: those of the technology with their level, the others for what they
 * say instead. Grouped by lattice cell with the cell's extent. */
function decodeLayer(mccmnc, tech) {
  const edges = bandEdges(tech);
  const ours = data.bins.filter((layer) => layer.mccmnc === mccmnc);
  ours.sort((a, b) => (b.tech === tech) - (a.tech === tech));
  const seen = new Set();
  const cells = new Map();
  for (const bin of ours.flatMap(decodeRows)) {
    const place = bin.x + ',' + bin.y;
    if (seen.has(place))
      continue;
    seen.add(place);
    addToCell(cells, bin, binClass(bin, tech, edges));
  }
  return {mccmnc, tech, edges, cells: [...cells.values()]};
}

function addToCell(cells, bin, kind) {
  const i = Math.floor(bin.x / STEP), j = Math.floor(bin.y / STEP);
  const key = i + ',' + j;
  if (!cells.has(key)) {
    const nodes = cellNodes(i, j);
    const xs = (nodes || []).map((n) => n.x), ys = (nodes || []).map((n) => n.y);
    cells.set(key, {nodes, west: Math.min(...xs), east: Math.max(...xs),
      north: Math.min(...ys), south: Math.max(...ys), bins: []});
  }
  const cell = cells.get(key);
  if (cell.nodes)
    cell.bins.push({...bin, kind, corners: binCorners(cell.nodes, bin.x, bin.y)});
}

/* What is drawn later lies on top: the bad spots must not hide behind the good. */
function drawOrder(layer) {
  return [OTHER_SERVICE, NO_LEVEL, ...layer.edges.map((_, i) => layer.edges.length - i), 0,
    NO_SERVICE];
}

function kindColour(kind) {
  return typeof kind === 'number' ? theme().bands[kind] : theme()[kind];
}

/* Every bin stays visible from afar: at least this many pixels wide. */
const MIN_BIN_PX = 3;
const MARK_BIN_PX = 7; /* from this width on, crosses and dots are drawn */

const BinLayer = L.GridLayer.extend({
  options: {tileSize: 512, updateWhenZooming: false, noWrap: true, opacity: 0.85, maxZoom: 20},

  show(layer) {
    this._shown = layer;
    if (this._map)
      this.redraw();
  },

  createTile(coords) {
    const ratio = window.devicePixelRatio || 1;
    const size = this.getTileSize();
    const tile = document.createElement('canvas');
    tile.width = size.x * ratio;
    tile.height = size.y * ratio;
    if (this._shown) {
      const ctx = tile.getContext('2d');
      const scale = 256 * 2 ** coords.z;
      ctx.scale(ratio, ratio);
      const margin = MIN_BIN_PX + 2;
      /* Offsets are taken here, in doubles: a canvas keeps floats, 4 pixels apart at zoom 18. */
      const at = ([x, y]) => [x * scale - coords.x * size.x, y * scale - coords.y * size.y];
      drawBins(ctx, this._shown, at, {
        west: (coords.x * size.x - margin) / scale, east: ((coords.x + 1) * size.x + margin) / scale,
        north: (coords.y * size.y - margin) / scale, south: ((coords.y + 1) * size.y + margin) / scale,
      });
    }
    return tile;
  },
});

function overlaps(box, view) {
  return box.west < view.east && box.east > view.west && box.north < view.south &&
    box.south > view.north;
}

/* `at`: from the world 0 … 1 to the tile's pixels. */
function binPixels(bin, at) {
  const sw = at(bin.corners[0]), se = at(bin.corners[1]);
  return Math.hypot(se[0] - sw[0], se[1] - sw[1]);
}

function drawBins(ctx, layer, at, view) {
  const groups = new Map(drawOrder(layer).map((kind) => [kind, []]));
  for (const cell of layer.cells) {
    if (!overlaps(cell, view))
      continue;
    for (const bin of cell.bins) {
      const [sw, , ne] = bin.corners;
      if (overlaps({west: sw[0] - 1e-6, east: ne[0] + 1e-6, north: ne[1] - 1e-6,
        south: sw[1] + 1e-6}, view))
        groups.get(bin.kind).push(bin);
    }
  }
  for (const [kind, bins] of groups)
    drawKind(ctx, kind, bins, at);
}

/* One path per colour; its outline closes the hairlines that smoothing leaves between squares. */
function drawKind(ctx, kind, bins, at) {
  if (bins.length === 0)
    return;
  const size = binPixels(bins[0], at);
  ctx.fillStyle = ctx.strokeStyle = kindColour(kind);
  ctx.lineWidth = 0.8;
  ctx.beginPath();
  for (const bin of bins)
    addSquare(ctx, bin, at, size);
  ctx.fill();
  if (size >= MIN_BIN_PX)
    ctx.stroke();
  if (size >= MARK_BIN_PX)
    markSilence(ctx, kind, bins, at, size);
}

function binMiddle(bin, at) {
  const [sw, , ne] = bin.corners;
  return at([(sw[0] + ne[0]) / 2, (sw[1] + ne[1]) / 2]);
}

function addSquare(ctx, bin, at, size) {
  if (size < MIN_BIN_PX) {
    const [x, y] = binMiddle(bin, at);
    ctx.rect(x - MIN_BIN_PX / 2, y - MIN_BIN_PX / 2, MIN_BIN_PX, MIN_BIN_PX);
    return;
  }
  bin.corners.forEach((corner, i) => i === 0 ? ctx.moveTo(...at(corner)) :
    ctx.lineTo(...at(corner)));
  ctx.closePath();
}

function mostlySilent(bin) {
  return bin.no_service > 0 && bin.no_service >= bin.samples + bin.no_level;
}

/* A cross where there never was service; a dot where half the samples or more had none. */
function markSilence(ctx, kind, bins, at, size) {
  const r = Math.min(size * 0.22, 7);
  ctx.beginPath();
  for (const bin of bins) {
    const [x, y] = binMiddle(bin, at);
    if (kind === NO_SERVICE) {
      ctx.moveTo(x - r, y - r);
      ctx.lineTo(x + r, y + r);
      ctx.moveTo(x - r, y + r);
      ctx.lineTo(x + r, y - r);
    } else if (mostlySilent(bin)) {
      ctx.moveTo(x + r, y);
      ctx.arc(x, y, r, 0, 2 * Math.PI);
    }
  }
  ctx.strokeStyle = theme().cross;
  ctx.fillStyle = theme().no_service;
  ctx.lineWidth = 1.4;
  if (kind !== NO_SERVICE)
    ctx.fill();
  ctx.stroke();
}

/* The bin under a point of the world 0 … 1, or null. */
function findBin(layer, p) {
  for (const cell of layer.cells) {
    if (!overlaps(cell, {west: p.x, east: p.x, north: p.y, south: p.y}))
      continue;
    const hit = cell.bins.find((bin) => inSquare(bin.corners, p));
    if (hit)
      return hit;
  }
  return null;
}

function inSquare(corners, p) {
  const turns = corners.map(([x, y], i) => {
    const [x2, y2] = corners[(i + 1) % corners.length];
    return (x2 - x) * (p.y - y) - (y2 - y) * (p.x - x);
  });
  return turns.every((turn) => turn <= 0) || turns.every((turn) => turn >= 0);
}
