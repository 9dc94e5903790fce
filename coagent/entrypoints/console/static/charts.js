// Draws each element with data-chart from its JSON: uPlot over time, ECharts for bars.
"use strict";
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const COLOURS = ["#3b82c4", "#c2703d", "#4b9e5f", "#9a6bc2"];
  const DRAWN = new Map();

  const label = (name) => name.replaceAll("_", " ").replace(/\busd\b/, "$").replace(/ s$/, ", s");

  function overTime(element, chart, rows) {
    const ordered = [...rows].sort((one, other) => (one[chart.x] < other[chart.x] ? -1 : 1));
    const times = ordered.map((row) => Date.parse(row[chart.x]) / 1000);
    const lines = chart.y.map((name) => ordered.map((row) => row[name]));
    const axis = { stroke: colour("--dim"), grid: { stroke: colour("--line") }, ticks: { stroke: colour("--line") } };
    const series = chart.y.map((name, place) => ({
      label: label(name), stroke: COLOURS[place % COLOURS.length], width: 2, points: { show: times.length < 60 },
    }));
    const options = {
      width: element.clientWidth, height: 230, tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      series: [{ value: "{YYYY}-{MM}-{DD} {HH}:{mm}" }, ...series], axes: [axis, { ...axis, size: 70 }],
    };
    const plot = new uPlot(options, [times, ...lines], element);
    return { resize: () => plot.setSize({ width: element.clientWidth, height: 230 }), remove: () => plot.destroy() };
  }

  function legend(chart) {
    if (chart.y.length < 2) return null;
    const names = document.createElement("div");
    names.className = "legend";
    chart.y.forEach((name, place) => {
      const one = document.createElement("span"), swatch = document.createElement("i");
      swatch.style.background = COLOURS[place % COLOURS.length];
      one.append(swatch, label(name));
      names.append(one);
    });
    return names;
  }

  function bars(element, chart, rows) {
    const shown = rows.slice(0, 12).reverse();
    const drawing = echarts.init(element, null, { renderer: "canvas" });
    const text = { color: colour("--ink") };
    drawing.setOption({
      animation: false, textStyle: text, tooltip: { renderMode: "richText", trigger: "axis" },
      grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: "value", axisLabel: text, splitLine: { lineStyle: { color: colour("--line") } } },
      yAxis: { type: "category", data: shown.map((row) => String(row[chart.x] ?? "–")), axisLabel: { ...text, width: 180, overflow: "truncate" } },
      series: chart.y.map((name, place) => ({
        name: label(name), type: "bar", data: shown.map((row) => row[name]), itemStyle: { color: COLOURS[place % COLOURS.length] },
      })),
    });
    const names = legend(chart);
    if (names) element.before(names);
    return { resize: () => drawing.resize(), remove: () => { drawing.dispose(); names?.remove(); } };
  }

  async function draw(element) {
    const chart = JSON.parse(element.dataset.chart);
    const answer = await fetch(chart.source, { headers: { "X-Coagent-Reload": "1" } });
    if (!answer.ok) return;
    const { rows } = await answer.json();
    DRAWN.get(element)?.remove();
    element.replaceChildren();
    const known = rows.some((row) => chart.y.some((name) => row[name] != null));
    element.closest("figure").hidden = !known;
    if (known) DRAWN.set(element, chart.kind === "time" ? overTime(element, chart, rows) : bars(element, chart, rows));
  }

  const all = () => document.querySelectorAll("[data-chart]").forEach(draw);
  addEventListener("resize", () => DRAWN.forEach((one) => one.resize()));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", all);
  document.addEventListener("coagent:reload", all);
  all();
})();
