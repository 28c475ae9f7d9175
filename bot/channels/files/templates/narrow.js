// Narrows the figures of a report: adds up the components that the reader has chosen. Nothing is fetched or stored.
(() => {
  const section = document.getElementById("narrow");
  const data = JSON.parse(document.getElementById("components").textContent);
  const format = data.figures.map((figure) => new Intl.NumberFormat(document.documentElement.lang, {
    minimumFractionDigits: 0, maximumFractionDigits: figure.decimals,
  }));
  const chosen = (select) => new Set([...select.selectedOptions].map((option) => Number(option.value)));
  const selects = [...section.querySelectorAll("select[data-dimension]")];
  const from = section.querySelector("select[data-from]"), to = section.querySelector("select[data-to]");
  const cells = [...section.querySelectorAll("[data-figure]")];
  const whole = cells.map((cell) => cell.textContent);

  const show = () => {
    const wanted = selects.map(chosen), first = Number(from.value), last = Number(to.value);
    const all = wanted.every((values) => values.size === 0) && first === 0 && last === data.days - 1;
    data.figures.forEach((figure, n) => {
      if (all) { cells[n].textContent = whole[n]; return; }
      let above = 0, below = 0;
      for (const cell of figure.cells) {
        const inside = cell[0] >= first && cell[0] <= last
          && wanted.every((values, d) => values.size === 0 || values.has(cell[d + 1]));
        if (inside) {
          above += cell[selects.length + 1];
          below += figure.ratio ? cell[selects.length + 2] : 0;
        }
      }
      const value = figure.ratio ? (below ? figure.scale * above / below : null) : above;
      cells[n].textContent = value === null ? data.nothing : figure.unit.replace(data.number, format[n].format(value));
    });
  };

  section.querySelector(".choices").hidden = false;
  section.addEventListener("change", show);
  section.querySelector("button").addEventListener("click", () => {
    selects.forEach((select) => [...select.options].forEach((option) => { option.selected = false; }));
    from.value = "0";
    to.value = String(data.days - 1);
    show();
  });
})();
