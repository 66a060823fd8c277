/* Hamlets and test areas: from afar clusters of hamlets, from near icons, areas and names. What
 * is drawn is kept with its pixels, for the pointer to find it. */

const AREAS_ZOOM = 12; /* from afar the areas are smaller than the hamlets' icons */
const HAMLET_NAMES_ZOOM = 12;
const COMMUNE_NAMES_ZOOM = 9; /* or where there are few */
const FEW_COMMUNES = 40;
const LABELS_MAX = 300;

const verdictRank = (hamlet) => VERDICTS.indexOf(hamlet.verdict);

/* Without a place a hamlet is in the list only. */
const placedWorstFirst = hamlets.filter((h) => h.at !== null)
  .sort((a, b) => verdictRank(a) - verdictRank(b));

function isShown(hamlet) {
  return !state.hidden.has(hamlet.verdict) &&
    (state.commune === null || hamlet.commune.code === state.commune);
}

let shownPlaces = placedWorstFirst; /* those that the filters let through */

function filterPlaces() {
  shownPlaces = placedWorstFirst.filter(isShown);
  clustersByZoom.clear();
}

function iconRadius(zoom) {
  const size = zoom < 10 ? 6 : zoom < 13 ? 8 : 10;
  return hamlets.length > 500 && zoom < 12 ? size - 2 : size;
}

/* --- clusters --------------------------------------------------------------------------- */

/* From near only icons that would hide each other stand together. */
function clusterCellPx(zoom) {
  return zoom <= 11 ? 64 : 12;
}

const clustersByZoom = new Map();

/* {x, y, members, counts by verdict, extent} */
function addToCluster(cluster, hamlet) {
  const {x, y} = hamlet.world;
  cluster.sumX += x;
  cluster.sumY += y;
  cluster.members.push(hamlet);
  cluster.counts[verdictRank(hamlet)]++;
  cluster.west = Math.min(cluster.west, x);
  cluster.east = Math.max(cluster.east, x);
  cluster.north = Math.min(cluster.north, y);
  cluster.south = Math.max(cluster.south, y);
}

function newCluster(i, j) {
  return {i, j, sumX: 0, sumY: 0, members: [], counts: VERDICTS.map(() => 0), west: Infinity,
    east: -Infinity, north: Infinity, south: -Infinity};
}

/* Hamlets of a grid's cell stand together; then cells whose middles would overlap on the screen,
 * the largest first. */
function makeClusters(zoom) {
  const size = clusterCellPx(zoom) / (256 * 2 ** zoom);
  const cells = new Map();
  for (const hamlet of shownPlaces) {
    const i = Math.floor(hamlet.world.x / size), j = Math.floor(hamlet.world.y / size);
    const key = cellKey(i, j);
    if (!cells.has(key))
      cells.set(key, newCluster(i, j));
    addToCluster(cells.get(key), hamlet);
  }
  const list = [...cells.values()].sort((a, b) => b.members.length - a.members.length);
  list.forEach((cluster) => joinNeighbours(cluster, cells, size));
  return list.filter((cluster) => cluster.members.length > 0).map((cluster) => ({...cluster,
    ...middleOf(cluster), hamlet: cluster.members.length === 1 ? cluster.members[0] : null}));
}

function middleOf({sumX, sumY, members}) {
  return {x: sumX / members.length, y: sumY / members.length};
}

function joinNeighbours(cluster, cells, size) {
  for (let k = 0; k < 9 && cluster.members.length > 0; k++) {
    const other = cells.get(cellKey(cluster.i + k % 3 - 1, cluster.j + Math.floor(k / 3) - 1));
    if (other === undefined || other === cluster || other.members.length === 0 ||
        other.members.length > cluster.members.length)
      continue;
    const a = middleOf(cluster), b = middleOf(other);
    if (Math.hypot(a.x - b.x, a.y - b.y) > 0.6 * size)
      continue;
    other.members.forEach((hamlet) => addToCluster(cluster, hamlet));
    other.members = [];
  }
}

function clustersAt(zoom) {
  if (!clustersByZoom.has(zoom))
    clustersByZoom.set(zoom, makeClusters(zoom));
  return clustersByZoom.get(zoom);
}

/* What stands in the view: clusters and hamlets alone, the worst last. */
function itemsIn(view) {
  return clustersAt(view.level).filter((one) => isIn(view.world, one))
    .map((item) => ({item, ...view.at(item)}))
    .sort((a, b) => itemRank(b.item) - itemRank(a.item));
}

