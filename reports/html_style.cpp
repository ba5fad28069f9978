#include "reports/html_style.h"

namespace lockstep::reports {

const std::string_view html_style = R"css(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1c2127; --soft: #5a6470; --line: #dde2e7; --strong-line: #8b949e; --link: #0a5c94;
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 3.5rem 2rem 5rem; max-width: 74rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
}
h1 { margin: 0 0 1rem; font-size: 2rem; line-height: 1.2; letter-spacing: -0.015em; }
h2 { margin: 4rem 0 0.75rem; font-size: 1.35rem; line-height: 1.3; letter-spacing: -0.01em; }
h1, h2, h3, figcaption, th { text-wrap: balance; }
p { margin: 0 0 0.9rem; max-width: 42rem; }
a { color: var(--link); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
.lead { font-size: 1.125rem; }

.facts {
  display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.35rem 1.5rem;
  margin: 2rem 0; padding: 1.1rem 0; max-width: 60rem; font-size: 0.9rem;
  border-top: 1px solid var(--line); border-bottom: 1px solid var(--line);
}
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }

nav ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 1.6rem; }

.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 2.5rem 3rem; }
.charts.single { max-width: 37rem; }
figure { margin: 1.5rem 0 0; min-width: 0; }
h3 { margin: 2.5rem 0 0; font-size: 1rem; }
figcaption { margin-bottom: 0.75rem; font-weight: 600; }
figure .note { margin: 0.6rem 0 0; max-width: none; font-size: 0.78rem; line-height: 1.5; color: var(--soft); overflow-wrap: anywhere; }
.chart { display: block; width: 100%; height: auto; overflow: visible; }
.chart text { fill: var(--ink); }
.chart .gridline { stroke: var(--line); }

.scroll { margin: 0.75rem 0 0; max-width: 100%; overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
th, td { padding: 0.42rem 1.4rem 0.42rem 0; text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { vertical-align: bottom; font-weight: 600; border-bottom: 1px solid var(--strong-line); }
thead .unit { display: block; font-weight: 400; color: var(--soft); }
tbody td { border-bottom: 1px solid var(--line); }
.c { min-width: 20rem; max-width: 44rem; overflow-wrap: anywhere; }
code span { white-space: nowrap; }
code { font: 0.92em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.n { text-align: right; white-space: nowrap; }
.t { min-width: 4rem; max-width: 36rem; overflow-wrap: break-word; }

@media (max-width: 40rem) {
  body { padding: 2rem 1.1rem 3rem; }
  h1 { font-size: 1.6rem; }
  h2 { margin-top: 3rem; }
  .lead { font-size: 1.05rem; }
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd + dt { margin-top: 0.6rem; }
  .chart text { font-size: 16px; }
  .c { max-width: none; white-space: nowrap; }
}
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #14171a; --ink: #e4e8ec; --soft: #98a2ad; --line: #2c333a; --strong-line: #6b7580; --link: #7cc0ee; }
  .s0 { color: #4ba3e3; } .s1 { color: #f27b35; } .s2 { color: #25bd92; } .s3 { color: #dd95bb; }
  .s4 { color: #f0b429; } .s5 { color: #8fd0f5; } .s6 { color: #a8a8a8; }
}
@media print {
  @page { margin: 16mm 15mm; }
  html { font-size: 9.5pt; }
  :root { color-scheme: light; }
  body { padding: 0; max-width: none; }
  h2 { margin-top: 2rem; }
  h3 { margin-top: 1.5rem; }
  h2, h3, h2 + p { break-after: avoid; }
  nav { display: none; }
  a { color: inherit; text-decoration: none; }
  .charts, .charts.single { display: block; max-width: none; margin-right: -4%; orphans: 1; widows: 1; }
  figure { display: inline-block; width: 46%; margin: 1rem 3.5% 0 0; vertical-align: top; }
  figure, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  thead { display: table-header-group; }
  th, td { padding: 0.25rem 0.8rem 0.25rem 0; }
  .n { white-space: normal; }
  .t, .c { min-width: 0; white-space: normal; }
  p { orphans: 3; widows: 3; }
}
)css";

}  // namespace lockstep::reports
