// The timeline: bars by the real times, a track an agent. Drawn on a canvas, for there may be very many.

const barHeight = 14;
const trackGap = 8;
const trackHead = 17;
const timelineMax = 640;
const axisHeight = 20;
const kindColors = { llm: '--llm', tool: '--tool', agent: '--agent', embedding: '--llm', run: '--agent' };

// Between two marks of the axis: not less than `us`, and a time that people count in.
function timeStep(us) {
  const seconds = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
  const round = seconds.find((step) => step * 1e6 >= us);
  return us < 5e5 || !round ? roundUp(us) : round * 1e6;
}

// A bar is [track, line, start, duration, kind, row, tool, name, failed].
class Timeline {
  constructor(box, onPick) {
    this.box = box;
    this.onPick = onPick;
    this.length = Math.max(report.length, 1);
    this.from = 0;
    this.to = this.length;
    this.tops = [];
    this.placeTracks();
    this.canvas = make('canvas', 'lanes');
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute(
      'aria-label',
      `Timeline of ${amountText(report.bars.length, 'span')} over ${durationText(this.length)}. ` +
        'Arrow keys move, plus and minus zoom. The steps below tell the same in words.',
    );
    this.scroller = make('div', 'lanes-box', this.canvas);
    box.append(this.controls(), this.scroller);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(box);
  }

  placeTracks() {
    let top = axisHeight;
    report.tracks.forEach((track, index) => {
      this.tops[index] = top;
      if (track.lines > 0) top += trackHead + track.lines * (barHeight + 2) + trackGap;
    });
    this.height = top;
    this.byTrack = report.tracks.map(() => []);
    for (const bar of report.bars) this.byTrack[bar[0]].push(bar);
  }

  controls() {
    const bar = make('div', 'lanes-bar');
    const legend = make('div', 'legend');
    for (const [name, className] of [
      ['model', 'kind-llm'],
      ['tool', 'kind-tool'],
      ['agent', 'kind-agent'],
      ['other', 'kind-other'],
      ['failed', 'kind-failed'],
    ]) {
      legend.append(make('span', 'legend-item', make('span', `swatch ${className}`), name));
    }
    const zoom = (factor) => () => this.zoom(factor, (this.from + this.to) / 2);
    const buttons = [
      ['−', 'Zoom out', zoom(2)],
      ['+', 'Zoom in', zoom(0.5)],
      ['Whole', 'Show the whole run', () => this.show(0, this.length)],
    ];
    bar.append(legend, make('span', 'gap'));
    for (const [label, name, act] of buttons) {
      const button = makeButton('quiet', label, act);
      button.setAttribute('aria-label', name);
      bar.append(button);
    }
    return bar;
  }

  show(from, to) {
    const span = Math.min(Math.max(to - from, 10), this.length);
    this.from = Math.max(0, Math.min(from, this.length - span));
    this.to = this.from + span;
    this.draw();
  }

  zoom(factor, around) {
    const span = (this.to - this.from) * factor;
    const share = (around - this.from) / (this.to - this.from);
    this.show(around - span * share, around + span * (1 - share));
  }

  xOf(time) {
    return ((time - this.from) / (this.to - this.from)) * this.width;
  }

  timeAt(x) {
    return this.from + (x / this.width) * (this.to - this.from);
  }

  color(name) {
    return this.style.getPropertyValue(name).trim();
  }

  draw() {
    this.width = Math.floor(this.box.clientWidth);
    if (this.width < 60) return;
    this.style = getComputedStyle(document.documentElement);
    const scale = Math.min(window.devicePixelRatio || 1, 2);
    const shown = Math.min(this.height, timelineMax * 4);
    this.canvas.width = this.width * scale;
    this.canvas.height = shown * scale;
    this.canvas.style.width = `${this.width}px`;
    this.canvas.style.height = `${shown}px`;
    const pen = this.canvas.getContext('2d');
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.font = '11px system-ui, sans-serif';
    pen.textBaseline = 'middle';
    this.drawAxis(pen, shown);
    report.tracks.forEach((track, index) => this.drawTrack(pen, track, index));
  }

  drawAxis(pen, height) {
    const step = timeStep(((this.to - this.from) * 90) / this.width);
    pen.strokeStyle = this.color('--line');
    pen.fillStyle = this.color('--dim');
    for (let time = Math.ceil(this.from / step) * step; time <= this.to; time += step) {
      const x = this.xOf(time);
      pen.beginPath();
      pen.moveTo(x, axisHeight - 4);
      pen.lineTo(x, height);
      pen.stroke();
      pen.textAlign = x > this.width - 30 ? 'right' : 'left';
      pen.fillText(time === 0 ? '0' : durationText(time), Math.max(2, x - (pen.textAlign === 'left' ? 2 : 0)), 8);
    }
    pen.textAlign = 'left';
  }

