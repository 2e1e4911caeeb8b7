// What pages can do beyond forms and links. Everything here is a convenience: without it they work as well.
(() => {
  "use strict";

  const say = (button, text) => {
    const label = button.dataset.label ?? (button.dataset.label = button.textContent);
    button.textContent = text;
    setTimeout(() => { button.textContent = label; }, 2000);
  };

  const textOf = (selector) =>
    [...document.querySelectorAll(selector)].map((element) => element.value ?? element.textContent).join("");

  // For browsers that let no script copy: at addresses without https, that is.
  const select = (selector) => {
    const elements = [...document.querySelectorAll(selector)];
    if (elements.length === 0) return;
    if (elements[0].select) return elements[0].select();
    elements.forEach((element) => { element.hidden = false; });
    const range = document.createRange();
    range.setStartBefore(elements[0]);
    range.setEndAfter(elements.at(-1));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  // A moment in the zone of whoever looks, with UTC in its title.
  const localise = (time) => {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  };

  // When the days of a form begin here, in minutes before UTC: that of "from", and the one after "to".
  const setZone = (field) => {
    const begins = (name, after) => {
      const day = new Date(`${field.form?.elements[name]?.value}T00:00`);
      day.setDate(day.getDate() + after);
      return Number.isNaN(day.getTime()) ? 0 : -day.getTimezoneOffset();
    };
    field.value = `${begins("from", 0)},${begins("to", 1)}`;
  };
  document.addEventListener("input", (event) => {
    event.target.form?.querySelectorAll("[data-zone]").forEach(setZone);
  }, { capture: true });

  const prepare = (root) => {
    root.querySelectorAll("[data-copy], [data-download]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("[data-with-script]").forEach((element) => { element.hidden = false; });
    root.querySelectorAll("[data-without-script]").forEach((element) => { element.hidden = true; });
    root.querySelectorAll("[data-with-script]").forEach((element) => { element.hidden = false; });
    root.querySelectorAll("[data-zone]").forEach(setZone);
    root.querySelectorAll("time[datetime]").forEach(localise);
    root.querySelectorAll("[data-enables]").forEach((box) => {
      const button = document.querySelector(box.dataset.enables);
      if (!button) return;
      button.disabled = !box.checked;
      box.addEventListener("change", () => { button.disabled = !box.checked; });
    });
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-download]");
    if (!button) return;
    if (button.dataset.copy) {
      try {
        await navigator.clipboard.writeText(textOf(button.dataset.copy));
        say(button, "Copied");
      } catch {
        select(button.dataset.copy);
        say(button, "Press Ctrl+C");
      }
    } else {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([textOf(button.dataset.download) + "\n"], { type: "text/plain" }));
      link.download = button.dataset.filename ?? "download.txt";
      link.click();
      URL.revokeObjectURL(link.href);
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-submit]")) event.target.form?.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  // A list that refreshes itself stands still while somebody is at work in it, and when nobody is there: else a page that was
  // left open would ask for ever.
  const REST = 10 * 60 * 1000;
  let seen = Date.now();
  ["pointermove", "keydown", "scroll"].forEach((kind) => {
    document.addEventListener(kind, () => { seen = Date.now(); }, { passive: true });
  });
  const tell = (text) => {
    const news = document.getElementById("news");
    if (news) news.textContent = text;
  };
  const rows = () => [...document.querySelectorAll("#calls [data-row]")].map((row) => row.dataset.row);
  let shown = null;
  document.addEventListener("htmx:before:request", (event) => {
    const source = event.detail?.ctx?.sourceElement;
    if (!source?.matches?.("[data-live]")) {
      shown = null;
      return;
    }
    const box = document.getElementById("live");
    if (box?.checked && Date.now() - seen > REST) {
      box.checked = false;
      tell("The list does not refresh itself any more: nobody was here for a while.");
    }
    const active = document.activeElement;
    const isAtWork = source.contains(active) || active?.matches?.("#filters :is(input:not([type=checkbox]), select)");
    if (!box?.checked || document.hidden || isAtWork) event.preventDefault();
    else shown = rows();
  });

  document.addEventListener("htmx:after:swap", () => {
    if (shown) {
      const come = rows().filter((row) => !shown.includes(row)).length;
      if (come > 0) tell(come === 1 ? "1 new call" : `${come} new calls`);
      shown = null;
    }
    prepare(document);
  });
  prepare(document);
  document.querySelector("[data-focus]")?.focus();
})();
