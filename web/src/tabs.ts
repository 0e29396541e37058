// The strip of files over the editor, and what can be done with a file.
import { ask } from "./ask";
import { wrongName } from "./draft";
import type { Editor } from "./editor";
import { phrase } from "./words";

export class Tabs {
  constructor(
    private readonly list: HTMLElement,
    private readonly editor: Editor,
    private readonly changed: () => void,
    private readonly packageName: string,
  ) {
    list.addEventListener("keydown", (e) => this.arrow(e));
  }

  /** Draws the strip anew. */
  draw(): void {
    const active = this.editor.shown();
    this.list.replaceChildren(
      ...this.editor.paths().map((path) => {
        const tab = document.createElement("button");
        tab.type = "button";
        tab.role = "tab";
        tab.id = `tab-${path}`;
        tab.textContent = path;
        tab.setAttribute("aria-selected", String(path === active));
        tab.setAttribute("aria-controls", "editor");
        tab.tabIndex = path === active ? 0 : -1;
        tab.addEventListener("click", () => this.choose(path));
        return tab;
      }),
    );
  }

  choose(path: string): void {
    this.editor.show(path);
    this.draw();
  }

  private arrow(e: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (step === undefined) return;
    e.preventDefault();
    const paths = this.editor.paths();
    const to = paths[(paths.indexOf(this.editor.shown()) + step + paths.length) % paths.length];
    if (!to) return;
    this.choose(to);
    document.getElementById(`tab-${to}`)?.focus();
  }

  async add(): Promise<void> {
    const path = await ask({
      title: phrase("js-bench-new-file"),
      text: phrase("js-bench-new-file-text"),
      input: { label: phrase("js-bench-file-name"), value: "", check: (v) => wrongName(v, this.editor.paths()) },
      ok: phrase("js-bench-add"),
      cancel: true,
    });
    if (path === undefined) return;
    this.editor.add(path, `package ${this.packageName}\n\n`);
    this.draw();
    this.changed();
    this.editor.focus();
  }

  async rename(): Promise<void> {
    const from = this.editor.shown();
    const others = this.editor.paths().filter((p) => p !== from);
    const to = await ask({
      title: phrase("js-bench-rename-title", { file: from }),
      text: phrase("js-bench-rename-text"),
      input: { label: phrase("js-bench-file-name"), value: from, check: (v) => wrongName(v, others) },
      ok: phrase("js-bench-rename"),
      cancel: true,
    });
    if (to === undefined || to === from) return;
    this.editor.rename(from, to);
    this.draw();
    this.changed();
  }

  async remove(): Promise<void> {
    const path = this.editor.shown();
    if (this.editor.paths().length === 1) {
      await ask({ title: phrase("js-bench-last-file"), text: phrase("js-bench-last-file-text"), ok: phrase("js-site-close") });
      return;
    }
    const sure = await ask({ title: phrase("js-bench-delete-title", { file: path }), text: phrase("js-bench-delete-text"), ok: phrase("js-bench-delete"), cancel: true });
    if (sure === undefined) return;
    this.editor.remove(path);
    this.draw();
    this.changed();
  }
}
