/* Bins on the map: drawn into the tiles of a grid layer, found under a point. */

/* Every bin stays visible from afar. Where bins are smaller than this, a square of this many
 * pixels shows the median of those in it; it divides the tile, so that squares end with tiles. */
const MIN_BIN_PX = 4;
const TILE_PX = 512;
const MARK_BIN_PX = 7; /* from this width on, crosses and dots are drawn */

/* What is drawn later lies on top: the bad spots must not hide behind the good. */
const DRAW_ORDER = [OTHER_SERVICE, NO_LEVEL, 5, 4, 3, 2, 1, 0, NO_SERVICE]
  .map((kind) => KIND_NUMBER.get(kind));

function kindColour(kind, measure) {
  const name = typeof kind !== 'number' ? kind : (measure === SHARE ? 'share_' : 'band_') + kind;
  return theme()[name];
}

function overlaps(box, view) {
  return box.west < view.east && box.east > view.west && box.north < view.south &&
    box.south > view.north;
}

/* A point of a cell, u and v from 0 to 1; neighbours give the same point on a shared edge. */
function inCell([sw, se, ne, nw], u, v) {
  const a = (1 - u) * (1 - v), b = u * (1 - v), c = u * v, d = (1 - u) * v;
  return {x: a * sw.x + b * se.x + c * ne.x + d * nw.x,
    y: a * sw.y + b * se.y + c * ne.y + d * nw.y};
}

function binCorners(layer, cell, b) {
  const u = layer.x[b] / STEP - cell.i, v = layer.y[b] / STEP - cell.j, s = 1 / STEP;
  return [inCell(cell.nodes, u, v), inCell(cell.nodes, u + s, v),
    inCell(cell.nodes, u + s, v + s), inCell(cell.nodes, u, v + s)];
}

function binMiddle(layer, cell, b) {
  return inCell(cell.nodes, (layer.x[b] + 0.5) / STEP - cell.i, (layer.y[b] + 0.5) / STEP - cell.j);
}

const BinLayer = L.GridLayer.extend({
  options: {tileSize: TILE_PX, updateWhenZooming: false, noWrap: true, opacity: 0.85, maxZoom: 20},

  show(layer) {
    this._shown = layer;
    if (this._map)
      this.redraw();
  },

  createTile(coords) {
    const ratio = window.devicePixelRatio || 1;
    const tile = document.createElement('canvas');
    tile.width = tile.height = TILE_PX * ratio;
    if (this._shown) {
      const ctx = tile.getContext('2d');
      ctx.scale(ratio, ratio);
      drawTile(ctx, this._shown, coords);
    }
    return tile;
  },
});

/* The corners in the tile's pixels: offsets are taken in doubles, for a canvas keeps floats, which
 * are 4 pixels apart at zoom 18. */
function cellPixels(cell, coords, scale) {
  return {...cell, nodes: cell.nodes.map((n) => ({x: n.x * scale - coords.x * TILE_PX,
    y: n.y * scale - coords.y * TILE_PX}))};
}

function drawTile(ctx, layer, coords) {
  const scale = 256 * 2 ** coords.z, margin = MIN_BIN_PX + 2;
  const view = {west: (coords.x * TILE_PX - margin) / scale,
    east: ((coords.x + 1) * TILE_PX + margin) / scale,
    north: (coords.y * TILE_PX - margin) / scale,
    south: ((coords.y + 1) * TILE_PX + margin) / scale};
  const cells = layer.cells.filter((cell) => overlaps(cell, view))
    .map((cell) => cellPixels(cell, coords, scale));
  if (cells.length === 0)
    return;
  const [sw, se] = cells[0].nodes;
  const size = Math.hypot(se.x - sw.x, se.y - sw.y) / STEP;
  if (size < MIN_BIN_PX)
    drawFromAfar(ctx, layer, cells);
  else
    drawSquares(ctx, layer, cells, size);
}

