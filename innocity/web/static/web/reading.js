// Review of a document: single keys, the marks in the text kept in step with the list, a selection as a new finding.
// Without this script the same links and forms load whole pages.
(function () {
  "use strict";
  var side = document.getElementById("side"), text = document.getElementById("text");
  if (!side || !text) return;

  function one(name) { return side.querySelector('[data-do="' + name + '"]'); }
  function current() { return side.querySelector(".found a[aria-current]"); }
  function covers(mark, key) { return (" " + mark.dataset.of + " ").indexOf(" " + key + " ") >= 0; }

  // --- marks follow the panel and the list
  function sync(move) {
    var key = document.getElementById("panel").dataset.key, first = null;
    text.querySelectorAll("mark").forEach(function (mark) {
      var on = Boolean(key) && covers(mark, key);
      mark.classList.toggle("on", on);
      if (on && !first) first = mark;
    });
    side.querySelectorAll(".found li").forEach(function (row) {
      var tag = text.querySelector('[data-tag="' + row.dataset.key + '"]');
      if (tag) tag.dataset.verdict = row.dataset.verdict;
    });
    text.querySelectorAll("[data-tag]").forEach(function (tag) { tag.classList.toggle("on", tag.dataset.tag === key); });
    var row = current();
    if (row) {
      var list = row.closest(".found"), box = row.getBoundingClientRect(), frame = list.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) list.scrollTop += box.top - frame.top - frame.height / 3;
    }
    if (first && move) {
      var seen = first.getBoundingClientRect(), own = text.scrollHeight > text.clientHeight + 2;
      var area = own ? text.getBoundingClientRect() : { top: 0, bottom: window.innerHeight };
      if (seen.top < area.top + 40 || seen.bottom > area.bottom - 40) {
        if (own) text.scrollTop += seen.top - area.top - 120;
        else window.scrollBy(0, seen.top - window.innerHeight / 3);
      }
    }
  }

  document.addEventListener("htmx:afterSettle", function (event) {
    if (event.target !== side) return;
    side.scrollTop = 0;
    toggle();
    sync(true);
    var focus = side.querySelector("[data-focus]") || document.getElementById("panel-h");
    if (focus) focus.focus({ preventScroll: true });
  });

  // --- keys: on for who did not switch them off, never while something is typed
  function wanted() { try { return localStorage.getItem("reading-keys") !== "off"; } catch (error) { return true; } }
  function toggle() {
    var box = document.getElementById("keys");
    if (!box) return;
    box.checked = wanted();
    box.parentNode.hidden = false;
    box.addEventListener("change", function () {
      try { localStorage.setItem("reading-keys", box.checked ? "on" : "off"); } catch (error) { /* kept for this page */ }
    });
  }
  function step(by) {
    var links = Array.prototype.slice.call(side.querySelectorAll(".found a"));
    var at = links.indexOf(current()), next = links[at < 0 ? 0 : at + by];
    if (next) next.click();
    else if (one(by > 0 ? "after" : "before")) one(by > 0 ? "after" : "before").click();
  }
  function open(name) {
    var part = one(name);
    if (!part) return;
    part.open = true;
    var field = part.querySelector(name === "reject" ? "#reason" : ".rd-amount input, .rd-fields input, .rd-fields select");
    if (field) field.focus();
  }
  function press(name) { if (one(name)) one(name).click(); }
  var KEYS = {
    j: function () { step(1); }, k: function () { step(-1); }, n: function () { press("next"); },
    a: function () { press("accept"); }, u: function () { press("undo"); },
    x: function () { open("reject"); }, e: function () { open("correct"); }
  };
  // While an answer is under way keys wait for its panel: whoever is quick would decide the finding before.
  var busy = 0, waiting = []; // busy: requests under way; a decision leads to the next finding by a second one
  function queue(key) {
    var last = waiting[waiting.length - 1];
    if (last !== "x" && last !== "e") waiting.push(key); // what follows those is text, meant for a field still to come
  }
  document.addEventListener("htmx:beforeRequest", function (event) { if (event.detail.target === side) busy += 1; });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.target !== side) return;
    busy -= 1;
    while (waiting.length && !busy) KEYS[waiting.shift()]();
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || !wanted()) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) {
      if (event.key === "Escape") document.getElementById("panel-h").focus();
      return;
    }
    if (!KEYS[event.key]) return;
    event.preventDefault();
    if (busy) queue(event.key);
    else KEYS[event.key]();
  });

  // --- a selection: places are counted in characters, not in UTF-16 units
  function place(node, offset) {
    var element = node.nodeType === 3 ? node.parentNode : node, holder = element.closest ? element.closest("[data-start]") : null;
    if (!holder || !text.contains(holder)) return null;
    return Number(holder.dataset.start) + Array.from(node.nodeType === 3 ? node.data.slice(0, offset) : "").length;
  }
  document.addEventListener("selectionchange", function () {
    var chosen = document.getSelection(), picked = document.getElementById("picked");
    if (!picked || !chosen.rangeCount) return;
    var range = chosen.getRangeAt(0);
    if (range.collapsed || !text.contains(range.commonAncestorContainer)) return;
    var start = place(range.startContainer, range.startOffset), end = place(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return;
    picked.textContent = "“" + chosen.toString().replace(/\s+/g, "").slice(0, 60) + "”";
    side.querySelectorAll("[data-add]").forEach(function (link) {
      var address = new URL(link.href);
      address.searchParams.set("start", start);
      address.searchParams.set("end", end);
      link.href = address.href;
    });
  });

  toggle();
  sync(true);
})();
