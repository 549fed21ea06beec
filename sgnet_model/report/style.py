"""How a report looks on the screen and on paper."""

from __future__ import annotations

from .svg import FONT, THEME

STYLE = (
    THEME
    + f"body {{ font-family: {FONT}; }}"
    + """
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font-size: 15px; line-height: 1.5; }
header, nav, main { max-width: 980px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 36px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; overflow-wrap: anywhere; }
header p { margin: 0; color: var(--muted); overflow-wrap: anywhere; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 18px; padding-bottom: 12px; }
nav a { color: var(--accent); text-decoration: none; }
nav a:hover { text-decoration: underline; }
section { border-top: 1px solid var(--line); padding: 10px 0 22px; }
h2 { font-size: 20px; margin: 14px 0 10px; }
p { max-width: 74ch; margin: 8px 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px;
  margin: 12px 0; }
.tiles div { background: var(--raised); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px 16px; }
.tiles dt { color: var(--muted); font-size: 13px; }
.tiles dd { margin: 2px 0 0; font-size: 26px; font-weight: 600; line-height: 1.25;
  font-variant-numeric: tabular-nums; }
.tiles small { display: block; font-size: 13px; font-weight: 400; color: var(--muted); }
.wide { overflow-x: auto; margin: 14px 0; }
.wide svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 8px 0 6px; }
th, td { padding: 3px 16px 3px 0; text-align: left; vertical-align: top; }
.words td { min-width: 9ch; overflow-wrap: anywhere; }
thead th { border-bottom: 1px solid var(--muted); font-weight: 600; color: var(--muted);
  vertical-align: bottom; }
tbody tr { border-bottom: 1px solid var(--line); }
.n { text-align: right; }
td.n { white-space: nowrap; }
summary { cursor: pointer; color: var(--accent); }
figure { margin: 14px 0; }
figcaption { color: var(--muted); font-size: 13.5px; max-width: 90ch; overflow-wrap: anywhere; }
.pictures { display: grid; gap: 6px; margin-top: 4px; }
.pictures { grid-template-columns: repeat(var(--columns, 3), 1fr); }
.pictures.many { grid-template-columns: repeat(auto-fill, minmax(215px, 1fr)); gap: 12px; }
.pictures figure { margin: 0; }
.pictures.heads { color: var(--muted); font-size: 13px; margin: 0; }
img { width: 100%; height: auto; display: block; border-radius: 4px; }
.swatches { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; margin: 12px 0;
  padding: 0; font-size: 13.5px; }
.swatches i { display: inline-block; width: 12px; height: 12px; border-radius: 3px;
  margin-right: 6px; border: 1px solid var(--line); vertical-align: -1px; }
@media print {
  nav, summary { display: none; }
  details::details-content { content-visibility: visible; display: block; }
  header, main { max-width: none; padding: 0; }
  figure.wide, .pictures, .pictures figure, tr, .tiles div { break-inside: avoid; }
  .pictures.many { break-inside: auto; grid-template-columns: repeat(4, 1fr); }
  h2, caption, figcaption { break-after: avoid; }
  body, table, figcaption, .swatches, .pictures.heads { font-size: 10.5px; }
  td, th { padding-top: 1px; padding-bottom: 1px; }
  .tiles { grid-template-columns: repeat(4, 1fr); }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
)
