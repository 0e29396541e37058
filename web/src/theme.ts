// Runs before the first paint: says that scripts work, and puts the kept theme on before anything is drawn.
export {};

const root = document.documentElement;
root.classList.add("js");
try {
  const kept = localStorage.getItem("assay.theme");
  if (kept === "light" || kept === "dark") root.dataset["theme"] = kept;
} catch {
  // A browser that keeps nothing follows the system's theme.
}
