// Draws each element with data-chart from its JSON: uPlot over time, ECharts for bars.
"use strict";
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const COLOURS = ["#3b82c4", "#c2703d", "#4b9e5f", "#9a6bc2"];
  const DRAWN = new Map();

  const label = (name) => name.replaceAll("_", " ").replace(/\busd\b/, "$").replace(/ s$/, ", s");

  // UTC as ISO 8601 has it: the date where it begins, below the time; the date alone where ticks are days apart.
  function instants(_plot, seconds, _axis, _space, apart) {
    let before = "";
    return seconds.map((one) => {
      const [date, time] = new Date(one * 1000).toISOString().split("T");
      const shown = apart >= 86400 ? date : time.slice(0, apart < 60 ? 8 : 5) + (date === before ? "" : `\n${date}`);
      before = date;
      return shown;
    });
  }

  function overTime(element, chart, rows) {
    const [x] = chart.x;
    const ordered = [...rows].sort((one, other) => (one[x] < other[x] ? -1 : 1));
    const times = ordered.map((row) => Date.parse(row[x]) / 1000);
    const lines = chart.y.map((name) => ordered.map((row) => row[name]));
    const axis = { stroke: colour("--dim"), grid: { stroke: colour("--line") }, ticks: { stroke: colour("--line") } };
    const series = chart.y.map((name, place) => ({
      label: label(name), stroke: COLOURS[place % COLOURS.length], width: 2, points: { show: times.length < 60 },
    }));
    const options = {
      width: element.clientWidth, height: 230, tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      series: [{ value: "{YYYY}-{MM}-{DD} {HH}:{mm}" }, ...series], axes: [{ ...axis, values: instants, space: 80 }, { ...axis, size: 70 }],
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

  const named = (row, columns) => columns.map((name) => row[name]).filter((value) => value != null).join(" · ") || "–";

  function bars(element, chart, rows) {
    const shown = rows.slice(0, 12).reverse();
    const drawing = echarts.init(element, null, { renderer: "canvas" });
    const text = { color: colour("--ink") };
    drawing.setOption({
      animation: false, textStyle: text, tooltip: { renderMode: "richText", trigger: "axis" },
      grid: { left: 8, right: 24, top: 8, bottom: 8, containLabel: true },
      xAxis: { type: "value", axisLabel: text, splitLine: { lineStyle: { color: colour("--line") } } },
      yAxis: { type: "category", data: shown.map((row) => named(row, chart.x)), axisLabel: { ...text, width: Math.min(320, element.clientWidth * 0.45), overflow: "truncate" } },
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
