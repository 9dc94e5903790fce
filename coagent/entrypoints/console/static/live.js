// Reloads a page's tables when the server says that something is new in one of its topics.
"use strict";
(() => {
  const tables = () => document.getElementById("tables");
  const topics = (tables()?.dataset.news || "").split(" ").filter(Boolean);
  if (!topics.length) return;
  const news = document.getElementById("news");
  let changed = "";

  // Somebody who writes or reads there is not disturbed: the page says that it can be reloaded.
  const isInUse = () => [document.getElementById("before-charts"), tables()].some((part) => {
    const focused = document.activeElement;
    return part.contains(focused) && focused.matches("input, select, textarea, button") || !!part.querySelector("details[open]");
  });
  const reload = () => {
    if (document.hidden || !changed) return;
    if (isInUse()) {
      news.textContent = `New in ${changed}: reload the page to see it.`;
      return;
    }
    changed = "";
    news.textContent = "";
    htmx.trigger(tables(), "news");
    document.dispatchEvent(new Event("coagent:reload"));
  };

  const source = new EventSource("/events");
  for (const topic of topics) {
    source.addEventListener(topic, () => { changed = topic; reload(); });
  }
  document.addEventListener("visibilitychange", reload);
})();
