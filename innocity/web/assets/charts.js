// Draws charts beside their data tables: a line of figures with its targets, and the policy graph.
import { GraphChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

echarts.use([GraphChart, LineChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
// Rich text, because tooltips of HTML would carry inline styles.
const tooltip = () => ({
  renderMode: "richText", confine: true, backgroundColor: token("--surface"), borderColor: token("--line"),
  textStyle: { color: token("--ink") },
});

function line(figure) {
  const rows = [...figure.querySelectorAll("tbody tr")];
  const points = (kind) => rows.filter((row) => row.dataset.kind === kind)
    .map((row) => [row.dataset.day, Number(row.dataset.number)]).sort();
  const axis = { axisLine: { lineStyle: { color: token("--line-strong") } }, axisLabel: { color: token("--ink-2"), hideOverlap: true },
    splitLine: { lineStyle: { color: token("--line") } } };
  return {
    animation: !still, tooltip: { ...tooltip(), trigger: "item" }, legend: { textStyle: { color: token("--ink-2") }, bottom: 0 },
    grid: { left: 8, right: 32, top: 24, bottom: 40, containLabel: true },
    xAxis: { type: "time", boundaryGap: ["4%", "4%"], ...axis, splitLine: { show: false } },
    yAxis: { type: "value", scale: true, boundaryGap: ["8%", "12%"], ...axis },
    series: [
      { name: figure.dataset.value, type: "line", data: points("value"), symbolSize: 9, lineStyle: { width: 3, color: token("--c0") },
        itemStyle: { color: token("--c0") }, label: { show: points("value").length < 9, color: token("--ink"), formatter: (one) => String(one.value[1]) } },
      { name: figure.dataset.goal, type: "scatter", data: points("goal"), symbol: "diamond", symbolSize: 14,
        itemStyle: { color: token("--c1") }, label: { show: true, position: "top", color: token("--ink"), formatter: (one) => String(one.value[1]) } },
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

async function draw(figure) {
  const canvas = figure.querySelector(".canvas");
  figure.classList.add("drawn");
  if (!canvas.clientWidth) return; // hidden on phones and in 关怀版: the list stands in its place
  try {
    const option = figure.dataset.chart === "graph" ? await graph(figure, canvas) : line(figure);
    const chart = echarts.init(canvas, null, { renderer: "svg" });
    chart.setOption(option);
    chart.on("click", (event) => { if (event.data && event.data.address) location.assign(event.data.address); });
    addEventListener("resize", () => chart.resize());
  } catch (error) {
    figure.classList.remove("drawn"); // the table or list still says it all
    console.warn(error);
  }
}

document.querySelectorAll("[data-chart]").forEach(draw);
