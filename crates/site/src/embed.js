// In the page of a playground for frames: until it is near the view, a picture of the playground is all that is loaded.
//
// What starts the app stands in this page so that the browser asks for none of it: links have `data-rel` for `rel`, and
// start.js is data. boot.js has run: the address is that of the playground in the app.

/** Settings that leave the picture as it is. */
const SAME = ["embed", "theme", "autoplay", "panels", "predict", "pace", "speed"];
/** How far from the view the app begins to load, where the page around it is of the same site; elsewhere, when it is seen. */
const NEAR = "50%";

const root = document.documentElement;
const settings = new URLSearchParams(location.hash.split("?")[1]);
// The picture shows the playground's own numbers, and says so if the link has others.
if ([...settings.keys()].some((key) => !SAME.includes(key))) root.classList.add("other-numbers");
if (settings.get("panels")?.split(",").includes("race") === false) root.classList.add("no-race");

function start() {
  for (const link of document.querySelectorAll("link[data-rel]")) link.rel = link.dataset.rel;
  const data = document.getElementById("start");
  const script = Object.assign(document.createElement("script"), { type: "module", src: data.src, integrity: data.integrity });
  data.replaceWith(script);
}

const seen = (entries) => {
  if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
  watch.disconnect();
  start();
};
const watch = new IntersectionObserver(seen, { rootMargin: NEAR });
watch.observe(root);