function drawFromAfar(ctx, layer, cells) {
  const side = TILE_PX / MIN_BIN_PX, counts = new Uint32Array(side * side * KINDS.length);
  for (const cell of cells) {
    for (let k = cell.from; k < cell.to; k++) {
      const b = layer.order[k], p = binMiddle(layer, cell, b);
      const x = Math.floor(p.x / MIN_BIN_PX), y = Math.floor(p.y / MIN_BIN_PX);
      if (x >= 0 && x < side && y >= 0 && y < side)
        counts[(y * side + x) * KINDS.length + layer.kind[b]]++;
    }
  }
  for (let i = 0; i < side * side; i++) {
    const kind = medianKind(counts.subarray(i * KINDS.length, (i + 1) * KINDS.length));
    if (kind === null)
      continue;
    ctx.fillStyle = kindColour(kind, layer.measure);
    ctx.fillRect(i % side * MIN_BIN_PX, Math.floor(i / side) * MIN_BIN_PX, MIN_BIN_PX, MIN_BIN_PX);
  }
}

/* The lower one of even counts: of as many good as bad bins the bad are shown. */
function medianKind(counts) {
  let left = counts.reduce((a, b) => a + b, 0);
  if (left === 0)
    return null;
  left /= 2;
  return KINDS[counts.findIndex((count) => (left -= count) <= 0)];
}

function drawSquares(ctx, layer, cells, size) {
  const groups = KINDS.map(() => []);
  const tile = {west: -size, east: TILE_PX + size, north: -size, south: TILE_PX + size};
  for (const cell of cells) {
    for (let k = cell.from; k < cell.to; k++) {
      const b = layer.order[k], middle = binMiddle(layer, cell, b);
      if (middle.x > tile.west && middle.x < tile.east && middle.y > tile.north &&
          middle.y < tile.south)
        groups[layer.kind[b]].push({b, cell, middle});
    }
  }
  for (const number of DRAW_ORDER)
    drawKind(ctx, layer, KINDS[number], groups[number], size);
}

/* One path per colour; its outline closes the hairlines that smoothing leaves between squares. */
function drawKind(ctx, layer, kind, bins, size) {
  if (bins.length === 0)
    return;
  ctx.fillStyle = ctx.strokeStyle = kindColour(kind, layer.measure);
  ctx.lineWidth = 0.8;
  ctx.beginPath();
  for (const {b, cell} of bins) {
    binCorners(layer, cell, b).forEach((p, i) => i === 0 ? ctx.moveTo(p.x, p.y) :
      ctx.lineTo(p.x, p.y));
    ctx.closePath();
  }
  ctx.fill();
  ctx.stroke();
  if (size >= MARK_BIN_PX)
    markSilence(ctx, layer, kind, bins, Math.min(size * 0.22, 7));
}

/* A cross where there never was service; a dot where half the samples or more had none. */
function markSilence(ctx, layer, kind, bins, r) {
  ctx.beginPath();
  for (const {b, middle: {x, y}} of bins) {
    if (kind === NO_SERVICE) {
      ctx.moveTo(x - r, y - r);
      ctx.lineTo(x + r, y + r);
      ctx.moveTo(x - r, y + r);
      ctx.lineTo(x + r, y - r);
    } else if (layer.silent[b]) {
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

/* All tiles of a view, for paper. */
function drawTiles(ctx, layer, view) {
  const {origin, pixels, zoom} = view;
  const first = {x: Math.floor((origin.x + pixels.west) / TILE_PX),
    y: Math.floor((origin.y + pixels.north) / TILE_PX)};
  for (let x = first.x; x * TILE_PX < origin.x + pixels.east; x++) {
    for (let y = first.y; y * TILE_PX < origin.y + pixels.south; y++) {
      ctx.save();
      ctx.translate(x * TILE_PX - origin.x, y * TILE_PX - origin.y);
      ctx.beginPath();
      ctx.rect(0, 0, TILE_PX, TILE_PX);
      ctx.clip();
      drawTile(ctx, layer, {x, y, z: zoom});
      ctx.restore();
    }
  }
}

/* The number of the bin under a point of the world 0 … 1, or -1. */
function findBin(layer, p) {
  for (const cell of layer.cells) {
    if (!overlaps(cell, {west: p.x, east: p.x, north: p.y, south: p.y}))
      continue;
    for (let k = cell.from; k < cell.to; k++) {
      if (inSquare(binCorners(layer, cell, layer.order[k]), p))
        return layer.order[k];
    }
  }
  return -1;
}

function inSquare(corners, p) {
  const turns = corners.map(({x, y}, i) => {
    const next = corners[(i + 1) % corners.length];
    return (next.x - x) * (p.y - y) - (next.y - y) * (p.x - x);
  });
  return turns.every((turn) => turn <= 0) || turns.every((turn) => turn >= 0);
}
