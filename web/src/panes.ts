// The lines between the panes: dragged, or moved by arrow keys, and remembered in this browser.

const KEY = "assay.panes";
/** Percent that an arrow key moves. */
const STEP = 2;

interface Line {
  element: HTMLElement;
  /** The property of the workbench's style that holds the place. */
  property: string;
  usual: number;
  least: number;
  most: number;
}

function kept(): Record<string, number> {
  try {
    const all: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof all === "object" && all !== null ? (all as Record<string, number>) : {};
  } catch {
    return {};
  }
}

function keep(name: string, percent: number): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...kept(), [name]: percent }));
  } catch {
    // It holds for this page, then.
  }
}

/** Wires every `role=separator` of the workbench. */
export function initPanes(bench: HTMLElement): void {
  for (const element of bench.querySelectorAll<HTMLElement>("[role=separator]")) {
    const number = (name: string) => Number(element.getAttribute(name));
    const property = element.dataset["property"] ?? "";
    wire(bench, { element, property, usual: number("aria-valuenow"), least: number("aria-valuemin"), most: number("aria-valuemax") });
  }
}

function wire(bench: HTMLElement, line: Line): void {
  const { element, property, usual, least, most } = line;
  const upright = element.getAttribute("aria-orientation") === "vertical";
  let now = usual;
  const move = (percent: number) => {
    now = Math.round(Math.min(Math.max(percent, least), most) * 10) / 10;
    bench.style.setProperty(property, `${now}%`);
    element.setAttribute("aria-valuenow", String(Math.round(now)));
  };
  const settle = (percent: number) => {
    move(percent);
    keep(property, now);
  };
  const before = kept()[property];
  if (typeof before === "number" && Number.isFinite(before)) move(before);

  element.addEventListener("keydown", (e) => {
    const less = upright ? "ArrowLeft" : "ArrowUp";
    const more = upright ? "ArrowRight" : "ArrowDown";
    const to = { [less]: now - STEP, [more]: now + STEP, Home: least, End: most, Enter: usual }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    settle(to);
  });
  element.addEventListener("dblclick", () => settle(usual));
  element.addEventListener("pointerdown", (e) => {
    if (e.button !== 0) return;
    e.preventDefault();
    element.setPointerCapture(e.pointerId);
    element.focus();
    const box = bench.getBoundingClientRect();
    const drag = (m: PointerEvent) => move(upright ? (100 * (m.clientX - box.left)) / box.width : (100 * (m.clientY - box.top)) / box.height);
    const end = () => {
      element.removeEventListener("pointermove", drag);
      keep(property, now);
    };
    element.addEventListener("pointermove", drag);
    element.addEventListener("lostpointercapture", end, { once: true });
  });
}
