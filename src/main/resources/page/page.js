// Takes the page anew from the agent when the agent tells of a change: the server makes all markup,
// here it is only put in place. Without this script everything works but that.
(() => {
  "use strict";
  const main = document.querySelector("main[data-live]");
  if (!main) return;
  const live = document.getElementById("live");
  const BETWEEN = 700, BUSY = 2000, FIGURES = 5000, LOST = 5000;
  let events = null, timer = 0, due = Infinity, running = false, lost = false;

  if (location.search) history.replaceState(null, "", location.pathname);

  function soon(after) {
    const at = Date.now() + after;
    if (at >= due) return;
    due = at;
    clearTimeout(timer);
    timer = setTimeout(refresh, after);
  }

  async function refresh() {
    due = Infinity;
    if (running || document.hidden) return;
    if (selecting()) return soon(BUSY);
    running = true;
    let ok = false;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status === 401) return location.reload();
      ok = answer.ok;
      if (ok) put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      ok = false;
    } finally {
      running = false;
    }
    say(ok);
    if (!ok || lost) soon(LOST);
    else if (main.hasAttribute("data-busy")) soon(BUSY);
    else if (main.querySelector("[data-figures]")) soon(FIGURES);
  }

  // Whoever copies a line out of a log must not lose it.
  function selecting() {
    const selection = getSelection();
    return selection && !selection.isCollapsed && main.contains(selection.anchorNode);
  }

  function put(page) {
    const next = page.querySelector("main");
    if (!next) return;
    document.title = page.title;
    main.toggleAttribute("data-busy", next.hasAttribute("data-busy"));
    const keep = remember();
    const now = [...main.children], then = [...next.children];
    const same = now.length === then.length && now.every((part, i) => part.id && part.id === then[i].id);
    if (same) {
      now.forEach((part, i) => { if (!part.isEqualNode(then[i])) part.replaceWith(then[i]); });
    } else {
      main.replaceChildren(...then);
    }
    keep();
  }

  // What the reader did stays: opened parts, places in logs, the focus.
  function remember() {
    const open = [...main.querySelectorAll("details[id]")].map((part) => [part.id, part.open]);
    const places = [...main.querySelectorAll("pre[id]")].map((part) =>
      [part.id, part.scrollTop + part.clientHeight >= part.scrollHeight - 4 ? Infinity : part.scrollTop]);
    const focused = document.activeElement;
    const inside = focused && main.contains(focused);
    const name = inside && (focused.id ? "#" + CSS.escape(focused.id)
      : focused.getAttribute("href") && `${focused.localName}[href="${CSS.escape(focused.getAttribute("href"))}"]`);
    return () => {
      for (const [id, was] of open) { const part = document.getElementById(id); if (part) part.open = was; }
      for (const [id, at] of places) { const part = document.getElementById(id); if (part) part.scrollTop = Math.min(at, part.scrollHeight); }
      if (name && !main.contains(document.activeElement)) main.querySelector(name)?.focus({ preventScroll: true });
    };
  }

  function say(ok) {
    const text = ok ? "Live" : "The agent does not answer; this page shows what was.";
    if (live.textContent !== text) live.textContent = text;
  }

  function listen() {
    if (events || document.hidden) return;
    events = new EventSource("/api/v1/events");
    events.onopen = () => { lost = false; soon(0); };
    for (const name of ["app", "deployment", "pull", "output"]) {
      events.addEventListener(name, () => soon(BETWEEN));
    }
    // Too many listen, or the agent is away: look now and then until it is back.
    events.onerror = () => {
      lost = true;
      if (events.readyState === EventSource.CLOSED) { events = null; setTimeout(listen, 2 * LOST); }
      soon(LOST);
    };
  }

  // A page that nobody sees costs the agent nothing.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { events?.close(); events = null; } else { listen(); soon(0); }
  });
  for (const pre of main.querySelectorAll("pre[id]")) pre.scrollTop = pre.scrollHeight;
  listen();
})();
