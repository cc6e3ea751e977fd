// The charts of tokens and cost: bars a step, or a few steps where there are more than the chart is wide.

const chartHeight = 190;
const chartSpace = { left: 46, right: 8, top: 10, bottom: 22 };

// A round number not below `value`: 1, 2 or 5 and zeros.
function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  for (const factor of [1, 2, 5, 10]) {
    if (factor * power >= value * 0.9999) return factor * power;
  }
  return 10 * power;
}

// `series`: [{name, className, of(row)}]; `rows`: indexes of rows. Draws anew when the width changes.
class BarChart {
  constructor(box, { rows, series, label, axisText, tipLines, onPick }) {
    Object.assign(this, { box, rows, series, label, axisText, tipLines, onPick, picked: -1 });
    if (rows.length === 0) {
      box.append(make('p', 'note', 'No call told what to draw here.'));
      return;
    }
    this.legend();
    this.area = make('div', 'chart-area');
    box.append(this.area);
    this.width = 0;
    new ResizeObserver(() => this.draw()).observe(box);
    this.draw();
  }

  legend() {
    if (this.series.length < 2) return;
    const legend = make('div', 'legend');
    for (const { name, className } of this.series) {
      legend.append(make('span', 'legend-item', make('span', `swatch ${className}`), name));
    }
    this.box.append(legend);
  }

  // The bars: the average of the rows that share one.
  bins(room) {
    const most = Math.max(1, Math.floor(room / 3));
    const each = Math.ceil(this.rows.length / most);
    const bins = [];
    for (let first = 0; first < this.rows.length; first += each) {
      const rows = this.rows.slice(first, first + each);
      const values = this.series.map(
        ({ of }) => rows.reduce((sum, row) => sum + of(report.rows[row]), 0) / rows.length,
      );
      bins.push({ rows, values, total: values.reduce((sum, value) => sum + value, 0) });
    }
    return bins;
  }

  draw() {
    const width = Math.floor(this.box.clientWidth);
    if (width === this.width || width < 60) return;
    this.width = width;
    const room = width - chartSpace.left - chartSpace.right;
    this.data = this.bins(room);
    this.slot = room / this.data.length;
    this.top = roundUp(this.data.reduce((max, bin) => Math.max(max, bin.total), 0));
    const drawing = svg('svg', {
      viewBox: `0 0 ${width} ${chartHeight}`,
      width,
      height: chartHeight,
      role: 'img',
      tabindex: 0,
    });
    drawing.setAttribute('aria-label', this.label);
    this.drawAxes(drawing, width);
    this.drawBars(drawing);
    this.cursor = svg('rect', {
      class: 'cursor',
      y: chartSpace.top,
      height: this.plotHeight(),
      width: Math.max(this.slot, 2),
      x: -99,
    });
    drawing.append(this.cursor);
    this.listen(drawing);
    this.area.replaceChildren(drawing);
  }

  plotHeight() {
    return chartHeight - chartSpace.top - chartSpace.bottom;
  }

  yOf(value) {
    return chartSpace.top + this.plotHeight() * (1 - value / this.top);
  }

  drawAxes(drawing, width) {
    for (const share of [0, 0.5, 1]) {
      const y = this.yOf(this.top * share);
      drawing.append(svg('line', { class: 'grid', x1: chartSpace.left, x2: width - chartSpace.right, y1: y, y2: y }));
      const text = svg('text', { class: 'axis', x: chartSpace.left - 6, y: y + 4, 'text-anchor': 'end' });
      text.textContent = this.axisText(this.top * share);
      drawing.append(text);
    }
    const ends = [
      [this.rows[0], chartSpace.left, 'start'],
      [this.rows.at(-1), width - chartSpace.right, 'end'],
    ];
    for (const [row, x, anchor] of this.rows.length > 1 ? ends : ends.slice(0, 1)) {
      const text = svg('text', { class: 'axis', x, y: chartHeight - 6, 'text-anchor': anchor });
      text.textContent = rowName(report.rows[row]).toLowerCase();
      drawing.append(text);
    }
  }

  drawBars(drawing) {
    const gap = this.slot > 6 ? Math.min(this.slot * 0.2, 6) : 0;
    const barWidth = Math.min(Math.max(this.slot - gap, 1), 48);
    const base = this.data.map(() => 0);
    this.series.forEach(({ className }, s) => {
      let path = '';
      this.data.forEach((bin, i) => {
        if (bin.values[s] <= 0) return;
        const x = chartSpace.left + i * this.slot + (this.slot - barWidth) / 2;
        const from = this.yOf(base[i]);
        base[i] += bin.values[s];
        path += `M${x.toFixed(1)} ${from.toFixed(1)}V${this.yOf(base[i]).toFixed(1)}h${barWidth.toFixed(1)}V${from.toFixed(1)}Z`;
      });
      drawing.append(svg('path', { class: `bars ${className}`, d: path }));
    });
  }

  pick(index, x, y) {
    this.picked = Math.max(0, Math.min(this.data.length - 1, index));
    const bin = this.data[this.picked];
    this.cursor.setAttribute('x', chartSpace.left + this.picked * this.slot);
    const first = rowName(report.rows[bin.rows[0]]);
    const isOne = bin.rows.length === 1;
    const head = isOne ? first : `${first} to ${rowName(report.rows[bin.rows.at(-1)]).toLowerCase()}, on average`;
    showTip(x, y, [head, ...this.tipLines(bin)]);
  }

  listen(drawing) {
    const place = (event) =>
      Math.floor((event.clientX - drawing.getBoundingClientRect().left - chartSpace.left) / this.slot);
    drawing.addEventListener('pointermove', (event) => this.pick(place(event), event.clientX, event.clientY));
    const leave = () => {
      hideTip();
      this.cursor.setAttribute('x', -99);
    };
    drawing.addEventListener('pointerleave', leave);
    drawing.addEventListener('blur', leave);
    drawing.addEventListener('click', (event) => {
      this.pick(place(event), event.clientX, event.clientY);
      this.onPick(this.data[this.picked].rows[0]);
    });
    drawing.addEventListener('keydown', (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step === undefined && event.key !== 'Enter') return;
      event.preventDefault();
      const edge = drawing.getBoundingClientRect();
      const at = this.picked < 0 ? 0 : this.picked + (step || 0);
      if (step) this.pick(at, edge.left + chartSpace.left + Math.max(at, 0) * this.slot, edge.top + 20);
      else if (this.picked >= 0) this.onPick(this.data[this.picked].rows[0]);
    });
  }
}
