
"use strict";
for (const svg of document.querySelectorAll("svg")) {
  const [, , total, height] = svg.getAttribute("viewBox").split(" ").map(Number);
  const seconds = Number(svg.dataset.seconds), shown = svg.closest("section").querySelector("output");
  let from = 0, span = total, held = null;
  const show = () => {
    from = Math.max(0, Math.min(total - span, from));
    svg.setAttribute("viewBox", `${from} 0 ${span} ${height}`);
    const micro = units => (units / total * seconds * 1e6).toPrecision(5);
    shown.textContent = `${micro(from)} to ${micro(from + span)} µs`;
  };
  const zoom = (factor, at) => {
    const next = Math.max(total / 1e5, Math.min(total, span * factor));
    from = at - (at - from) * next / span;
    span = next;
    show();
  };
  const place = event => {
    const box = svg.getBoundingClientRect();
    return (event.clientX - box.left) / box.width;
  };
  svg.addEventListener("wheel", event => {
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, from + span * place(event));
  }, { passive: false });
  svg.addEventListener("pointerdown", event => { held = from + span * place(event); svg.setPointerCapture(event.pointerId); });
  svg.addEventListener("pointerup", () => { held = null; });
  svg.addEventListener("pointermove", event => {
    if (held === null)
      return;
    from = held - span * place(event);
    show();
  });
  const all = () => { from = 0; span = total; show(); };
  svg.addEventListener("dblclick", all);
  svg.addEventListener("keydown", event => {
    const middle = from + span / 2;
    const act = { "+": () => zoom(0.8, middle), "-": () => zoom(1.25, middle), "0": all,
      ArrowLeft: () => { from -= span / 10; show(); }, ArrowRight: () => { from += span / 10; show(); } }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });
  show();
}
