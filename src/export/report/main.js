// Puts the page together.

function drawCharts(jump) {
  const rows = [];
  report.rows.forEach((row, index) => {
    if (row.usage && row.counted) rows.push(index);
  });
  const times = (bin, of) =>
    shortCount(bin.rows.reduce((sum, row) => sum + of(report.rows[row].usage), 0) / bin.rows.length);
  new BarChart(byId('token-chart'), {
    rows,
    label: 'Tokens per step: cached input, fresh input, output. Arrow keys go through the steps, Enter opens one.',
    series: [
      { name: 'cached input', className: 'cached', of: (row) => row.usage[1] },
      { name: 'fresh input', className: 'fresh', of: (row) => freshOf(row.usage) },
      { name: 'output', className: 'output', of: (row) => outputOf(row.usage) },
    ],
    axisText: shortCount,
    tipLines: (bin) => [
      `cached ${times(bin, (usage) => usage[1])}`,
      `fresh ${times(bin, freshOf)}`,
      `output ${times(bin, outputOf)}`,
    ],
    onPick: jump,
  });
  const soFar = new Map();
  let sum = 0;
  for (const row of rows) soFar.set(row, (sum += report.rows[row].cost || 0));
  const kind = report.session.cost_kind;
  new BarChart(byId('cost-chart'), {
    rows: kind === 'unpriced' ? [] : rows,
    label: 'Cost per step. Arrow keys go through the steps, Enter opens one.',
    series: [{ name: 'cost', className: 'cost', of: (row) => row.cost || 0 }],
    axisText: (usd) => (usd === 0 ? '$0' : `$${Number(usd.toPrecision(2))}`),
    tipLines: (bin) => [costText(kind, bin.total), `so far ${costText(kind, soFar.get(bin.rows.at(-1)))}`],
    onPick: jump,
  });
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

function setUpTheme(timeline) {
  const button = byId('theme');
  const tell = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
    timeline.draw();
  };
  button.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    tell();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', tell);
  tell();
}

function drawNav() {
  const parts = [
    ['findings', `Findings ${countText(report.findings.length)}`],
    ['tokens', 'Tokens'],
    ['cost', 'Cost'],
    ['timeline', 'Timeline'],
    ['tools', `Tools ${countText(report.tools.length)}`],
    ['steps', `Steps ${countText(report.session.steps)}`],
  ];
  for (const [id, label] of parts) {
    const link = make('a', '', label);
    link.href = `#${id}`;
    byId('nav').append(link);
  }
}

function jumpToFinding(hash) {
  const match = /^#finding-(\d{1,6})$/.exec(hash);
  if (!match) return false;
  if (Number(match[1]) > findingsAtFirst) byId('more-findings')?.click();
  const item = byId(hash.slice(1));
  if (!item) return false;
  item.scrollIntoView({ block: 'center' });
  item.focus({ preventScroll: true });
  item.classList.add('flash');
  return true;
}

function start() {
  drawHead();
  drawTiles();
  drawFindings();
  drawTools();
  drawFoot();
  drawNav();
  const list = new StepList(byId('step-list'));
  const showEverything = stepBar(list);
  const jump = (row, tool = -1) => {
    if (list.jump(row, tool)) return;
    showEverything();
    list.jump(row, tool);
  };
  drawCharts(jump);
  setUpTheme(new Timeline(byId('timeline-view'), jump));
  const follow = () => {
    const place = placeOf(location.hash);
    if (place) jump(place[0], place[1]);
    else jumpToFinding(location.hash);
  };
  window.addEventListener('hashchange', follow);
  // A link to where one is already changes no address.
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a.place');
    if (link && link.hash === location.hash) follow();
  });
  if (location.hash) follow();
}

start();
