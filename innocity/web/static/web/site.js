// The error summary takes the focus: when the page has loaded, and when a part of it was replaced.
(function () {
  "use strict";
  function focus(root) {
    var found = root.querySelector("[data-focus]");
    if (found) found.focus();
  }
  focus(document);
  document.addEventListener("htmx:afterSwap", function (event) { focus(event.target); });
})();
