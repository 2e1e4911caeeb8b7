// What pages can do beyond forms and links. Everything here is a convenience: without it they work as well.
(() => {
  "use strict";

  const say = (button, text) => {
    const label = button.dataset.label ?? (button.dataset.label = button.textContent);
    button.textContent = text;
    setTimeout(() => { button.textContent = label; }, 2000);
  };

  const textOf = (selector) => {
    const element = document.querySelector(selector);
    return element?.value ?? element?.textContent ?? "";
  };

  // A moment in the zone of whoever looks, with UTC in its title.
  const localise = (time) => {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    time.textContent = moment.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
  };

  const prepare = (root) => {
    root.querySelectorAll("[data-copy], [data-download]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("[data-without-script]").forEach((element) => { element.hidden = true; });
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
        const element = document.querySelector(button.dataset.copy);
        if (element?.select) element.select(); else if (element) getSelection().selectAllChildren(element);
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

  document.addEventListener("htmx:after:swap", () => prepare(document));
  prepare(document);
  document.querySelector("[data-focus]")?.focus();
})();
