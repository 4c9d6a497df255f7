// Narrows the page of a text to some of its figures. Without it every figure is shown.
// The choice stands in the address (#role=actual&dimension=disputes), so that a link can carry it.
(() => {
  "use strict";
  const start = () => {
    const form = document.getElementById("figure-filter");
    if (!form) return;
    const figures = [...document.querySelectorAll(".evidence a.figure")];
    const rows = [...document.querySelectorAll(".figure-list li")];
    const selects = [...form.querySelectorAll("select")];
    const output = form.querySelector("output");
    const chosen = () => selects.filter((s) => s.value);
    const fits = (element) =>
      chosen().every((s) => element.dataset[s.name].split(" ").includes(s.value));

    const show = () => {
      for (const figure of figures) figure.classList.toggle("off", !fits(figure));
      let shown = 0;
      for (const row of rows) {
        row.hidden = !fits(row);
        shown += row.hidden ? 0 : 1;
      }
      output.textContent = output.dataset.words
        .replace("{shown}", shown)
        .replace("{all}", rows.length);
    };

    // A link to a place wins over a choice that would hide it; a link with a choice sets it.
    const read = () => {
      const words = decodeURIComponent(location.hash.slice(1));
      const given = words.includes("=") ? new URLSearchParams(words) : new URLSearchParams();
      for (const select of selects) {
        const value = given.get(select.name) || "";
        select.value = [...select.options].some((o) => o.value === value) ? value : "";
      }
      show();
      const first = words.includes("=") && figures.find((f) => !f.classList.contains("off"));
      if (first) first.scrollIntoView({ block: "center" });
    };

    const write = () => {
      const words = chosen().map((s) => `${s.name}=${s.value}`).join("&");
      history.replaceState(null, "", words ? `#${words}` : location.pathname + location.search);
    };

    form.hidden = false;
    form.addEventListener("change", () => { show(); write(); });
    form.addEventListener("reset", () => setTimeout(() => { show(); write(); }));
    window.addEventListener("hashchange", () => {
      const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!place || place.hidden || place.classList.contains("off")) {
        read();
        if (place) place.scrollIntoView({ block: "center" });
      }
    });
    if (location.hash.includes("=")) read(); else show();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
