// Messages, arguments and results.

// JSON laid out over lines, without reading its numbers: a large one would lose digits. What is no whole JSON stays.
function laidOut(text) {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) || [];
  let out = '';
  let depth = 0;
  const lineBreak = () => `\n${'  '.repeat(Math.min(depth, 40))}`;
  for (let i = 0; i < tokens.length; ++i) {
    const token = tokens[i];
    const closes = token === '}' || token === ']';
    const isEmpty = (token === '{' || token === '[') && (tokens[i + 1] === '}' || tokens[i + 1] === ']');
    if (isEmpty) {
      out += token + tokens[++i];
    } else if (token === '{' || token === '[') {
      ++depth;
      out += token + lineBreak();
    } else if (closes) {
      --depth;
      out += lineBreak() + token;
    } else if (token === ',') {
      out += token + lineBreak();
    } else {
      out += token === ':' ? ': ' : token;
    }
  }
  return out;
}

const shortLines = 14;
const shortCharacters = 1400;

// A text as it is, folded when it is long, with a note when the report has only its beginning.
function textBlock(text, isJson, className) {
  const whole = textOf(text);
  const block = make('div', 'text-block');
  const pre = make('pre', className || '', isJson ? laidOut(whole) : whole);
  pre.tabIndex = 0;
  block.append(pre);
  const lines = pre.textContent.split('\n', shortLines + 1).length;
  if (lines > shortLines || pre.textContent.length > shortCharacters) {
    pre.classList.add('folded');
    const more = makeButton('more', 'Show all', () => {
      const isFolded = pre.classList.toggle('folded');
      more.textContent = isFolded ? 'Show all' : 'Show less';
      more.setAttribute('aria-expanded', String(!isFolded));
    });
    more.setAttribute('aria-expanded', 'false');
    block.append(more);
  }
  const bytes = bytesCut(text);
  if (bytes > 0) {
    block.append(make('p', 'cut', `cut here: the report has the beginning of ${bytesText(bytes)}`));
  }
  return block;
}

function labelled(label, ...content) {
  return make('div', 'labelled', make('div', 'label', label), ...content);
}

// A result that the report shows with its tool.
function toolLink(row, tool, text) {
  const link = make('a', 'place', text);
  link.href = `#${placeName(row, tool)}`;
  return link;
}

function partBlock(part) {
  if (part.type === 'text') return textBlock(part.text, false);
  if (part.type === 'reasoning') return labelled('reasoning', textBlock(part.text, false, 'reasoning'));
  if (part.type === 'tool_call') {
    return labelled(`calls ${textOf(part.name) || 'a tool'}`, textBlock(part.payload, part.payload_json));
  }
  if (part.type === 'tool_result' && part.of_row !== undefined) {
    const place = toolLink(part.of_row, part.of_tool, `shown with ${rowName(report.rows[part.of_row]).toLowerCase()}`);
    return make('p', 'note', `result of ${textOf(part.name) || 'a tool'}, `, place);
  }
  if (part.type === 'tool_result') {
    const label = part.is_error ? 'result, a failure' : 'result';
    return labelled(`${label} ${textOf(part.name)}`, textBlock(part.payload, part.payload_json));
  }
  if (part.type === 'media') {
    const about = [textOf(part.mime), part.bytes ? bytesText(part.bytes) : '', textOf(part.uri)];
    return make('p', 'note', `media: ${about.filter(Boolean).join(', ') || 'without content'}`);
  }
  return labelled(textOf(part.name) || 'other', textBlock(part.payload, part.payload_json));
}

function messageBlock(message) {
  const role = textOf(message.role) || 'message';
  const known = ['system', 'developer', 'user', 'assistant', 'tool'].includes(role) ? role : 'other';
  const head = make('div', `role role-${known}`, role);
  if (message.name) head.append(make('span', 'role-name', textOf(message.name)));
  if (message.state) head.append(make('span', 'badge', message.state));
  const block = make('div', 'message', head, ...message.parts.map(partBlock));
  if (message.parts_left_out) block.append(make('p', 'cut', `${amountText(message.parts_left_out, 'part')} left out`));
  return block;
}
