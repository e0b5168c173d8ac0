/* Before all else, and in words of old browsers: where the scripts of the page cannot run, its forms take over. */
(function () {
  var LACKS = /not a (function|constructor)|not defined|find variable/i;
  var isPlain = false;

  /** What the style sheets hide because scripts would show it is shown. */
  function showAll(rules) {
    for (var at = 0; at < rules.length; at += 1) {
      var rule = rules[at];
      var words = rule.media ? rule.media.mediaText : "";
      if (words.indexOf("scripting: enabled") >= 0) rule.media.mediaText = "not all";
      if (words.indexOf("scripting: none") >= 0) rule.media.mediaText = "all";
      if (rule.cssRules) showAll(rule.cssRules);
    }
  }

  /** Keep everything from the scripts, so that forms and links do what they do without any. */
  function keepAway(event) {
    event.stopImmediatePropagation();
  }

  function show() {
    for (var at = 0; at < document.styleSheets.length; at += 1) showAll(document.styleSheets[at].cssRules);
    var words = document.getElementById("plain");
    words.className = "notice";
    words.setAttribute("role", "alert");
    words.hidden = false;
  }

  function goPlain() {
    if (isPlain) return;
    isPlain = true;
    ["submit", "click", "input", "change", "keydown"].forEach(function (type) {
      addEventListener(type, keepAway, true);
    });
    if (document.readyState === "complete") show();
    else addEventListener("load", show);
  }

  /** A script that did not arrive, or that failed before the page was there, or lacks something now. */
  addEventListener("error", function (event) {
    var isOurs = String(event.filename || (event.target && event.target.src)).indexOf("/static/") >= 0;
    var isLost = event.target && event.target.tagName === "SCRIPT";
    var isEarly = document.readyState !== "complete" && event.target === window;
    if (isOurs && (isLost || isEarly || LACKS.test(event.message))) goPlain();
  }, true);
  addEventListener("unhandledrejection", function (event) {
    if (event.reason && LACKS.test(event.reason.message)) goPlain();
  });
  addEventListener("htmx:error", function (event) {
    var error = event.detail && event.detail.error;
    if (error && LACKS.test(error.message)) goPlain();
  });
  if (!("noModule" in HTMLScriptElement.prototype)) goPlain();
})();
