// One line of the list of steps, and what opens below it.

// The name of a row, or of a tool in it, behind the # of an address.
function placeName(index, tool) {
  const row = report.rows[index];
  const name = row.type === 'step' ? `step-${row.step}` : `row-${index + 1}`;
  return tool >= 0 ? `${name}-tool-${tool + 1}` : name;
}

const rowOfStep = new Map();
report.rows.forEach((row, index) => {
  if (row.type === 'step') rowOfStep.set(row.step, index);
});

// [row, tool] that an address names, tool -1 when it names none; null: it names nothing here.
function placeOf(hash) {
  const match = /^#(step|row)-(\d{1,9})(?:-tool-(\d{1,9}))?$/.exec(hash);
  if (!match) return null;
  const index = match[1] === 'step' ? rowOfStep.get(Number(match[2])) : Number(match[2]) - 1;
  if (index === undefined || index < 0 || index >= report.rows.length) return null;
  const tool = match[3] ? Number(match[3]) - 1 : -1;
  return [index, tool < report.rows[index].tools.length ? tool : -1];
}

function toolText(tool) {
  const about = textOf(tool.about);
  return textOf(tool.name) + (about ? `(${about})` : '');
}

// What the row is about: the model and the tools it asked for.
function rowSubject(row) {
  const subject = make('span', 'what');
  const first = row.type === 'step' || row.type === 'call' ? textOf(row.model) || textOf(row.name) : '';
  if (row.type === 'other') subject.append(make('span', 'u', textOf(row.name)));
  if (first) subject.append(make('span', 'model u', first));
  for (const tool of row.tools.slice(0, 3)) {
    subject.append(make('span', tool.error ? 'tool-name failed u' : 'tool-name u', toolText(tool)));
  }
  const more = row.tools.length - 3 + (row.tools_left_out || 0);
  if (more > 0) subject.append(make('span', 'dim', `+${countText(more)}`));
  return subject;
}

function worstSeverity(row) {
  const order = ['low', 'medium', 'high', 'critical'];
  const levels = (row.findings || []).map((number) => order.indexOf(report.findings[number].severity));
  return levels.length ? order[Math.max(...levels)] : '';
}

function rowHasError(row) {
  return Boolean(row.error) || row.tools.some((tool) => tool.error);
}

function rowMarks(row) {
  const marks = make('span', 'marks');
  if (row.error) marks.append(make('span', 'badge bad', 'error'));
  else if (row.tools.some((tool) => tool.error)) marks.append(make('span', 'badge bad', 'tool error'));
  const severity = worstSeverity(row);
  if (severity) marks.append(make('span', `badge sev-${severity}`, amountText(row.findings.length, 'finding')));
  if (row.open) marks.append(make('span', 'badge', 'never ended'));
  return marks;
}

// Cached, fresh and output side by side, as wide as the largest step is long.
function tokenBar(row) {
  const cell = make('span', 'tokens');
  if (!row.usage) return cell;
  const parts = [
    ['cached', row.usage[1]],
    ['fresh', freshOf(row.usage)],
    ['output', outputOf(row.usage)],
  ];
  const bar = make('span', 'mini');
  for (const [name, tokens] of parts) {
    const part = make('span', `mini-${name}`);
    part.style.width = `${(100 * tokens) / Math.max(largestTotal(), 1)}%`;
    bar.append(part);
  }
  cell.append(bar, make('span', 'number', shortCount(inputOf(row.usage) + outputOf(row.usage))));
  return cell;
}

let largest = -1;
function largestTotal() {
  if (largest < 0) {
    largest = report.rows.reduce(
      (max, row) => (row.usage ? Math.max(max, inputOf(row.usage) + outputOf(row.usage)) : max),
      0,
    );
  }
  return largest;
}

function rowHead(row) {
  return [
    make('span', 'name', rowName(row)),
    rowSubject(row),
    rowMarks(row),
    tokenBar(row),
    make('span', 'number time', durationText(rowDuration(row))),
    make('span', 'number money', row.usage ? costText(row.cost_kind, row.cost) : ''),
  ];
}

// From the call's start to the end of the last tool it asked for.
function rowDuration(row) {
  return row.tools.reduce((longest, tool) => Math.max(longest, tool.start + tool.duration - row.start), row.duration);
}

function fact(list, label, text) {
  if (!text) return;
  list.append(make('div', '', make('dt', '', label), make('dd', 'u', text)));
}

