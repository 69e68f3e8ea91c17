// Runs before the first paint, in every browser: no syntax here that an old one could not read.
//
// It does six things:
//   0. gives a page that crates/site has made (`downloads/`) the address that it has in the app, so that the app takes the
//      place of what is read there; `downloads/#?seed=7` carries settings;
//   1. sets the theme that the reader chose (localStorage `interleave.theme`: "light" or "dark"; otherwise the system's),
//      as `data-theme` on the root element;
//   2. shows "Loading" when the app takes long to start;
//   3. owns the failure page, which replaces the app when it cannot start or has panicked, and brings back what can be read
//      without it;
//   4. in a frame, keeps what the page around it says before the app stands (src/web/host.rs hears it then);
//   5. keeps the browser from leaving the page for a file or a link that is dropped onto it.
//
// For the Rust side and for start.js:
//
//   window.interleaveFail(message, options)
//
// shows the failure page. `message` is plain text: what happened. Only the first call counts; later ones are
// consequences of the first. `options` may hold `title` (the headline) and `defaults` (false: do not offer to start with
// the defaults, since the address is not the cause). The panic hook of main.rs calls it with the panic's message. A
// WebAssembly trap that nothing else has reported ends here too.
//
//   window.interleaveReadable()
//
// is the static content of the page, if the address is still that of it.
(function () {
  "use strict";

  // 0. Address. All else reads it.
  var hash = window.location.hash;
  var page = document.querySelector("meta[name=page]");
  if (page) {
    if (hash.charAt(1) !== "/") hash = "#/" + page.content + (hash.charAt(1) === "?" ? hash.slice(1) : "");
    var address = document.baseURI + hash;
    try {
      window.history.replaceState(null, "", address);
    } catch (_) {
      window.location.replace(address); // some frames refuse the former
    }
  }
  var EMBED = /[?&]embed=1(&|$)/;

  // Whether a link is one to this very page, whose static content (an article, the picture of embed.html, or the start page)
  // then fits.
  function isHere(hash) {
    if (!page) return hash.length <= 2;
    return hash.split("?")[0] === "#/" + page.content && EMBED.test(hash) === page.hasAttribute("data-embed");
  }

  var isReadable = isHere(hash);
  if (!isReadable) {
    document.documentElement.setAttribute("data-linked", "");
    // There is nothing to read first, so the app is asked for at once.
    var later = document.querySelectorAll("link[data-rel]");
    for (var n = 0; n < later.length && !(page && page.hasAttribute("data-embed")); n++) later[n].rel = later[n].getAttribute("data-rel");
  }
  var readable = null;
  document.addEventListener("DOMContentLoaded", function () {
    readable = document.querySelector("#app > .static");
  });

  // A frame is as high as its page asks for, and keeps no room for a scroll bar.
  if (window.parent !== window || (page && page.hasAttribute("data-embed"))) document.documentElement.setAttribute("data-framed", "");

  // 1. Theme. Storage may be denied (private windows, sandboxed frames): then the system's theme holds.
  var theme = null;
  try {
    theme = window.localStorage.getItem("interleave.theme");
  } catch (_) {
    /* no storage, no choice */
  }
  // Within somebody else's page, the link may say it.
  var asked = EMBED.test(hash) && /[?&]theme=(light|dark)(&|$)/.exec(hash);
  if (asked) theme = asked[1];
  if (theme === "light" || theme === "dark") {
    document.documentElement.setAttribute("data-theme", theme);
    var metas = document.querySelectorAll("meta[name=theme-color]");
    for (var i = 0; i < metas.length; i++) {
      metas[i].media = metas[i].media.indexOf(theme) >= 0 ? "all" : "not all";
    }
  }

  // 2. Loading text, only when there is something to wait for.
  var LOADING_AFTER_MS = 700;
  setTimeout(function () {
    var loading = document.getElementById("loading");
    // Looked for anew: scripts that are still loading keep the document from being complete.
    if (loading && !(isReadable && document.querySelector("#app > .static"))) loading.hidden = false;
  }, LOADING_AFTER_MS);

  // 4. Mail.
  var MOST_MAIL = 16;
  if (window.parent !== window) {
    window.interleaveMail = [];
    window.addEventListener("message", function (event) {
      var mail = window.interleaveMail;
      if (mail && mail.length < MOST_MAIL && event.source === window.parent) mail.push(event);
    });
  }

  // 5. Drops. Files are opened by the app (src/ui/run/open.rs), links by nobody.
  function stay(event) {
    var data = event.dataTransfer;
    var types = data ? Array.prototype.slice.call(data.types) : [];
    var isFile = types.indexOf("Files") >= 0;
    var isField = event.target.closest && event.target.closest("input, textarea");
    if (!isFile && (types.indexOf("text/uri-list") < 0 || isField)) return;
    event.preventDefault();
    if (!isFile) data.dropEffect = "none";
  }
  window.addEventListener("dragover", stay);
  window.addEventListener("drop", stay);

  // 3. The failure page.
  var failed = false;

  function element(name, text) {
    var made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function button(text, onClick) {
    var made = element("button", text);
    made.type = "button";
    made.className = "button";
    made.addEventListener("click", onClick);
    return made;
  }

  // What can be read in the place of the app, or of what the app lacks.
  function withoutApp() {
    return isHere(window.location.hash) ? document.querySelector("#app > .static") || readable : null;
  }
  window.interleaveReadable = withoutApp;

  function show(message, options) {
    var app = document.getElementById("app");
    var instead = withoutApp();
    if (app) app.textContent = "";
    var below = document.getElementById("meanwhile"); // from start.js
    if (below && below.parentNode) below.parentNode.removeChild(below);
    if (app && instead) app.appendChild(instead);

    var failure = document.createElement("div");
    failure.id = "failure";
    failure.className = "failure";
    failure.setAttribute("role", "alert");
    // Readable without the style sheets too, which may be what failed to load; `.failure` in style/ does the rest.
    failure.style.maxWidth = "44rem";
    failure.style.margin = "0 auto";
    failure.style.padding = instead ? "1rem 1.5rem" : "12vh 1.5rem 2rem";
    failure.style.fontFamily = "system-ui, sans-serif";

    failure.appendChild(element(instead ? "h2" : "h1", options.title || "Interleave has stopped"));
    var details = element("pre", message);
    details.style.margin = instead ? "0.5rem 0" : "1rem 0";
    details.style.whiteSpace = "pre-wrap";
    details.style.overflowWrap = "anywhere";
    failure.appendChild(details);

    var actions = document.createElement("div");
    actions.className = "links";
    actions.appendChild(
      button("Reload", function () {
        location.reload();
      })
    );
    if (options.defaults !== false) {
      actions.appendChild(
        button("Start with the defaults", function () {
          history.replaceState(null, "", location.pathname + location.search);
          location.reload();
        })
      );
    }
    failure.appendChild(actions);
    document.body.insertBefore(failure, instead ? document.body.firstChild : null);
    if (!instead) document.title = "Stopped: Interleave";
  }

  window.interleaveFail = function (message, options) {
    if (failed) return;
    failed = true;
    var text = String(message);
    var settings = options || {};
    if (document.body) {
      show(text, settings);
    } else {
      document.addEventListener("DOMContentLoaded", function () {
        show(text, settings);
      });
    }
  };

  // A trap after the start (a panic in a callback or in a task) that no panic hook has reported.
  function onError(error) {
    if (window.WebAssembly && WebAssembly.RuntimeError && error instanceof WebAssembly.RuntimeError) {
      window.interleaveFail("The app stopped unexpectedly: " + error.message);
    }
  }
  window.addEventListener("error", function (event) {
    onError(event.error);
  });
  window.addEventListener("unhandledrejection", function (event) {
    onError(event.reason);
  });

  // What start.js needs, and cannot say itself: where modules are missing, it never runs.
  if (!("noModule" in HTMLScriptElement.prototype)) {
    unsupported("JavaScript modules");
  } else if (typeof WebAssembly !== "object") {
    unsupported("WebAssembly, or it is switched off");
  }

  function unsupported(what) {
    window.interleaveFail(
      "This browser lacks " + what + ". Interleave needs a browser from 2022 or later (Chrome 97, Firefox 79, Safari 16).",
      { title: "Interleave cannot run in this browser", defaults: false }
    );
  }

  // start.js itself may fail to arrive. A failed script tells only its own element, hence the capture. What the app can do
  // without has the attribute `data-optional`.
  window.addEventListener(
    "error",
    function (event) {
      var target = event.target;
      if (target && target.tagName === "SCRIPT" && !target.hasAttribute("data-optional")) {
        window.interleaveFail("Could not load " + target.src + ". Check the connection, then reload.", {
          title: "Interleave could not be loaded",
          defaults: false,
        });
      }
    },
    true
  );
})();