function itemRank(item) {
  return item.hamlet ? verdictRank(item.hamlet) : -1;
}

function clusterRadius({members}) {
  return 13 + 3.5 * Math.min(Math.log10(members.length), 4);
}

/* A ring with the share of each verdict around the number. */
function drawCluster(ctx, {item, x, y}) {
  const r = clusterRadius(item);
  ctx.beginPath();
  ctx.arc(x, y, r + 1.5, 0, 2 * Math.PI);
  ctx.fillStyle = theme().halo;
  ctx.fill();
  let from = -Math.PI / 2;
  item.counts.forEach((count, rank) => {
    const to = from + 2 * Math.PI * count / item.members.length;
    ctx.beginPath();
    ctx.arc(x, y, r - 2.5, from, to);
    ctx.strokeStyle = theme()[VERDICTS[rank]];
    ctx.lineWidth = 5;
    if (count > 0)
      ctx.stroke();
    from = to;
  });
  ctx.fillStyle = theme().ink;
  ctx.font = '600 11px ' + LABEL_FONT;
  ctx.fillText(shortNumber(item.members.length), x, y + 0.5);
}

function shortNumber(count) {
  return count < 1000 ? String(count) : number(count / 1000, count < 10000 ? 1 : 0) + 'k';
}

function clusterText(item) {
  const parts = VERDICTS.map((verdict, rank) => [verdict, item.counts[rank]])
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${number(count)} ${lower(t(verdict))}`);
  return t('found', {count: number(item.members.length)}) + ': ' + parts.join(', ');
}

/* --- icons ------------------------------------------------------------------------------ */

const shapePaths = Object.fromEntries(Object.entries(SHAPES).map(([verdict, shape]) => [verdict,
  {outline: new Path2D(shape.outline), cross: shape.cross && new Path2D(shape.cross)}]));

function drawVerdict(ctx, verdict, selected) {
  const {outline, cross} = shapePaths[verdict];
  const hollow = SHAPES[verdict].hollow;
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
    ctx.strokeStyle = theme().halo;
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

function drawIcon(ctx, hamlet, {x, y}, zoom) {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(iconRadius(zoom) / 10, iconRadius(zoom) / 10);
  drawVerdict(ctx, hamlet.verdict, hamlet.code === state.hamlet);
  ctx.restore();
}

/* --- test areas ------------------------------------------------------------------------- */

function hasPlace(area) {
  return area.kind === 'polygon' ? area.shape.length > 0 : area.at !== null;
}

/* An area on the screen: a circle or rings, with their extent. */
function areaPixels(hamlet, area, view) {
  if (area.kind === 'polygon') {
    const rings = area.shape.map((ring) => ring.map((p) => view.at(mercator(...p))));
    const all = rings.flat(), xs = all.map((p) => p.x), ys = all.map((p) => p.y);
    return {hamlet, area, rings, west: Math.min(...xs), east: Math.max(...xs),
      north: Math.min(...ys), south: Math.max(...ys)};
  }
  const middle = view.at(mercator(...area.at));
  const metres = 40075016.686 * Math.cos(area.at[0] * Math.PI / 180);
  const r = area.radius_m / metres * view.scale;
  return {hamlet, area, middle, r, west: middle.x - r, east: middle.x + r, north: middle.y - r,
    south: middle.y + r};
}

/* Areas reach out of their hamlet's icon: clusters lie some kilometres off. */
const AREA_REACH = 0.0003; /* of the world: 11 km */

function areasIn(view) {
  if (view.level < AREAS_ZOOM)
    return [];
  const near = {west: view.world.west - AREA_REACH, east: view.world.east + AREA_REACH,
    north: view.world.north - AREA_REACH, south: view.world.south + AREA_REACH};
  return shownPlaces.filter((hamlet) => isIn(near, hamlet.world))
    .flatMap((hamlet) => hamlet.areas.filter(hasPlace).map((area) => areaPixels(hamlet, area, view)))
    .filter((shape) => overlaps(shape, view.pixels));
}

function drawArea(ctx, shape) {
  ctx.strokeStyle = theme()[shape.area.result];
  ctx.lineWidth = 2.5;
  ctx.lineJoin = 'round';
  ctx.setLineDash(dashes(shape.area.result));
  ctx.beginPath();
  if (shape.rings)
    shape.rings.forEach((ring) => traceLine(ctx, ring, (p) => p));
  else
    ctx.arc(shape.middle.x, shape.middle.y, shape.r, 0, 2 * Math.PI);
  ctx.stroke();
  ctx.setLineDash([]);
}

function isInRings(rings, p) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[i], b = ring[j];
      if (a.y > p.y !== b.y > p.y && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
        inside = !inside;
    }
  }
  return inside;
}

function isInArea(shape, p) {
  return shape.rings ? isInRings(shape.rings, p) :
    Math.hypot(p.x - shape.middle.x, p.y - shape.middle.y) <= shape.r;
}

/* Where a hamlet lies with all its test areas; null where it has no place. */
function hamletBounds(hamlet) {
  const bounds = L.latLngBounds([]);
  for (const area of hamlet.areas.filter(hasPlace)) {
    if (area.kind === 'polygon')
      area.shape.forEach((ring) => bounds.extend(ring));
    else
      bounds.extend(L.latLng(area.at).toBounds(2 * area.radius_m));
  }
  return bounds.isValid() ? bounds : null;
}

/* --- drawing and finding ---------------------------------------------------------------- */

let drawn = {items: [], areas: [], level: 0};

function drawPlaces(ctx, view) {
  drawn = {items: itemsIn(view), areas: areasIn(view), level: view.level};
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  drawn.areas.forEach((shape) => drawArea(ctx, shape));
  for (const one of drawn.items) {
    if (one.item.hamlet)
      drawIcon(ctx, one.item.hamlet, one, view.level);
    else
      drawCluster(ctx, one);
  }
  const selected = hamletByCode.get(state.hamlet);
  if (selected && selected.at)
    drawIcon(ctx, selected, view.at(selected.world), view.level);
}

/* The cluster or hamlet at a point of the view, or null; the uppermost comes first. */
function itemAt(p, slack = 4) {
  const hits = drawn.items.filter(({item, x, y}) => Math.hypot(p.x - x, p.y - y) <= slack +
    (item.hamlet ? iconRadius(drawn.level) : clusterRadius(item)));
  return hits.length > 0 ? hits[hits.length - 1].item : null;
}

/* The test area at a point of the view, or null. */
function areaAt(p) {
  return drawn.areas.find((shape) => isInArea(shape, p)) || null;
}

function itemBox({item, x, y}) {
  const r = item.hamlet ? iconRadius(drawn.level) : clusterRadius(item);
  return {west: x - r, east: x + r, north: y - r, south: y + r};
}

/* Names that would lie over another, or over an icon, are left out; the first come first. */
function drawLabels(ctx, view) {
  const taken = drawn.items.map(itemBox), labelsMax = taken.length + LABELS_MAX;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = theme().halo;
  ctx.lineWidth = 3.5;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  const place = (text, p, dy) => {
    if (taken.length >= labelsMax)
      return;
    const at = view.at(p), w = ctx.measureText(text).width / 2;
    const box = {west: at.x - w - 3, east: at.x + w + 3, north: at.y + dy - 8, south: at.y + dy + 8};
    if (!overlaps(box, view.pixels) || taken.some((other) => overlaps(box, other)))
      return;
    taken.push(box);
    ctx.strokeText(text, at.x, at.y + dy);
    ctx.fillText(text, at.x, at.y + dy);
  };
  if (view.level >= HAMLET_NAMES_ZOOM) {
    ctx.font = '600 12px ' + LABEL_FONT;
    ctx.fillStyle = theme().ink;
    for (const {item} of [...drawn.items].reverse().filter((one) => one.item.hamlet))
      place(shortened(item.hamlet.name), item, iconRadius(view.level) + 11);
  }
  if (view.level >= COMMUNE_NAMES_ZOOM || data.communes.length <= FEW_COMMUNES) {
    ctx.font = 'italic 13px ' + LABEL_FONT;
    ctx.fillStyle = theme().faint;
    data.communes.filter((unit) => unit.at)
      .forEach((unit) => place(shortened(unit.name), mercator(...unit.at), 0));
  }
}

/* A name of 200 letters would hide the map. */
const LABEL_LETTERS = 40;

function shortened(text) {
  const letters = [...text];
  return letters.length > LABEL_LETTERS ? letters.slice(0, LABEL_LETTERS - 1).join('') + '…' : text;
}