function rowFacts(row) {
  const list = make('dl', 'facts');
  fact(list, 'starts', `+${durationText(row.start)}`);
  fact(list, row.type === 'step' || row.type === 'call' ? 'call took' : 'took', durationText(row.duration));
  if (row.first_token) fact(list, 'first token', durationText(row.first_token));
  if (row.usage) {
    const [input, read, write, output, reasoning] = row.usage.map(countText);
    fact(list, 'input', `${input} uncached, ${read} read from cache, ${write} written to it`);
    fact(list, 'output', `${output} visible, ${reasoning} reasoning`);
    fact(list, 'cache hit', percentText(row.usage[1], inputOf(row.usage)));
    fact(list, 'cost', costText(row.cost_kind, row.cost));
    if (!row.counted) fact(list, 'counted', 'no: another span speaks for these tokens');
  }
  fact(list, 'agent', textOf(row.agent));
  fact(list, 'provider', textOf(row.provider));
  fact(list, 'ended by', textOf(row.finish));
  if (row.lane) fact(list, 'lane', String(row.lane));
  fact(list, 'span', row.id);
  return list;
}

function findingNote(number) {
  const finding = report.findings[number];
  const link = make('a', 'place', textOf(finding.title));
  link.href = `#finding-${number + 1}`;
  return make(
    'p',
    `finding-note sev-${finding.severity}`,
    make('span', `badge sev-${finding.severity}`, finding.severity),
    link,
  );
}

function messagesOf(row) {
  const parts = [];
  if (row.sees_unknown) {
    const basis = row.basis && row.basis !== 'complete' ? ` (${row.basis})` : '';
    parts.push(make('p', 'note', `What this call saw was not recorded${basis}.`));
  }
  const messages = row.messages || [];
  const sentBack = row.sent_back || 0;
  if (messages.length > sentBack || row.messages_left_out || row.repeated)
    parts.push(make('h4', '', 'New to the model'));
  if (row.messages_left_out) {
    parts.push(make('p', 'cut', `${amountText(row.messages_left_out, 'earlier message')} left out`));
  }
  if (row.repeated) {
    parts.push(
      make('p', 'note', `The context was rewritten: ${amountText(row.repeated, 'message')} of before came again.`),
    );
  }
  if (sentBack > 0) {
    parts.push(make('p', 'note', 'First, sent back, what it answered the last time.'));
  }
  for (const number of messages.slice(sentBack)) parts.push(messageBlock(report.messages[number]));
  if (row.answers) parts.push(make('h4', '', 'Answer'));
  for (const number of row.answers || []) parts.push(messageBlock(report.messages[number]));
  return parts;
}

function toolBlock(tool, index, number) {
  const head = make(
    'div',
    'tool-head',
    make('span', 'tool-name u', toolText(tool)),
    make('span', 'number', durationText(tool.duration)),
    make('span', 'dim', `starts +${durationText(tool.start)}`),
  );
  if (tool.error) head.append(make('span', 'badge bad', 'error'));
  if (tool.open) head.append(make('span', 'badge', 'never ended'));
  const block = make('div', tool.error ? 'tool failed' : 'tool', head);
  block.dataset.place = placeName(index, number);
  if (tool.error) block.append(make('p', 'error u', textOf(tool.error)));
  if (tool.arguments !== undefined) block.append(labelled('arguments', textBlock(tool.arguments, tool.arguments_json)));
  if (tool.result !== undefined) block.append(labelled('result', textBlock(tool.result, tool.result_json)));
  if (tool.arguments === undefined && tool.result === undefined) {
    block.append(make('p', 'note', 'Arguments and result were not recorded.'));
  }
  return block;
}

function rowBody(row, index) {
  const body = make('div', 'row-body');
  for (const number of row.findings || []) body.append(findingNote(number));
  if (row.error) body.append(make('p', 'error u', textOf(row.error)));
  body.append(rowFacts(row), ...messagesOf(row));
  if (row.tools.length) body.append(make('h4', '', row.type === 'tool' ? 'Tool' : 'Tools it asked for'));
  row.tools.forEach((tool, number) => body.append(toolBlock(tool, index, number)));
  if (row.tools_left_out)
    body.append(make('p', 'cut', `${amountText(row.tools_left_out, 'more call')} of tools left out`));
  return body;
}
