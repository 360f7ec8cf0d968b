// Draws charts beside their data tables: a line of figures with its targets, and the policy graph.
import { BarChart, GraphChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([BarChart, GraphChart, LineChart, SankeyChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
// Rich text, because tooltips of HTML would carry inline styles.
const tooltip = () => ({
  renderMode: "richText", confine: true, backgroundColor: token("--surface"), borderColor: token("--line"),
  textStyle: { color: token("--ink") },
});

// What is counted is never below nothing: where the room below the lowest value would reach there, the axis begins at 0.
function fromZero(values) {
  const low = Math.min(...values), high = Math.max(...values);
  return values.length && low >= 0 && low - 0.4 * (high - low) <= 0 ? { min: 0 } : {};
}

function line(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")];
  const points = (kind) => rows.filter((row) => row.dataset.kind === kind)
    .map((row) => [row.dataset.day, Number(row.dataset.number)]).sort();
  const path = points("path"), ahead = rows.filter((row) => row.dataset.kind === "ahead"), last = points("value").at(-1);
  const future = (key) => ahead.length && last ? [last, [ahead[0].dataset.day, Number(ahead[0].dataset[key])]] : [];
  // A year's figure stands at its last day: the tick there is that year's end, not the next year.
  const when = (value) => {
    const day = new Date(value);
    if (day.getDate() !== 1) return echarts.time.format(value, "{MM}-{dd}", false);
    return day.getMonth() ? `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}` : `${day.getFullYear() - 1}${figure.dataset.yearEnd}`;
  };
  const axis = { axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { color: token("--ink-2"), hideOverlap: true },
    splitLine: { lineStyle: { color: token("--line") } } };
  return {
    animation: !still, tooltip: { ...tooltip(), trigger: "item" }, legend: { textStyle: { color: token("--ink-2") }, bottom: 0 },
    grid: { left: 8, right: 32, top: 24, bottom: 40, containLabel: true },
    xAxis: { type: "time", boundaryGap: ["4%", "4%"], ...axis, axisLabel: { ...axis.axisLabel, formatter: when }, splitLine: { show: false } },
    yAxis: { type: "value", scale: true, boundaryGap: ["8%", "12%"], ...fromZero(rows.flatMap((row) => [row.dataset.number, row.dataset.low]).filter(Boolean).map(Number)), ...axis },
    series: [
      { name: figure.dataset.value, type: "line", data: points("value"), symbolSize: 9, lineStyle: { width: 3, color: token("--c0") },
        itemStyle: { color: token("--c0") }, label: { show: points("value").length < 9, color: token("--ink"), formatter: (one) => String(one.value[1]) } },
      { name: figure.dataset.goal, type: "scatter", data: points("goal"), symbol: "diamond", symbolSize: 14,
        itemStyle: { color: token("--c1") }, label: { show: true, position: "top", color: token("--ink"), formatter: (one) => String(one.value[1]) } },
      ...(path.length ? [{ name: figure.dataset.path, type: "line", data: path, symbol: "none", lineStyle: { width: 2, type: "dashed", color: token("--c1") }, itemStyle: { color: token("--c1") } }] : []),
      ...(points("simulated").length ? [{ name: figure.dataset.simulated, type: "scatter", data: points("simulated"), symbol: "emptyCircle", itemStyle: { color: token("--sim") } }] : []),
      ...(future("number").length ? [
        { name: figure.dataset.ahead, type: "line", data: future("number"), symbol: "none", lineStyle: { width: 2, type: "dotted", color: token("--c3") }, itemStyle: { color: token("--c3") } },
        { name: figure.dataset.band, type: "line", data: future("low"), symbol: "none", stack: "band", lineStyle: { opacity: 0 }, itemStyle: { color: token("--c3") }, tooltip: { show: false } },
        { name: figure.dataset.band, type: "line", data: future("high").map((point, at) => [point[0], point[1] - future("low")[at][1]]), symbol: "none", stack: "band", lineStyle: { opacity: 0 }, areaStyle: { color: token("--c3"), opacity: 0.18 }, itemStyle: { color: token("--c3") }, tooltip: { show: false } },
      ] : []),
    ],
  };
}

// Bars beside a table whose rows have a name and numbers a, b: one series each, upright, or lying where names are long.
function bars(figure) {
  const rows = [...figure.querySelectorAll("tbody tr[data-name]")], lying = Boolean(figure.dataset.lying);
  const names = rows.map((row) => row.dataset.name), series = figure.dataset.series.split(","), unit = figure.dataset.unit;
  const label = { color: token("--ink-2"), hideOverlap: !lying, ...(lying ? { width: 200, overflow: "truncate" } : {}) };
  const category = { type: "category", data: names, inverse: lying, axisLabel: label, axisLine: { lineStyle: { color: token("--line-strong") } }, axisTick: { show: false } };
  const value = { type: "value", minInterval: lying ? 0 : 1, axisLabel: { color: token("--ink-2") }, splitLine: { lineStyle: { color: token("--line") } } };
  if (lying) figure.querySelector(".canvas").style.height = `${Math.max(160, rows.length * 34 + 60)}px`;
  return {
    animation: !still, tooltip: { ...tooltip(), trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: (one) => `${one} ${unit}` },
    legend: { show: series.length > 1, bottom: 0, textStyle: { color: token("--ink-2") } },
    grid: { left: 8, right: lying ? 72 : 16, top: 16, bottom: series.length > 1 ? 36 : 8, containLabel: true },
    xAxis: lying ? value : category, yAxis: lying ? category : value,
    series: series.map((name, at) => ({
      name, type: "bar", barMaxWidth: 34, data: rows.map((row) => Number(row.dataset["ab"[at]])),
      itemStyle: { color: token(series.length > 1 && !at ? "--line-strong" : "--c0"), borderRadius: lying ? [0, 3, 3, 0] : [3, 3, 0, 0] },
      label: { show: true, position: lying ? "right" : "top", color: token("--ink"), formatter: (one) => (one.value ? String(one.value) : "") },
    })),
  };
}

// Totals over the values of a parameter: a line a value of the second one, and the budget. Shape tells lines apart, too.
const MARKS = ["circle", "rect", "triangle", "diamond", "roundRect", "emptyCircle", "emptyRect", "emptyTriangle"];
function sweep(figure) {
  const rows = [...document.getElementById(figure.dataset.table).querySelectorAll("tbody tr[data-name]")];
  const names = [...new Set(rows.map((row) => row.dataset.name))], lines = [...new Set(rows.map((row) => row.dataset.line))];
  const limit = figure.dataset.limit, unit = figure.dataset.unit, colours = ["--c0", "--c1", "--c2", "--c3", "--c4"];
  const axis = { axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { color: token("--ink-2"), hideOverlap: true }, splitLine: { lineStyle: { color: token("--line") } } };
  const number = (name, line) => { const row = rows.find((one) => one.dataset.name === name && one.dataset.line === line); return row ? Number(row.dataset.number) : null; };
  return {
    animation: !still, tooltip: { ...tooltip(), trigger: "axis", valueFormatter: (one) => `${one} ${unit}` },
    legend: { show: lines.length > 1 || Boolean(limit), bottom: 0, textStyle: { color: token("--ink-2") } },
    grid: { left: 8, right: 24, top: 24, bottom: 40, containLabel: true },
    xAxis: { type: "category", data: names, ...axis, axisTick: { show: false }, splitLine: { show: false } },
    yAxis: { type: "value", scale: true, boundaryGap: ["6%", "10%"], ...axis },
    series: [
      ...lines.map((line, at) => ({
        name: line, type: "line", data: names.map((name) => number(name, line)), symbol: MARKS[at % MARKS.length], symbolSize: 10,
        lineStyle: { width: 3, color: token(colours[at % colours.length]), type: at < colours.length ? "solid" : "dashed" },
        itemStyle: { color: token(colours[at % colours.length]) }, label: { show: lines.length === 1 && names.length < 9, position: "top", color: token("--ink") },
      })),
      ...(limit ? [{ name: figure.dataset.goal, type: "line", data: names.map(() => Number(limit)), symbol: "none", lineStyle: { width: 2, type: "dotted", color: token("--alert") }, itemStyle: { color: token("--alert") } }] : []),
    ],
  };
}

const LAYER_COLOURS = ["--c0", "--c3", "--c1", "--c2", "--c4"];

async function graph(figure, canvas) {
  const answer = await fetch(figure.dataset.address);
  if (!answer.ok) throw new Error(String(answer.status));
  const found = await answer.json();
  const layers = figure.dataset.layers.split(",");
  // Clauses and indicators share a column, in the order of the tasks that lead to them.
  const COLUMNS = [0, 1, 2, 2, 3];
  const order = new Map(found.nodes.filter((node) => node.layer === 1).map((node, at) => [node.id, at]));
  const leading = new Map(found.links.filter((link) => order.has(link.source)).map((link) => [link.target, order.get(link.source)]).reverse());
  const ranked = found.nodes.map((node, at) => ({ ...node, at, rank: COLUMNS[node.layer] === 2 ? leading.get(node.id) : at }))
    .sort((a, b) => a.rank - b.rank || a.at - b.at);
  const count = [0, 1, 2, 3].map((column) => ranked.filter((node) => COLUMNS[node.layer] === column).length);
  canvas.style.height = `${Math.max(420, Math.max(...count) * 20 + 60)}px`;
  const height = canvas.clientHeight, width = canvas.clientWidth, seen = [0, 0, 0, 0], left = [0.07, 0.18, 0.5, 0.84];
  const nodes = ranked.map((node) => {
    const column = COLUMNS[node.layer], place = (++seen[column] - 0.5) / count[column];
    return { ...node, x: width * left[column], y: 40 + (height - 60) * place, symbolSize: node.layer ? 9 : 18,
      category: node.layer, label: { position: column ? "right" : "top" } };
  });
  return {
    animation: false, tooltip: { ...tooltip(), formatter: (one) => one.name },
    legend: { data: layers, top: 0, textStyle: { color: token("--ink-2") }, selectedMode: false },
    series: [{
      type: "graph", layout: "none", left: width * left[0], right: width * (1 - left[3]), top: 50, bottom: 20, nodes, links: found.links,
      categories: layers.map((name, at) => ({ name, itemStyle: { color: token(LAYER_COLOURS[at]) } })),
      label: { show: true, color: token("--ink"), fontSize: 12, width: width / 5.5, overflow: "truncate" },
      lineStyle: { color: token("--line-strong"), opacity: 0.4, curveness: 0 },
      emphasis: { focus: "adjacency", lineStyle: { width: 2.5, opacity: 1, color: token("--brand") } },
    }],
  };
}

// A chain from upstream to downstream: rows of the table that say where they stand. Shape and colour tell how well a step
// is held, size how many firms are there; what is no step is a square.
const HELD = { gap: ["triangle", "--alert"], weak: ["diamond", "--watch"], strong: ["circle", "--met"], own: ["rect", "--c0"] };
function chain(figure, canvas) {
  const rows = [...document.getElementById(figure.dataset.table).querySelectorAll("tbody tr[data-at]")].map((row) => {
    const at = row.dataset.at.split(",").map(Number);
    return { id: String(at[0]), column: at[1], line: at[2], row: row.id, name: row.dataset.name, kind: HELD[row.dataset.kind] ? row.dataset.kind : "own",
      firms: Number(row.dataset.firms), word: row.dataset.word, from: row.dataset.from.split(" ").filter(Boolean) };
  });
  const last = Math.max(...rows.map((one) => one.column)), kinds = Object.keys(HELD), names = figure.dataset.legend.split(",");
  const high = Array.from({ length: last + 1 }, (_, at) => rows.filter((one) => one.column === at).length);
  // Where there is room names stand below their nodes, in two lines; in crowded columns beside them.
  const most = Math.max(...high), crowded = most > 8, room = crowded ? 44 : 96;
  canvas.style.height = `${Math.max(220, most * room + 70)}px`;
  const width = canvas.clientWidth, height = canvas.clientHeight, step = width / (last + 1);
  const size = (one) => 16 + Math.min(30, 5 * Math.sqrt(one.firms));
  const middle = 40 + (height - 60) / 2, apart = (column) => Math.min((height - 60) / high[column], room * 2);
  const nodes = rows.map((one) => ({
    id: one.id, name: one.name, row: one.row, value: one.firms, word: one.word, symbol: HELD[one.kind][0], symbolSize: size(one), category: kinds.indexOf(one.kind),
    x: crowded ? step * one.column + 40 : step * (one.column + 0.5), y: middle - (crowded ? 0 : 14) + (one.line - (high[one.column] - 1) / 2) * apart(one.column),
  }));
  const short = (name, length) => (name.length > length ? `${name.slice(0, length - 1)}…` : name);
  const told = (one) => `${short(one.name, crowded ? 99 : 24)}${one.value && one.data.category < 3 ? ` ${one.value}` : ""}`;
  const label = { show: true, position: crowded ? "right" : "bottom", color: token("--ink"), fontSize: 13, lineHeight: 17, width: crowded ? Math.max(60, step - 72) : Math.max(90, step - 24),
    overflow: crowded ? "truncate" : "break", formatter: told };
  return {
    animation: false, tooltip: { ...tooltip(), formatter: (one) => (one.dataType === "node" ? [one.name, one.data.word, `${one.value} ${figure.dataset.firms}`].filter(Boolean).join("\n") : "") },
    legend: { data: names.map((name, at) => ({ name, icon: HELD[kinds[at]][0] })), top: 0, textStyle: { color: token("--ink-2") }, selectedMode: false },
    series: [{
      // Two unseen points keep the drawing at the size of its frame: nodes stand where they were put.
      type: "graph", layout: "none", left: 0, top: 0, width, height, nodes: [...nodes,
        { id: "first", name: "", x: 0, y: 0, symbolSize: 0, label: { show: false }, tooltip: { show: false } }, { id: "last", name: " ", x: width, y: height, symbolSize: 0, label: { show: false }, tooltip: { show: false } }],
      links: rows.flatMap((one) => one.from.map((source) => ({ source, target: one.id }))),
      categories: names.map((name, at) => ({ name, itemStyle: { color: token(HELD[kinds[at]][1]) } })), label,
      edgeSymbol: ["none", "arrow"], edgeSymbolSize: 9, lineStyle: { color: token("--line-strong"), opacity: 0.7, width: 1.5, curveness: 0.12 },
      emphasis: { focus: "adjacency", lineStyle: { width: 3, opacity: 1, color: token("--brand") } },
    }],
  };
}

// Money of one kind alone: who pays, and by which clause. The largest flows; the table has them all.
function sankey(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")].map((row) => ({ source: row.dataset.from, target: row.dataset.to, value: Number(row.dataset.number) }));
  const names = [...new Set(rows.flatMap((row) => [row.source, row.target]))];
  const canvas = figure.querySelector(".canvas");
  canvas.style.height = `${Math.max(canvas.clientHeight, 26 * new Set(rows.map((row) => row.target)).size)}px`; // all of them
  const payers = new Set(rows.map((row) => row.source));
  const sum = (value) => value >= 1e8 ? `${(value / 1e8).toFixed(2)}亿` : value >= 1e4 ? `${(value / 1e4).toFixed(2)}万` : value.toFixed(2);
  return {
    animation: false, tooltip: { ...tooltip(), trigger: "item", formatter: (one) => `${one.name} ${sum(one.value)}${figure.dataset.unit}` },
    series: [{
      type: "sankey", left: 8, right: 240, top: 12, bottom: 12, nodeGap: 12, draggable: false, links: rows,
      data: names.map((name) => ({ name, itemStyle: { color: token(payers.has(name) ? "--c0" : "--c2"), borderWidth: 0 } })),
      label: { color: token("--ink"), fontSize: 13, width: 220, overflow: "truncate" }, lineStyle: { color: token("--c0"), opacity: 0.28 },
      emphasis: { focus: "adjacency", lineStyle: { opacity: 0.55 } },
    }],
  };
}

async function draw(figure) {
  const canvas = figure.querySelector(".canvas");
  figure.classList.add("drawn");
  if (!canvas.clientWidth) return; // hidden on phones and in 关怀版: the list stands in its place
  try {
    const option = figure.dataset.chart === "graph" ? await graph(figure, canvas) : figure.dataset.chart === "sankey" ? sankey(figure) : figure.dataset.chart === "chain" ? chain(figure, canvas) : figure.dataset.chart === "bars" ? bars(figure) : figure.dataset.chart === "sweep" ? sweep(figure) : line(figure);
    const chart = echarts.init(canvas, null, { renderer: "svg" });
    chart.setOption(option);
    // So that a drawing of fixed places can be made as small as a sheet of paper.
    if (figure.dataset.chart === "chain") canvas.querySelector("svg").setAttribute("viewBox", `0 0 ${canvas.clientWidth} ${canvas.clientHeight}`);
    chart.on("click", (event) => { if (event.data && event.data.address) location.assign(event.data.address); if (event.data && event.data.row) location.hash = event.data.row; });
    addEventListener("resize", () => chart.resize());
  } catch (error) {
    figure.classList.remove("drawn"); // the table or list still says it all
    console.warn(error);
  }
}

document.querySelectorAll("[data-chart]").forEach(draw);
