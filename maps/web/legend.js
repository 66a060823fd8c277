/* The legend: which bins are shown, what their colours mean, and what a bin's popup says. */

function levelText(edges, band) {
  if (band === 0)
    return t('level_below', {to: dbm(edges[0])});
  if (band === edges.length)
    return t('level_from', {from: dbm(edges[band - 1])});
  return t('level_between', {from: dbm(edges[band - 1]), to: dbm(edges[band] - 1)});
}

/* What a level means by the rule. */
function levelNote(measure, band) {
  const rule = data.rule.technologies[measure];
  if (!rule)
    return '';
  if (band === 0)
    return ' (' + t('below_rule') + ')';
  return band === 1 && rule.weak_dbm !== null ? ' (' + t('weak') + ')' : '';
}

function shareText(edges, band) {
  const from = wholePercent(edges[band - 1] || 0), to = wholePercent(edges[band] || 1);
  if (band === 0)
    return t('share_below', {to}) + ' (' + t('share_no_signal') + ')';
  if (band === edges.length)
    return t('share_from', {from}) + ' (' + t('share_passes') + ')';
  return t(band === 1 ? 'share_between' : 'share_middle', {from, to});
}

function classText(layer, band) {
  return layer.measure === SHARE ? shareText(layer.edges, band) :
    levelText(layer.edges, band) + levelNote(layer.measure, band);
}

function swatch(kind, measure) {
  const box = svg('svg', {class: 'swatch', viewBox: '0 0 18 18', 'aria-hidden': 'true'});
  const fill = kind === 'no_data' ? 'none' : kind === 'partly_no_service' ? theme().band_3 :
    kindColour(kind, measure);
  box.append(svg('rect', {x: 1, y: 1, width: 16, height: 16, fill, class: kind}));
  if (kind === NO_SERVICE)
    box.append(svg('path', {d: 'M5 5L13 13M5 13L13 5', stroke: theme().cross, 'stroke-width': 2}));
  if (kind === 'partly_no_service')
    box.append(svg('circle', {cx: 9, cy: 9, r: 4, fill: theme().no_service, stroke: theme().cross}));
  return box;
}

/* Only what the layer holds is explained, and what a blank means always. */
function keysSeen(layer) {
  const kinds = [NO_SERVICE, OTHER_SERVICE, NO_LEVEL]
    .filter((kind) => layer.kind.includes(KIND_NUMBER.get(kind)));
  const silent = KIND_NUMBER.get(NO_SERVICE);
  if (layer.silent.some((one, b) => one && layer.kind[b] !== silent))
    kinds.push('partly_no_service');
  return [...kinds, 'no_data'];
}

function operatorText(operator) {
  return operator === BEST ? t('best_operator') : operatorName(operator);
}

function measureText(measure) {
  return measure === SHARE ? t('measure_share') : t('measure_level', {tech: measure});
}

function operatorOption(operator) {
  const bins = data.bins.find((one) => one.mccmnc === operator);
  return el('option', {value: operator}, bins === undefined ? operatorText(operator) :
    t('operator_option', {operator: operatorText(operator), count: number(bins.count)}));
}

function renderChoices(layer) {
  byId('operator').replaceChildren(el('option', {value: 'none'}, t('no_layer')),
    ...layerOperators().map(operatorOption));
  byId('operator').value = layer === null ? 'none' : layer.operator;
  byId('measure-box').hidden = layer === null;
  if (layer === null)
    return;
  byId('measure').replaceChildren(...layerMeasures(layer.operator)
    .map((measure) => el('option', {value: measure}, measureText(measure))));
  byId('measure').value = layer.measure;
}

function renderVerdictKey() {
  byId('verdict-key').replaceChildren(
    ...VERDICTS.map((verdict) => el('li', {}, verdictIcon(verdict), t(verdict))),
    hamlets.length < 2 ? '' : el('li', {class: 'ring'}, clusterIcon(), t('cluster_key')));
}

function clusterIcon() {
  const quarter = 2 * Math.PI * 6.5 / 4;
  return svg('svg', {class: 'icon', viewBox: '0 0 18 18', 'aria-hidden': 'true'},
    ...VERDICTS.map((verdict, i) => svg('circle', {cx: 9, cy: 9, r: 6.5, fill: 'none',
      stroke: `var(--${verdict})`, 'stroke-width': 4, 'stroke-dasharray': `${quarter} ${3 * quarter}`,
      'stroke-dashoffset': -i * quarter})));
}

function renderAreaKey() {
  byId('area-key').replaceChildren(...[...RESULTS].reverse().map((result) => el('li', {},
    svg('svg', {class: 'swatch', viewBox: '0 0 18 18', 'aria-hidden': 'true'},
      svg('circle', {cx: 9, cy: 9, r: 7.5, fill: 'none', stroke: `var(--${result})`, 'stroke-width': 2.4,
        'stroke-dasharray': dashes(result, 0.6).join(' ') || 'none'})), t(result))));
}

/* `layer`: null where no bins are shown. */
function renderKey(layer) {
  renderChoices(layer);
  const count = layer === null ? -1 : layer.edges.length;
  const bands = Array.from({length: count + 1}, (_, i) => count - i);
  byId('bands').replaceChildren(
    ...bands.map((band) => el('li', {}, swatch(band, layer.measure), classText(layer, band))),
    ...(layer === null ? [] : keysSeen(layer))
      .map((kind) => el('li', {}, swatch(kind, ''), t(kind))));
  byId('from-afar').hidden = layer === null;
  renderVerdictKey();
  renderAreaKey();
  renderStationKey();
}

/* --- popup ------------------------------------------------------------------------------ */

function shareNote(table, b) {
  return Number.isNaN(table.share[b]) ? '' :
    ' · ' + t('bin_share', {share: percent(table.share[b])});
}

/* A technology of an operator in a bin: its median and how much it rests on. */
function techLine(table, b, tech) {
  const counts = [['samples', 'bin_samples'], ['no_level', 'bin_no_level']]
    .filter(([key]) => table[key][tech][b] > 0)
    .map(([key, text]) => t(text, {count: number(table[key][tech][b])}));
  const median = table.median_dbm[tech][b];
  const level = median === 0 ? '' : dbm(median) + ' dBm' +
    levelNote(tech, levelClass(classEdges(tech), median)) + ' · ';
  return el('div', {}, el('b', {}, tech || t('not_known')), ' ' + level + counts.join(', '));
}

function operatorInBin({mccmnc, table, b}) {
  const silent = table.no_service[b] === 0 ? null :
    el('div', {}, t('bin_no_service', {count: number(table.no_service[b])}));
  return el('div', {class: 'bin-operator'},
    el('strong', {}, name(operatorName(mccmnc)), shareNote(table, b)),
    ...table.techs.filter((tech) => table.seen[tech][b] === 1 &&
      (tech !== '' || table.no_level[tech][b] > 0)).map((tech) => techLine(table, b, tech)), silent);
}

function binPopup(layer, b) {
  const rows = binRows(layer.operator, layer.x[b], layer.y[b]);
  return el('div', {class: 'bin-popup'}, ...rows.map(operatorInBin),
    el('small', {}, t('bin', {size: number(data.bin_size_m)})));
}
