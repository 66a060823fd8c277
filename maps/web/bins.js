/* Bins: unpacked per operator when first shown, and classed by what the layer measures. */

/* A layer is named by its operator and measure, "45204-LTE"; the measure is a technology, or: */
const SHARE = 'share';
/* and the operator a code, or, where one operator that passes is enough: */
const BEST = 'best';

/* Kinds of a bin besides the classes 0, 1, 2 … of its level or share. */
const NO_LEVEL = 'no_level', OTHER_SERVICE = 'other_service', NO_SERVICE = 'no_service';
/* From the worst to the best: numbers of the kinds, for arrays. */
const KINDS = [NO_SERVICE, OTHER_SERVICE, NO_LEVEL, 0, 1, 2, 3, 4, 5];
const KIND_NUMBER = new Map(KINDS.map((kind, i) => [kind, i]));
const FIRST_CLASS = KIND_NUMBER.get(0);

/* The lower edges of the classes 1 …; an edge belongs to the class above it. */
function classEdges(measure) {
  return measure === SHARE ? data.palette.share_edges : data.palette.level_edges[measure] || [];
}

function levelClass(edges, dbm) {
  const above = edges.findIndex((edge) => dbm < edge);
  return above < 0 ? edges.length : above;
}

/* The lowest edge is the share up to which there is no signal: it belongs below. */
function shareClass(share) {
  const [low, ...others] = data.palette.share_edges;
  return share <= low + 1e-9 ? 0 : 1 + others.filter((edge) => share >= edge - 1e-9).length;
}

/* --- the lattice ------------------------------------------------------------------------ */

const STEP = data.lattice.step_bins;

function cellKey(i, j) {
  return (i + 2 ** 25) * 2 ** 26 + j + 2 ** 25;
}

function decodeLattice() {
  const pack = new Pack(data.lattice.nodes);
  const nodes = new Map();
  for (let i = 0, j = 0, lat = 0, lon = 0; pack.more;) {
    i += pack.int();
    j += pack.int();
    lat += pack.int();
    lon += pack.int();
    nodes.set(cellKey(i, j), mercator(lat / 1e7, lon / 1e7));
  }
  return nodes;
}

const lattice = decodeLattice();

/* A lattice cell: its corners [sw, se, ne, nw] and extent; null where the survey's CRS ends. */
function makeCell(i, j) {
  const nodes = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]]
    .map((at) => lattice.get(cellKey(...at)));
  if (nodes.includes(undefined))
    return null;
  const xs = nodes.map((n) => n.x), ys = nodes.map((n) => n.y);
  return {i, j, nodes, west: Math.min(...xs), east: Math.max(...xs), north: Math.min(...ys),
    south: Math.max(...ys), from: 0, to: 0};
}

/* The bins of a layer, by lattice cell: those of a cell are layer.order[cell.from … cell.to]. */
function groupByCell(layer) {
  const cells = [], numbers = new Map(), cellOf = new Int32Array(layer.count);
  for (let b = 0; b < layer.count; b++) {
    const i = Math.floor(layer.x[b] / STEP), j = Math.floor(layer.y[b] / STEP);
    const key = cellKey(i, j);
    if (!numbers.has(key)) {
      const cell = makeCell(i, j);
      numbers.set(key, cell === null ? -1 : cells.push(cell) - 1);
    }
    cellOf[b] = numbers.get(key);
    if (cellOf[b] >= 0)
      cells[cellOf[b]].to++;
  }
  let sum = 0;
  for (const cell of cells) {
    sum += cell.to;
    cell.from = cell.to = sum - cell.to;
  }
  layer.order = new Uint32Array(sum);
  for (let b = 0; b < layer.count; b++) {
    if (cellOf[b] >= 0)
      layer.order[cells[cellOf[b]].to++] = b;
  }
  layer.cells = cells;
}

/* --- an operator's bins ----------------------------------------------------------------- */

function makeTable(count, techs) {
  const columns = (Type) => Object.fromEntries(techs.map((tech) => [tech, new Type(count)]));
  return {count, techs, x: new Int32Array(count), y: new Int32Array(count),
    no_service: new Float64Array(count), share: new Float64Array(count),
    served: new Float64Array(count), /* in service; NR_NSA stands under its anchor's LTE too */
    median_dbm: columns(Int16Array), samples: columns(Float64Array),
    no_level: columns(Float64Array), seen: columns(Uint8Array)};
}

