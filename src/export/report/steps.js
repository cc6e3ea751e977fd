// The list of rows. Only what is near the window exists as elements: rows stand in chunks, and a chunk that goes out of
// sight leaves an empty box of its height.

const chunkRows = 25;
const nearby = '800px';
const rowHeightGuess = 41;

class StepList {
  constructor(list) {
    this.list = list;
    this.opened = new Set(); // rows that differ from `allOpen`
    this.allOpen = false;
    this.shown = report.rows.map((_, index) => index);
    this.chunks = [];
    this.observer = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: `${nearby} 0px` });
    this.rebuild();
  }

  isOpen(index) {
    return this.allOpen !== this.opened.has(index);
  }

  rebuild() {
    this.observer.disconnect();
    this.chunks = [];
    for (let first = 0; first < this.shown.length; first += chunkRows) {
      const rows = this.shown.slice(first, first + chunkRows);
      const box = make('div', 'chunk');
      const chunk = { box, rows, isFilled: false, height: rows.length * rowHeightGuess };
      box.style.height = `${chunk.height}px`;
      box.chunk = chunk;
      this.chunks.push(chunk);
    }
    this.list.replaceChildren(...this.chunks.map((chunk) => chunk.box));
    if (this.shown.length === 0) this.list.append(make('p', 'note', 'Nothing here.'));
    for (const chunk of this.chunks) this.observer.observe(chunk.box);
  }

  seen(entries) {
    for (const entry of entries) {
      const chunk = entry.target.chunk;
      if (entry.isIntersecting) this.fill(chunk);
      else if (chunk.isFilled && !chunk.box.contains(document.activeElement)) this.empty(chunk);
    }
  }

  fill(chunk) {
    if (chunk.isFilled) return;
    chunk.isFilled = true;
    chunk.box.replaceChildren(...chunk.rows.map((index) => this.row(index)));
    chunk.box.style.height = '';
  }

  empty(chunk) {
    chunk.isFilled = false;
    chunk.box.style.height = `${chunk.box.offsetHeight}px`;
    chunk.box.replaceChildren();
  }

  row(index) {
    const row = report.rows[index];
    const severity = worstSeverity(row);
    const box = make(
      'div',
      `row${severity ? ` has-finding sev-${severity}` : ''}${rowHasError(row) ? ' has-error' : ''}`,
    );
    box.dataset.place = placeName(index, -1);
    const button = makeButton('row-head', null, () => this.toggle(index, box));
    button.append(...rowHead(row));
    const heading = make('h3', 'row-title', button);
    box.append(heading);
    this.show(index, box);
    return box;
  }

  // Makes what is below the row's head what it should be.
  show(index, box) {
    const isOpen = this.isOpen(index);
    const button = box.querySelector('.row-head');
    const body = box.querySelector('.row-body');
    button.setAttribute('aria-expanded', String(isOpen));
    if (isOpen && !body) box.append(rowBody(report.rows[index], index));
    if (!isOpen && body) body.remove();
  }

  toggle(index, box) {
    if (!this.opened.delete(index)) this.opened.add(index);
    this.show(index, box);
  }

  openAll(isOpen) {
    this.allOpen = isOpen;
    this.opened.clear();
    this.rebuild();
  }

  filter(keeps) {
    this.shown = [];
    report.rows.forEach((row, index) => {
      if (keeps(row)) this.shown.push(index);
    });
    this.rebuild();
  }

  // Opens a row, or one of its tools, and brings it into sight.
  jump(index, tool) {
    const at = this.shown.indexOf(index);
    if (at < 0) return false;
    const chunk = this.chunks[Math.floor(at / chunkRows)];
    if (!this.isOpen(index)) this.opened.has(index) ? this.opened.delete(index) : this.opened.add(index);
    this.fill(chunk);
    const box = chunk.box.children[at % chunkRows];
    this.show(index, box);
    const target = (tool >= 0 && [...box.querySelectorAll('.tool')][tool]) || box;
    box.querySelector('.row-head').focus({ preventScroll: true });
    target.classList.remove('flash');
    this.bringIntoSight(target, 12);
    return true;
  }

  // Chunks around the target change their height when they are filled: until it stays, it is sought again.
  bringIntoSight(target, tries) {
    target.scrollIntoView({ block: 'start' });
    const top = target.getBoundingClientRect().top;
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const moved = Math.abs(target.getBoundingClientRect().top - top);
        if (tries > 0 && (moved > 1 || tries > 10)) this.bringIntoSight(target, tries - 1);
        else target.classList.add('flash');
      }),
    );
  }
}

// Everything that is said in a row, for the filter.
function rowText(row) {
  const texts = [rowName(row), row.name, row.model, row.agent, row.error, row.finish];
  for (const tool of row.tools) texts.push(tool.name, tool.arguments, tool.result, tool.error);
  for (const number of [...(row.messages || []), ...(row.answers || [])]) {
    for (const part of report.messages[number].parts) texts.push(part.text, part.name, part.payload);
  }
  return texts.map(textOf).join('\n').toLowerCase();
}

function stepBar(list) {
  const search = make('input', 'search');
  search.type = 'search';
  search.placeholder = 'Find in steps';
  search.setAttribute('aria-label', 'Find in steps');
  const which = make('select', '');
  which.setAttribute('aria-label', 'Which steps');
  for (const [value, label] of [
    ['all', 'All'],
    ['errors', 'With errors'],
    ['findings', 'With findings'],
  ]) {
    const option = make('option', '', label);
    option.value = value;
    which.append(option);
  }
  const told = make('span', 'dim told');
  const apply = () => {
    const words = search.value.trim().toLowerCase();
    list.filter(
      (row) =>
        (which.value !== 'errors' || rowHasError(row)) &&
        (which.value !== 'findings' || (row.findings || []).length > 0) &&
        (!words || rowText(row).includes(words)),
    );
    told.textContent = `${countText(list.shown.length)} of ${countText(report.rows.length)}`;
  };
  let waiting = 0;
  search.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 200);
  });
  which.addEventListener('change', apply);
  const reset = () => {
    search.value = '';
    which.value = 'all';
    apply();
  };
  apply();
  byId('step-bar').append(
    search,
    which,
    told,
    make('span', 'gap'),
    makeButton('quiet', 'Open all', () => list.openAll(true)),
    makeButton('quiet', 'Close all', () => list.openAll(false)),
  );
  return reset;
}
