'use strict';

// What the other scripts use: the data, elements, numbers as people read them. Whatever a trace says goes through
// textContent, never through markup.

const report = JSON.parse(document.getElementById('report-data').textContent);

function byId(id) {
  return document.getElementById(id);
}

// An element with classes and children; strings become text.
function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const child of children) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

function makeButton(className, label, onClick) {
  const button = make('button', className, label);
  button.type = 'button';
  button.addEventListener('click', onClick);
  return button;
}

function svg(tag, attributes) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
  return element;
}

// Characters that are not seen, or that reorder what is.
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// A text of the data: a string, or the beginning of one and how many bytes it had.
function textOf(text) {
  const whole = Array.isArray(text) ? text[0] : text || '';
  return whole.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function bytesCut(text) {
  return Array.isArray(text) ? text[1] : 0;
}

function countText(number) {
  return number.toLocaleString('en-US');
}

function amountText(number, thing) {
  return `${countText(number)} ${thing}${number === 1 ? '' : 's'}`;
}

function shortCount(number) {
  if (number < 1000) return String(Math.round(number * 10) / 10);
  if (number < 999950) return `${trimZero((number / 1000).toFixed(1))}k`;
  if (number < 999950000) return `${trimZero((number / 1e6).toFixed(1))}M`;
  return `${trimZero((number / 1e9).toFixed(1))}G`;
}

function trimZero(text) {
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

function twoDigits(number) {
  return String(number).padStart(2, '0');
}

// Of microseconds.
function durationText(us) {
  if (us < 1000) return `${Math.round(us)}µs`;
  if (us < 999500) return `${Math.round(us / 1000)}ms`;
  const seconds = us / 1e6;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${twoDigits(Math.floor(seconds % 60))}s`;
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

function moneyText(usd) {
  if (usd === 0) return '$0';
  const small = Math.abs(usd) < 0.0001;
  return `$${usd.toFixed(small ? 8 : usd < 1 ? 4 : 2)}`;
}

// With the mark of its kind: ~ worked out from list prices, >= a lower bound.
function costText(kind, usd) {
  if (kind === 'unpriced' || usd === undefined) return 'unpriced';
  return `${{ computed: '~', partial: '>=' }[kind] || ''}${moneyText(usd)}`;
}

function bytesText(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

// A usage is [input, cache read, cache write, output, reasoning].
function freshOf(usage) {
  return usage[0] + usage[2];
}

function outputOf(usage) {
  return usage[3] + usage[4];
}

function inputOf(usage) {
  return usage[0] + usage[1] + usage[2];
}

function percentText(part, whole) {
  return whole > 0 ? `${Math.round((100 * part) / whole)}%` : '-';
}

// What a row is called: steps by their number.
function rowName(row) {
  if (row.type === 'step') return `Step ${row.step}`;
  return { call: 'Call', tool: 'Tool', other: 'Failure' }[row.type];
}

// The small panel that tells what is under the pointer.
function showTip(x, y, lines) {
  const tip = byId('tip');
  tip.replaceChildren(...lines.map((line) => make('div', '', line)));
  tip.hidden = false;
  const left = Math.min(x + 14, window.innerWidth - tip.offsetWidth - 8);
  const above = y + 18 + tip.offsetHeight > window.innerHeight;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${above ? y - tip.offsetHeight - 10 : y + 18}px`;
}

function hideTip() {
  byId('tip').hidden = true;
}
