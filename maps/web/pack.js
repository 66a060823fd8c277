/* The packed data: analyzer/map_pack.h says how numbers are written, map_places.c and map_bins.c
 * in which order. */

class Pack {
  constructor(text) {
    const raw = atob(text);
    this.bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++)
      this.bytes[i] = raw.charCodeAt(i);
    this.at = 0;
  }

  get more() {
    return this.at < this.bytes.length;
  }

  /* By arithmetic: bits of a double's integer are 53, those of a shift 32. */
  uint() {
    let byte = this.bytes[this.at++], value = byte & 127;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = this.bytes[this.at++];
      value += (byte & 127) * scale;
    }
    return value;
  }

  int() {
    const value = this.uint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /* null where it is not known. */
  count() {
    const value = this.uint();
    return value === 0 ? null : value - 1;
  }

  /* In dBm; null where there is none. */
  level() {
    return -this.uint() || null;
  }

  /* [latitude, longitude] of points. */
  line() {
    const points = new Array(this.uint());
    for (let i = 0, lat = 0, lon = 0; i < points.length; i++) {
      lat += this.int();
      lon += this.int();
      points[i] = [lat / 1e6, lon / 1e6];
    }
    return points;
  }

  lines() {
    const list = new Array(this.uint());
    for (let i = 0; i < list.length; i++)
      list[i] = this.line();
    return list;
  }
}

/* --- test areas ------------------------------------------------------------------------- */

const DAY_MS = 864e5;

/* "2025-07-19", so many days before the survey's newest. */
function dayBefore(days) {
  return new Date(Date.parse(data.newest_date) - days * DAY_MS).toISOString().slice(0, 10);
}

function decodeDates(pack, row) {
  if (pack.uint() === 0)
    return;
  const last = pack.int(), span = pack.int();
  row.last_date = dayBefore(last);
  row.first_date = dayBefore(last + span);
}

function decodeBroadband(pack) {
  return {tests: pack.uint(), ok: pack.uint(), median_down_kbps: pack.count(),
    median_up_kbps: pack.count(), ping_tests: pack.uint(), ping_ok: pack.uint(),
    median_ping_ms: pack.count()};
}

function decodeOperatorRow(pack) {
  const head = pack.uint();
  const row = {in_rule: (head & 1) === 1, result: data.results[head >> 1 & 3],
    mccmnc: data.operators[pack.uint()].mccmnc, availability: null, availability_low: 0,
    availability_high: 1, effective_n: 0, bins: 0, samples: 0, no_service_samples: 0,
    median_dbm: null, p10_dbm: null, first_date: '', last_date: ''};
  if (head & 16) {
    row.availability = pack.uint() / 1e6;
    row.availability_low = pack.uint() / 1e6;
    row.availability_high = pack.uint() / 1e6;
    row.effective_n = pack.uint() / 100;
  }
  if (head & 8) {
    row.bins = pack.uint();
    row.samples = pack.uint();
    row.no_service_samples = pack.uint();
    row.median_dbm = pack.level();
    row.p10_dbm = pack.level();
    decodeDates(pack, row);
  }
  row.broadband = head & 32 ? decodeBroadband(pack) : null;
  return row;
}

/* `at`: the hamlet's place, [0, 0] where it has none. */
function decodeArea(pack, at) {
  const head = pack.uint();
  const area = {kind: data.kinds[head & 3], result: data.results[head >> 2 & 3],
    households: pack.count(), bins_total: pack.uint(), at: null};
  if (head & 16) {
    const lat = Math.round(at[0] * 1e6) + pack.int(), lon = Math.round(at[1] * 1e6) + pack.int();
    area.at = [lat / 1e6, lon / 1e6];
  }
  if (area.kind === 'polygon')
    area.shape = pack.lines();
  else
    area.radius_m = pack.uint() / 1000;
  area.operators = Array.from({length: pack.uint()}, () => decodeOperatorRow(pack));
  return area;
}

const areaPack = new Pack(data.areas.facts);

/* --- hamlets ---------------------------------------------------------------------------- */

/* Its areas and search words are made when they are first asked for: of 90,000 hamlets a person
 * looks at a few. */
class Hamlet {
  constructor(facts) {
    Object.assign(this, facts);
  }

  get areas() {
    areaPack.at = this.areasAt;
    const areas = Array.from({length: this.areaCount}, () =>
      decodeArea(areaPack, this.at || [0, 0]));
    areas.forEach((area, i) => {
      area.code = i === 0 ? this.code : data.areas.code[this.clustersAt + i - 1];
      area.name = i === 0 ? this.name : data.areas.name[this.clustersAt + i - 1];
    });
    Object.defineProperty(this, 'areas', {value: areas});
    return areas;
  }

  get words() {
    const words = searchable([this.name, this.commune.name, this.code].join(' '));
    Object.defineProperty(this, 'words', {value: words});
    return words;
  }
}

/* Few hamlets have any. */
const notesByCode = new Map(data.hamlets.notes.map(({hamlet, notes}) => [hamlet, notes]));

const NO_COMMUNE = {code: '', name: '', province: '', at: null};

function decodeHamlet(pack, i, last) {
  const facts = {code: data.hamlets.code[i], name: data.hamlets.name[i],
    commune: data.communes[pack.uint() - 1] || NO_COMMUNE, verdict: data.verdicts[pack.uint()],
    areaCount: pack.uint(), households: pack.count(), at: null};
  const attributes = pack.uint();
  facts.electricity = data.yes_no[Math.floor(attributes / 27)];
  facts.difficult = data.yes_no[Math.floor(attributes / 9) % 3];
  facts.broadband_3g4g = data.presences[Math.floor(attributes / 3) % 3];
  facts.broadband_5g = data.presences[attributes % 3];
  if (pack.uint() === 1) {
    last.lat += pack.int();
    last.lon += pack.int();
    facts.at = [last.lat / 1e6, last.lon / 1e6];
    facts.world = mercator(...facts.at);
  }
  facts.notes = notesByCode.get(facts.code) || [];
  facts.areasAt = last.areas;
  facts.clustersAt = last.clusters;
  last.areas += pack.uint();
  last.clusters += Math.max(facts.areaCount - 1, 0);
  return new Hamlet(facts);
}

function decodeHamlets() {
  const pack = new Pack(data.hamlets.facts);
  const last = {lat: 0, lon: 0, areas: 0, clusters: 0};
  return data.hamlets.code.map((_, i) => decodeHamlet(pack, i, last));
}

const hamlets = decodeHamlets();
const hamletByCode = new Map(hamlets.map((hamlet) => [hamlet.code, hamlet]));