function decodeTable({count, techs, rows}) {
  const table = makeTable(count, techs), pack = new Pack(rows);
  for (let b = 0, x = 0, y = 0; b < count; b++) {
    table.x[b] = x += pack.int();
    table.y[b] = y += pack.int();
    table.no_service[b] = pack.uint();
    const share = pack.count(), mask = pack.uint();
    table.share[b] = share === null ? NaN : share / 1e6;
    for (let t = 0; t < techs.length; t++) {
      if (!(mask >> t & 1))
        continue;
      table.seen[techs[t]][b] = 1;
      table.median_dbm[techs[t]][b] = pack.level();
      table.samples[techs[t]][b] = pack.uint();
      table.no_level[techs[t]][b] = pack.uint();
      if (techs[t] !== 'NR_NSA')
        table.served[b] += table.samples[techs[t]][b] + table.no_level[techs[t]][b];
    }
  }
  return table;
}

const tables = new Map();

function tableOf(mccmnc) {
  if (!tables.has(mccmnc))
    tables.set(mccmnc, decodeTable(data.bins.find((bins) => bins.mccmnc === mccmnc)));
  return tables.get(mccmnc);
}

function binKind(table, b, measure, edges) {
  if (table.served[b] === 0 && !(table.seen.NR_NSA && table.seen.NR_NSA[b]))
    return NO_SERVICE;
  if (measure === SHARE)
    return Number.isNaN(table.share[b]) ? NO_LEVEL : shareClass(table.share[b]);
  if (!table.seen[measure] || !table.seen[measure][b])
    return OTHER_SERVICE;
  return table.samples[measure][b] > 0 ? levelClass(edges, table.median_dbm[measure][b]) : NO_LEVEL;
}

/* --- layers ----------------------------------------------------------------------------- */

function operatorLayer(mccmnc, measure) {
  const table = tableOf(mccmnc), edges = classEdges(measure);
  const kind = new Uint8Array(table.count), silent = new Uint8Array(table.count);
  for (let b = 0; b < table.count; b++) {
    kind[b] = KIND_NUMBER.get(binKind(table, b, measure, edges));
    silent[b] = table.no_service[b] > 0 && table.no_service[b] >= table.served[b];
  }
  return {count: table.count, x: table.x, y: table.y, kind, silent};
}

/* Per bin the best kind of any operator of the rule. */
function bestLayer(measure) {
  const parts = bestOperators().map((bins) => operatorLayer(bins.mccmnc, measure));
  const most = parts.reduce((sum, part) => sum + part.count, 0);
  const all = {count: 0, x: new Int32Array(most), y: new Int32Array(most),
    kind: new Uint8Array(most), silent: new Uint8Array(most)};
  const places = new Map();
  for (const part of parts) {
    for (let b = 0; b < part.count; b++) {
      const key = cellKey(part.x[b], part.y[b]);
      let place = places.get(key);
      if (place === undefined) {
        place = all.count++;
        places.set(key, place);
        all.x[place] = part.x[b];
        all.y[place] = part.y[b];
      }
      all.kind[place] = Math.max(all.kind[place], part.kind[b]);
    }
  }
  return {count: all.count, x: all.x, y: all.y, kind: all.kind.subarray(0, all.count),
    silent: all.silent.subarray(0, all.count)};
}

function bestOperators() {
  return data.bins.filter((bins) => data.rule.mccmnc.includes(bins.mccmnc));
}

/* {operator, measure, edges, count, x, y, kind, silent, cells, order} */
function decodeLayer(operator, measure) {
  const layer = operator === BEST ? bestLayer(measure) : operatorLayer(operator, measure);
  groupByCell(layer);
  return {...layer, operator, measure, edges: classEdges(measure)};
}

/* The operators to choose from, and what can be shown of each. */
function layerOperators() {
  const one = data.bins.map((bins) => bins.mccmnc);
  return data.rule.combine === 'any' && bestOperators().length > 1 ? [BEST, ...one] : one;
}

function layerMeasures(operator) {
  const of = operator === BEST ? bestOperators() :
    data.bins.filter((bins) => bins.mccmnc === operator);
  const techs = new Set(of.flatMap((bins) => bins.techs).filter((tech) => tech !== ''));
  const known = Object.keys(data.palette.level_edges).filter((tech) => techs.has(tech));
  return [...known, SHARE];
}

function isLayer(operator, measure) {
  return layerOperators().includes(operator) && layerMeasures(operator).includes(measure);
}

/* What the operators saw in the bin x, y: of each the row of its table, or nothing. */
function binRows(operator, x, y) {
  const of = operator === BEST ? bestOperators().map((bins) => bins.mccmnc) : [operator];
  return of.flatMap((mccmnc) => {
    const table = tableOf(mccmnc);
    for (let b = 0; b < table.count; b++) {
      if (table.x[b] === x && table.y[b] === y)
        return [{mccmnc, table, b}];
    }
    return [];
  });
}
