/* What all parts of the page share: the data, texts, numbers, elements, colours. */
const data = JSON.parse(document.getElementById('data').textContent);

/* The state that the address after # repeats. */
const state = {lang: data.lang, hamlet: '', layer: '', hidden: new Set()};

/* From bad to good: the order of tables and lists. Markers are drawn the other way round. */
const VERDICTS = ['no_signal', 'depression', 'not_enough_data', 'covered'];
const RESULTS = ['fail', 'unknown', 'pass'];

const column = Object.fromEntries(data.operator_columns.map((name, i) => [name, i]));

function t(key, values = {}) {
  const text = TEXT[key][state.lang === 'en' ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (all, name) => name in values ? String(values[name]) : all);
}

function lower(text) {
  return text.charAt(0).toLocaleLowerCase(state.lang) + text.slice(1);
}

/* --- numbers ---------------------------------------------------------------------------- */

function number(value, decimals = 0) {
  return value.toLocaleString(state.lang === 'en' ? 'en-GB' : 'vi-VN',
    {minimumFractionDigits: decimals, maximumFractionDigits: decimals});
}

/* A share must not round to the other side of its threshold: 0.9496 is not 95 %. */
function percent(share, decimals = 1) {
  const scale = 10 ** decimals;
  return number(Math.floor(share * 100 * scale + 1e-6) / scale, decimals) + '%';
}

function wholePercent(share) {
  return percent(share, Number.isInteger(+(share * 100).toFixed(6)) ? 0 : 1);
}

/* Typographic minus. */
function dbm(value) {
  return String(value).replace('-', '−');
}

function date(iso) {
  const [year, month, day] = iso.split('-');
  return iso === '' ? '–' : state.lang === 'en' ? iso : `${day}/${month}/${year}`;
}

/* "Bản Lũng Đẩy" is found by "lung day". */
function searchable(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[đĐ]/g, 'd').toLowerCase();
}

function operatorName(code) {
  return Object.prototype.hasOwnProperty.call(data.operators, code) ? data.operators[code] : code;
}

/* --- elements --------------------------------------------------------------------------- */

/* Survey texts become text nodes, never markup. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on'))
      node.addEventListener(name.slice(2), value);
    else if (value === true)
      node.setAttribute(name, '');
    else if (value !== false && value !== null)
      node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes))
    node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/* A name from the survey: its writing direction stays its own. */
function name(text) {
  return el('bdi', {}, text);
}

function byId(id) {
  return document.getElementById(id);
}

/* --- colours and shapes ----------------------------------------------------------------- */

const darkMedia = window.matchMedia('(prefers-color-scheme: dark)');

/* Blue is good, orange weak, maroon none: apart for every kind of colour blindness, and each
 * verdict has a shape, each result a dash of its own. */
const THEMES = {
  light: {
    covered: '#0072b2', depression: '#e69f00', no_signal: '#7a0c3e', not_enough_data: '#5f6b76',
    pass: '#0072b2', fail: '#b3123f', unknown: '#5f6b76',
    bands: ['#dd6b00', '#fdc274', '#b3d7ee', '#6fb0dc', '#2f7fc1', '#0b4a8f'],
    no_service: '#5c1033', cross: '#ffffff', other_service: '#a3a9af', no_level: '#d8cfe4',
    halo: '#ffffff', ink: '#1d2730', faint: '#7b8792', border: '#8b7f73', grid: '#cfd6dc',
  },
  dark: {
    covered: '#4aa8e8', depression: '#f2b134', no_signal: '#d6336c', not_enough_data: '#b8c2cc',
    pass: '#5db4f0', fail: '#ff6b8b', unknown: '#b8c2cc',
    bands: ['#e07a1f', '#f5c583', '#d5e9f7', '#8fc5ee', '#4c98dc', '#2868c4'],
    no_service: '#b01e5c', cross: '#ffffff', other_service: '#6d757d', no_level: '#a596bd',
    halo: '#0f1418', ink: '#e8edf2', faint: '#93a0ac', border: '#8f867c', grid: '#333c45',
  },
};

function theme() {
  return darkMedia.matches ? THEMES.dark : THEMES.light;
}

/* In a box of -10 … 10. */
const SHAPES = {
  covered: {outline: 'M0-8.5A8.5 8.5 0 1 0 0 8.5A8.5 8.5 0 1 0 0-8.5Z'},
  depression: {outline: 'M0-9.5L9.5 8H-9.5Z'},
  no_signal: {outline: 'M-8-8H8V8H-8Z', cross: 'M-4-4L4 4M4-4L-4 4'},
  not_enough_data: {outline: 'M0-8.5L8.5 0L0 8.5L-8.5 0Z', hollow: true},
};

const DASHES = {pass: null, fail: '10 5', unknown: '2 6'};

function verdictIcon(verdict) {
  const shape = SHAPES[verdict];
  const colour = `var(--${verdict})`;
  const parts = [svg('path', {d: shape.outline, fill: shape.hollow ? 'var(--card)' : colour,
    stroke: colour, 'stroke-width': shape.hollow ? 3 : 1})];
  if (shape.cross)
    parts.push(svg('path', {d: shape.cross, stroke: '#fff', 'stroke-width': 2.6, fill: 'none'}));
  return svg('svg', {class: 'icon', viewBox: '-11 -11 22 22', 'aria-hidden': 'true'}, ...parts);
}

/* --- map projection --------------------------------------------------------------------- */

/* Spherical Mercator, the world as 0 … 1: times 256·2^zoom these are Leaflet's pixels. */
function mercator(lat_deg, lon_deg) {
  const lat = lat_deg * Math.PI / 180;
  return {x: lon_deg / 360 + 0.5,
    y: 0.5 - Math.log(Math.tan(Math.PI / 4 + lat / 2)) / (2 * Math.PI)};
}

/* A line of out: first point, then steps, in millionths of a degree. */
function decodeLine(steps) {
  const points = [];
  for (let i = 0, lat = 0, lon = 0; i + 1 < steps.length; i += 2) {
    lat += steps[i];
    lon += steps[i + 1];
    points.push([lat / 1e6, lon / 1e6]);
  }
  return points;
}
