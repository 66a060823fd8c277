/* What all parts of the page share: the data, texts, numbers, elements, colours. */
const data = JSON.parse(document.getElementById('data').textContent);

/* The state that the address after # repeats. */
const state = {lang: data.lang, hamlet: '', layer: '', hidden: new Set(), commune: null, theme: '',
  stations: true};

/* From bad to good: the order of tables and lists. Markers are drawn the other way round. */
const VERDICTS = ['no_signal', 'depression', 'not_enough_data', 'covered'];
const RESULTS = ['fail', 'unknown', 'pass'];

/* Fills in {name}; {count|hamlet|hamlets} takes the form for one, or for more. */
function t(key, values = {}) {
  const text = TEXT[key][state.lang === 'en' ? 1 : 0];
  return text.replace(/\{(\w+)\|([^|}]*)\|([^|}]*)\}/g, (_, name, one, more) =>
    String(values[name]) === '1' ? one : more)
    .replace(/\{(\w+)\}/g, (all, name) => name in values ? String(values[name]) : all);
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

const operatorNames = new Map(data.operators.map((operator) => [operator.mccmnc, operator.name]));

function operatorName(code) {
  return operatorNames.get(code) || code;
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

/* The palette's colours come with the data; here are those of the map's ground. */
const GROUND = {
  light: {cross: '#ffffff', faint: '#5f6b76', border: '#8b7f73', grid: '#cfd6dc'},
  dark: {cross: '#ffffff', faint: '#a3afba', border: '#8f867c', grid: '#333c45'},
};
const THEMES = {light: {...GROUND.light, ...data.palette.light},
  dark: {...GROUND.dark, ...data.palette.dark}};

/* Paper is light. */
let printing = false;

function themeName() {
  return printing ? 'light' : state.theme || (darkMedia.matches ? 'dark' : 'light');
}

function theme() {
  return THEMES[themeName()];
}

/* Elements take the palette's colours from variables of its names. */
function applyTheme() {
  const root = document.documentElement;
  root.dataset.theme = themeName();
  for (const [name, colour] of Object.entries(data.palette[themeName()]))
    root.style.setProperty('--' + name, colour);
}

const SHAPES = data.palette.symbols;

/* What an SVG attribute and a canvas want: "none" and a list. */
function dashes(result, scale = 1) {
  return data.palette.dashes[result].split(' ').filter((text) => text !== '')
    .map((text) => text * scale);
}

function verdictIcon(verdict) {
  const shape = SHAPES[verdict];
  const colour = `var(--${verdict})`;
  const parts = [svg('path', {d: shape.outline, fill: shape.hollow ? 'var(--halo)' : colour,
    stroke: colour, 'stroke-width': shape.hollow ? 3 : 1})];
  if (shape.cross)
    parts.push(svg('path', {d: shape.cross, stroke: 'var(--halo)', 'stroke-width': 2.6, fill: 'none'}));
  return svg('svg', {class: 'icon', viewBox: '-11 -11 22 22', 'aria-hidden': 'true'}, ...parts);
}

/* --- map projection --------------------------------------------------------------------- */

/* Spherical Mercator, the world as 0 … 1: times 256·2^zoom these are Leaflet's pixels. */
function mercator(lat_deg, lon_deg) {
  const lat = lat_deg * Math.PI / 180;
  return {x: lon_deg / 360 + 0.5,
    y: 0.5 - Math.log(Math.tan(Math.PI / 4 + lat / 2)) / (2 * Math.PI)};
}
