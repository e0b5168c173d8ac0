/* On another site's page: makes each frame with a talk's board as tall as its board, and no taller than fits in the window. */
(function () {
  "use strict";
  var LEAST = 320;
  var SHARE = 0.9; // of the window: a taller frame would scroll with the page, and its list would move under a reader
  var script = new URL(document.currentScript.src);
  var start = new URL("embed/", script).href;
  var wanted = new Map();

  function frames() {
    return Array.from(document.getElementsByTagName("iframe")).filter(function (frame) {
      return frame.src.startsWith(start);
    });
  }

  /** Ask for its height; one that is still empty has none, and is asked once it has loaded. */
  function greet(frame) {
    if (!frame.contentDocument) frame.contentWindow.postMessage({ companion: "hello" }, script.origin);
  }

  function size(frame) {
    var most = Math.max(LEAST, Math.round(window.innerHeight * SHARE));
    frame.style.height = Math.min(Math.max(LEAST, wanted.get(frame)), most) + "px";
  }

  addEventListener("message", function (event) {
    var data = event.data;
    if (event.origin !== script.origin || !data || data.companion !== "height" || !(data.height > 0)) return;
    frames().forEach(function (frame) {
      if (frame.contentWindow !== event.source) return;
      wanted.set(frame, data.height);
      size(frame);
    });
  });
  addEventListener("resize", function () {
    wanted.forEach(function (_height, frame) {
      size(frame);
    });
  });
  document.addEventListener("load", function (event) {
    if (frames().includes(event.target)) greet(event.target);
  }, true);
  frames().forEach(greet);
})();