  drawTrack(pen, track, index) {
    if (track.lines === 0) return;
    const top = this.tops[index];
    pen.fillStyle = this.color('--line');
    pen.fillRect(0, top, this.width, 1);
    pen.fillStyle = this.color('--dim');
    pen.fillText(`${'› '.repeat(track.depth)}${textOf(track.name)}`.slice(0, 80), 2, top + trackHead / 2 + 1);
    const drawn = []; // to the right of it nothing of the line is drawn yet: bars thinner than a pixel are one
    for (const bar of this.byTrack[index]) {
      const end = bar[2] + bar[3];
      if (end < this.from || bar[2] > this.to) continue;
      const left = Math.max(this.xOf(bar[2]), -1);
      const right = Math.max(Math.min(this.xOf(end), this.width + 1), left + 1.5);
      if (right < (drawn[bar[1]] ?? -2) + 0.5 && !bar[8]) continue;
      drawn[bar[1]] = right;
      this.drawBar(pen, bar, left, right, top + trackHead + bar[1] * (barHeight + 2));
    }
  }

  drawBar(pen, bar, left, right, top) {
    pen.fillStyle = this.color(bar[8] ? '--bad' : kindColors[bar[4]] || '--other');
    const width = right - left - (right - left > 4 ? 0.5 : 0);
    pen.fillRect(left, top, width, barHeight);
    if (width < 28) return;
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width - 3, barHeight);
    pen.clip();
    pen.fillStyle = this.color('--on-bar');
    pen.fillText(textOf(report.bar_names[bar[7]]).slice(0, 120), Math.max(left, 0) + 4, top + barHeight / 2 + 0.5);
    pen.restore();
  }

  // The bar under a point of the canvas, the shortest of those that lie over each other.
  barAt(x, y) {
    const track = this.tops.findLastIndex((top, index) => report.tracks[index].lines > 0 && top + trackHead <= y);
    if (track < 0) return null;
    const line = Math.floor((y - this.tops[track] - trackHead) / (barHeight + 2));
    const time = this.timeAt(x);
    const slack = (2 * (this.to - this.from)) / this.width;
    let best = null;
    for (const bar of this.byTrack[track]) {
      const isHit = bar[1] === line && bar[2] - slack <= time && time <= bar[2] + bar[3] + slack;
      if (isHit && (!best || bar[3] < best[3])) best = bar;
    }
    return best;
  }

  tip(event) {
    const edge = this.canvas.getBoundingClientRect();
    const bar = this.barAt(event.clientX - edge.left, event.clientY - edge.top);
    this.canvas.classList.toggle('over', Boolean(bar && bar[5] >= 0));
    if (!bar) {
      hideTip();
      return;
    }
    const lines = [
      `${bar[4]} ${textOf(report.bar_names[bar[7]])}`,
      `${durationText(bar[3])}, starts +${durationText(bar[2])}`,
    ];
    if (bar[8]) lines.push('failed');
    if (bar[5] >= 0) lines.push(`${rowName(report.rows[bar[5]])}: click to open`);
    showTip(event.clientX, event.clientY, lines);
  }

  listen() {
    let drag = null;
    this.canvas.addEventListener('pointerdown', (event) => {
      drag = { x: event.clientX, from: this.from, to: this.to, moved: false };
    });
    this.canvas.addEventListener('pointermove', (event) => {
      if (!drag || event.buttons === 0) {
        this.tip(event);
        return;
      }
      const moved = event.clientX - drag.x;
      if (Math.abs(moved) > 4) drag.moved = true;
      if (!drag.moved) return;
      hideTip();
      const shift = (-moved / this.width) * (drag.to - drag.from);
      this.show(drag.from + shift, drag.to + shift);
    });
    this.canvas.addEventListener('pointerleave', hideTip);
    this.canvas.addEventListener('click', (event) => {
      const edge = this.canvas.getBoundingClientRect();
      const bar = !drag?.moved && this.barAt(event.clientX - edge.left, event.clientY - edge.top);
      drag = null;
      if (bar && bar[5] >= 0) this.onPick(bar[5], bar[6]);
    });
    this.canvas.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
        event.preventDefault();
        const x = event.clientX - this.canvas.getBoundingClientRect().left;
        this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.timeAt(x));
      },
      { passive: false },
    );
    this.canvas.addEventListener('keydown', (event) => this.key(event));
  }

  key(event) {
    const shift = (this.to - this.from) * 0.2;
    const acts = {
      ArrowLeft: () => this.show(this.from - shift, this.to - shift),
      ArrowRight: () => this.show(this.from + shift, this.to + shift),
      '+': () => this.zoom(0.5, (this.from + this.to) / 2),
      '-': () => this.zoom(2, (this.from + this.to) / 2),
      0: () => this.show(0, this.length),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }
}
