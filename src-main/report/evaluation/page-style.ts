/** How the page of an evaluation looks, on the screen and on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light; }
body { font: .94rem/1.45 system-ui, sans-serif; color: #16202b; background: #fff; max-width: 62rem;
  margin: 2rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; border-top: 1px solid #c8d0d8; padding-top: 1rem; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
.notice { font-weight: 600; }
.provenance { border-left: 4px solid #1f5f99; padding: .25rem .75rem; background: #eef3f8; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; }
dt { color: #4a5866; } dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; margin-bottom: .75rem; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #dde3e9;
  vertical-align: top; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
.people td:first-child { white-space: normal; overflow-wrap: anywhere; }
th { color: #4a5866; font-weight: 600; }
td small { display: block; color: #4a5866; font-size: .8rem; line-height: 1.2; }
details { margin-top: 2.5rem; border-top: 1px solid #c8d0d8; padding-top: 1rem; }
summary { cursor: pointer; } summary p { margin: .25rem 0 0; color: #4a5866; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem;
  align-items: start; margin: 1rem 0; }
figure { margin: 0; } figcaption { color: #4a5866; font-size: .85rem; }
svg { width: 100%; font-size: 11px; fill: #16202b; }
.small { font-size: 9px; } .on-dark { fill: #fff; }
.cell-ground { fill: #eef3f8; } .cell { fill: #1f5f99; } .bar { fill: #7fa6cb; }
.dot { fill: #1f5f99; } .whisker { stroke: #1f5f99; stroke-width: 1.5; } .few { opacity: .3; }
.grid { stroke: #dde3e9; } .guide { stroke: #16202b; stroke-dasharray: 4 3; }
.curve { fill: none; stroke: #1f5f99; stroke-width: 2; } .dashed { stroke-dasharray: 6 4; }
@media print {
  :root { font-size: 11px; }
  body { margin: 0; max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  figure, .plots, .figures, tr, dl { break-inside: avoid; } thead { display: table-header-group; }
  .plots { grid-template-columns: repeat(3, 1fr); }
  .wide { overflow: visible; } th, td { padding: .2rem .5rem; }
}
`;
