// Head, figures, findings, tools, and what is said at the end.

function tile(label, value, detail, className) {
  const box = make('div', `tile ${className || ''}`, make('dt', '', label), make('dd', 'u', value));
  if (detail) box.append(make('dd', 'detail', detail));
  return box;
}

function drawHead() {
  const session = report.session;
  byId('title').textContent = textOf(session.agent || session.service || 'Session');
  byId('status').textContent = session.status;
  byId('status').classList.add(`status-${session.status}`);
  byId('task').textContent = textOf(session.task);
  byId('task').hidden = !session.task;
  const models = session.models.slice(0, 4).join(', ') + (session.models.length > 4 ? ', …' : '');
  const facts = [
    report.started,
    models,
    session.service,
    session.key !== session.agent ? session.key : '',
    session.id.slice(0, 12),
  ];
  byId('who').replaceChildren(...[...new Set(facts.filter(Boolean))].map((text) => make('span', 'u', textOf(text))));
}

function drawTiles() {
  const session = report.session;
  const usage = session.usage;
  const input = usage.input + usage.cache_read + usage.cache_write;
  const output = usage.output + usage.reasoning;
  const kind = {
    reported: 'told by the source',
    computed: 'from list prices',
    partial: 'a lower bound',
    unpriced: 'no price is known',
  };
  const tiles = [
    tile('Duration', durationText(report.length)),
    tile(
      'Steps',
      countText(session.steps),
      `${amountText(session.llm_calls, 'call')}, ${amountText(session.tool_calls, 'tool call')}`,
    ),
    tile(
      'Input tokens',
      shortCount(input),
      `${shortCount(usage.input)} uncached, ${shortCount(usage.cache_read)} read, ` +
        `${shortCount(usage.cache_write)} written`,
    ),
    tile(
      'Output tokens',
      shortCount(output),
      `${shortCount(usage.output)} visible, ${shortCount(usage.reasoning)} reasoning`,
    ),
    tile('Cache hit', report.cache_hit, 'of all input'),
    tile('Cost', costText(session.cost_kind, session.cost_usd ?? undefined), kind[session.cost_kind]),
    tile('Errors', countText(session.errors), session.errors ? 'where they began' : '', session.errors ? 'bad' : ''),
  ];
  if (report.score)
    tiles.push(tile('Health', `${report.score.points} / 100`, report.score.rating, `rating-${report.score.rating}`));
  byId('tiles').replaceChildren(...tiles);
  byId('notes').replaceChildren(...report.notes.map((note) => make('li', 'u', textOf(note))));
  byId('notes').hidden = report.notes.length === 0;
}

function findingPlaces(finding) {
  const places = make('p', 'places');
  for (const [row, tool] of finding.places) {
    const link = make(
      'a',
      'place',
      rowName(report.rows[row]) + (tool >= 0 ? `, ${textOf(report.rows[row].tools[tool]?.name)}` : ''),
    );
    link.href = `#${placeName(row, tool)}`;
    places.append(link);
  }
  if (finding.places_left_out) places.append(make('span', 'dim', `and ${countText(finding.places_left_out)} more`));
  return places;
}

function findingWaste(finding) {
  const parts = [];
  if (finding.tokens > 0) parts.push(`${shortCount(finding.tokens)} tokens`);
  if (finding.cost > 0) parts.push(costText(finding.cost_kind, finding.cost));
  if (finding.duration > 0) parts.push(durationText(finding.duration));
  return parts.length ? `cost ${parts.join(', ')}` : '';
}

function findingItem(finding, index) {
  const item = make('li', `finding sev-${finding.severity}`);
  item.id = `finding-${index + 1}`;
  item.tabIndex = -1;
  const waste = findingWaste(finding);
  item.append(
    make(
      'div',
      'finding-head',
      make('span', `badge sev-${finding.severity}`, finding.severity),
      make('strong', 'u', textOf(finding.title)),
      waste ? make('span', 'dim', waste) : null,
      make('code', 'rule', finding.rule),
    ),
  );
  if (textOf(finding.evidence)) item.append(make('p', 'u', textOf(finding.evidence)));
  if (finding.places.length) item.append(findingPlaces(finding));
  if (finding.fixes.length) {
    const fixes = make('ul', 'fixes');
    for (const fix of finding.fixes) fixes.append(make('li', 'u', textOf(fix)));
    item.append(make('details', '', make('summary', '', 'What to do'), fixes));
  }
  return item;
}

const findingsAtFirst = 3;

function drawFindings() {
  const list = byId('finding-list');
  if (report.findings.length === 0) {
    list.replaceWith(make('p', 'note', 'Nothing was found that is worth a word.'));
    return;
  }
  const show = (count) => list.replaceChildren(...report.findings.slice(0, count).map(findingItem));
  show(findingsAtFirst);
  const rest = report.findings.length - findingsAtFirst;
  if (rest <= 0) return;
  const more = makeButton('quiet', `Show ${countText(rest)} more`, () => {
    show(report.findings.length);
    more.remove();
  });
  more.id = 'more-findings';
  list.after(more);
}

function drawTools() {
  if (report.tools.length === 0) {
    byId('tool-table').append(make('p', 'note', 'No tool was called.'));
    return;
  }
  const longest = Math.max(...report.tools.map((tool) => tool.total), 1);
  const body = make('tbody', '');
  for (const tool of report.tools) {
    const bar = make('span', 'tool-bar');
    bar.style.width = `${(100 * tool.total) / longest}%`;
    const name = make('th', 'u', textOf(tool.name));
    name.scope = 'row';
    body.append(
      make(
        'tr',
        '',
        name,
        make('td', 'number', countText(tool.calls)),
        make('td', tool.errors ? 'number bad-text' : 'number', countText(tool.errors)),
        make('td', 'number', durationText(tool.total / Math.max(tool.calls, 1))),
        make('td', 'number', durationText(tool.longest)),
        make('td', 'number', durationText(tool.total)),
        make('td', 'bar-cell', bar),
      ),
    );
  }
  const head = make('tr', '');
  for (const label of ['Tool', 'Calls', 'Errors', 'Average', 'Longest', 'Total', '']) {
    const cell = make(label ? 'th' : 'td', label === 'Tool' || !label ? '' : 'number', label);
    if (label) cell.scope = 'col';
    head.append(cell);
  }
  byId('tool-table').append(make('div', 'scroll', make('table', '', make('thead', '', head), body)));
}

function drawFoot() {
  const left = report.left_out;
  const said = [];
  if (left.rows)
    said.push(`The first ${countText(report.rows.length)} steps and calls are here, ${countText(left.rows)} are not.`);
  if (left.bars)
    said.push(
      `The timeline has the longest ${countText(report.bars.length)} spans, ${countText(left.bars)} are not drawn.`,
    );
  if (left.tools) said.push(`${amountText(left.tools, 'more tool')} with few calls left out.`);
  if (left.findings) said.push(`${amountText(left.findings, 'more finding')} left out.`);
  if (left.texts) {
    said.push(
      `${amountText(left.texts, 'text')} longer than ${bytesText(left.text_bytes_max)} cut; ` +
        'strobe show --view transcript -v has them whole.',
    );
  }
  byId('foot').append(
    ...said.map((text) => make('p', '', text)),
    make('p', 'dim', `Session ${report.session.id}. Made by strobe; this file needs no network and sends nothing.`),
  );
}
