// CodeMirror with one state for each file, so that every file keeps its own undo history and selection.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { type Diagnostic, forEachDiagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, type Extension, type Range, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  WidgetType,
} from "@codemirror/view";

import type { File } from "./draft";
import { EDITOR_WORDS } from "./editor-words";
import { edits } from "./edits";
import { type Remark, unit, weight } from "./remarks";
import { goSyntax } from "./syntax";
import { typing } from "./typing";
import { phrase } from "./words";

class Note extends WidgetType {
  constructor(private readonly text: string) {
    super();
  }
  override eq(other: Note): boolean {
    return other.text === this.text;
  }
  override toDOM(): HTMLElement {
    const span = document.createElement("span");
    span.className = "cm-note";
    span.textContent = this.text;
    return span;
  }
}

const setRemarks = StateEffect.define<Remark[]>();

// Remarks move with the text that is typed around them and go with the next run.
const remarks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, tr) {
    let now = set.map(tr.changes);
    for (const e of tr.effects) {
      if (!e.is(setRemarks)) continue;
      const ranges: Range<Decoration>[] = e.value
        .filter((r) => r.line >= 1 && r.line <= tr.state.doc.lines)
        .flatMap((r) => {
          const line = tr.state.doc.line(r.line);
          return [
            Decoration.line({ class: "cm-remark" }).range(line.from),
            Decoration.widget({ widget: new Note(`${r.shape} ${r.note}`), side: 1 }).range(line.to),
          ];
        });
      now = Decoration.set(ranges, true);
    }
    return now;
  },
  provide: (f) => EditorView.decorations.from(f),
});

/** Remarks as what F8 goes through and the gutter marks. */
function diagnostics(state: EditorState, all: Remark[]): Diagnostic[] {
  return all
    .filter((r) => r.line >= 1 && r.line <= state.doc.lines)
    .map((r) => {
      const line = state.doc.line(r.line);
      const at = line.from + (r.column > 0 ? unit(line.text, r.column) : line.text.length - line.text.trimStart().length);
      const to = r.column > 0 ? (state.wordAt(at)?.to ?? line.to) : line.to;
      return { from: at, to: Math.max(at, to), severity: weight(r.shape), message: `${r.shape} ${r.note}` };
    });
}

// Drawing cursors takes a fifth of what a key costs; the browser's own will do where there is one.
const cursors = new Compartment();
const drawsCursors = EditorState.transactionExtender.of((tr) => {
  const several = tr.newSelection.ranges.length > 1;
  const drawn = tr.startState.selection.ranges.length > 1;
  return several === drawn ? null : { effects: cursors.reconfigure(several ? drawSelection() : []) };
});

/**
 * What an editor of code has. Nothing that looks at the text around each key for a list of words to offer, or for places of the same word:
 * both are felt when typing.
 */
const setup = [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  foldGutter(),
  cursors.of([]),
  drawsCursors,
  EditorState.allowMultipleSelections.of(true),
  indentOnInput(),
  closeBrackets(),
  highlightActiveLine(),
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
];

// Colours come from the page's tokens, so that the editor follows the theme switch by itself.
const look = EditorView.theme({
  "&": { height: "100%", fontSize: "var(--s0)", color: "var(--ink)", backgroundColor: "var(--well)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { color: "var(--soft)", backgroundColor: "var(--well)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--tint) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-panels, .cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--panel)", borderColor: "var(--line)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--on-accent)", backgroundColor: "var(--accent)" },
  ".cm-matchingBracket": { backgroundColor: "var(--marked)" },
  ".cm-nonmatchingBracket": { color: "var(--red)", textDecoration: "underline" },
  ".cm-textfield": { color: "var(--ink)", backgroundColor: "var(--well)", borderColor: "var(--edge)" },
  ".cm-button": { color: "var(--ink)", backgroundImage: "none", backgroundColor: "var(--paper)", borderColor: "var(--edge)" },
  ".cm-remark": { backgroundColor: "var(--marked)" },
  ".cm-note": { marginLeft: "3ch", color: "var(--amber)", fontStyle: "italic", userSelect: "none" },
  // The package's own marks are images in data: addresses, which the content policy refuses.
  ".cm-lint-marker": { content: "normal", width: "1.2em", height: "1.55em", textAlign: "center", lineHeight: "1.55" },
  ".cm-lint-marker-error, .cm-lint-marker-warning, .cm-lint-marker-info": { content: "normal" },
  ".cm-lint-marker-error::before": { content: '"⊘"', color: "var(--red)" },
  ".cm-lint-marker-warning::before": { content: '"▲"', color: "var(--amber)" },
  ".cm-lint-marker-info::before": { content: '"◇"', color: "var(--blue)" },
  ".cm-lintRange": { backgroundImage: "none !important", paddingBottom: "0", textDecoration: "underline wavy", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecorationColor: "var(--red)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecorationColor: "var(--amber)" },
  ".cm-lintRange-info": { backgroundImage: "none", textDecorationColor: "var(--blue)" },
  ".cm-lintRange-active": { backgroundColor: "var(--marked)" },
  ".cm-lintPoint::after": { borderBottomColor: "var(--red)" },
  ".cm-diagnostic": { fontFamily: "var(--text)", whiteSpace: "pre-wrap", padding: "4px 8px" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--red)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--amber)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--blue)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { color: "var(--ink)", backgroundColor: "var(--tint)" },
  ".cm-panel.cm-panel-lint ul:focus [aria-selected]": { color: "var(--ink)", backgroundColor: "var(--tint)", outline: "2px solid var(--accent)" },
  ".cm-panel.cm-search label": { fontSize: "var(--s0)" },
  ".cm-searchMatch": { backgroundColor: "var(--marked)" },
  ".cm-searchMatch-selected": { outline: "2px solid var(--accent)" },
  ".cm-foldPlaceholder": { color: "var(--soft)", backgroundColor: "var(--panel)", borderColor: "var(--line)" },
});

/** What the editor tells the workbench. */
export interface Hooks {
  /** The text of some file changed. */
  changed: () => void;
  /** Keys of ours that must win over the editor's own. */
  keys: Extension;
}

/** The files of a draft, one of them shown. */
export class Editor {
  private readonly view: EditorView;
  private readonly states = new Map<string, EditorState>();
  private active = "";
  /** Our own edits are not the candidate's. */
  private quiet = false;

  constructor(
    parent: HTMLElement,
    private readonly hooks: Hooks,
    private readonly nonce: string,
  ) {
    this.view = new EditorView({ parent, state: this.fresh("", "") });
  }

  private fresh(path: string, content: string): EditorState {
    return EditorState.create({
      doc: content,
      extensions: [
        this.hooks.keys,
        ...setup,
        keymap.of([indentWithTab]),
        typing(),
        goSyntax,
        EditorState.phrases.of(EDITOR_WORDS),
        EditorView.cspNonce.of(this.nonce),
        EditorView.contentAttributes.of({
          "aria-label": phrase("js-bench-code-of", { file: path }),
          "aria-describedby": "editor-hint",
          // What scrolls must be reachable; not every tool takes an editable element for it.
          tabindex: "0",
          autocapitalize: "off",
          spellcheck: "false",
        }),
        look,
        remarks,
        lintGutter(),
        EditorView.updateListener.of((u) => {
          if (u.docChanged && !this.quiet) this.hooks.changed();
        }),
      ],
    });
  }

  /** Puts other files in the place of all. */
  load(files: File[]): void {
    this.states.clear();
    for (const f of files) this.states.set(f.path, this.fresh(f.path, f.content));
    const first = files[0]?.path ?? "";
    const to = this.states.has(this.active) ? this.active : first;
    this.active = "";
    this.show(to);
  }

  /** Puts other texts in the place of those that differ. Cursors keep their places, and what was there can be had back by undo. */
  replace(files: File[]): void {
    this.keep();
    const names = (all: { path: string }[]) => all.map((f) => f.path).sort().join();
    if (names(files) !== names(this.paths().map((path) => ({ path })))) return this.load(files);
    this.quiet = true;
    for (const { path, content } of files) {
      const state = this.states.get(path);
      const changes = state ? edits(state.doc.toString(), content) : [];
      if (!state || changes.length === 0) continue;
      const spec = { changes, userEvent: "format" };
      if (path === this.active) this.view.dispatch(spec);
      else this.states.set(path, state.update(spec).state);
    }
    this.keep();
    this.quiet = false;
  }

  files(): File[] {
    this.keep();
    return [...this.states].map(([path, state]) => ({ path, content: state.doc.toString() }));
  }

  paths(): string[] {
    return [...this.states.keys()];
  }

  shown(): string {
    return this.active;
  }

  show(path: string): void {
    this.keep();
    const state = this.states.get(path);
    if (!state) return;
    this.active = path;
    this.view.setState(state);
  }

  add(path: string, content: string): void {
    this.states.set(path, this.fresh(path, content));
    this.show(path);
  }

  rename(from: string, to: string): void {
    const files = this.files().map((f) => (f.path === from ? { ...f, path: to } : f));
    this.active = to;
    this.load(files);
  }

  remove(path: string): void {
    this.states.delete(path);
    if (this.active === path) this.active = "";
    this.show(this.active || (this.paths()[0] ?? ""));
  }

  focus(): void {
    this.view.focus();
  }

  /** Shows a line, the cursor in it. */
  go(path: string, line: number): void {
    if (path !== this.active) this.show(path);
    const doc = this.view.state.doc;
    const at = doc.line(Math.min(Math.max(line, 1), doc.lines)).from;
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.view.focus();
  }

  /** Remarks of the last run; an empty list takes them away. */
  remark(all: Remark[]): void {
    this.keep();
    for (const [path, state] of this.states) {
      const mine = all.filter((r) => r.file === path);
      const found = setDiagnostics(state, diagnostics(state, mine));
      const effects = [setRemarks.of(mine), found.effects ?? []].flat();
      if (path === this.active) this.view.dispatch({ effects });
      else this.states.set(path, state.update({ effects }).state);
    }
  }

  /** Goes to the next remark after the cursor, in the file that is shown or in the next one that has any. */
  nextRemark(): void {
    this.keep();
    const paths = this.paths();
    const here = paths.indexOf(this.active);
    // The file that is shown comes first, for what is after its cursor, and last, for the rest.
    for (let n = 0; n <= paths.length; n++) {
      const path = paths[(here + n) % paths.length] ?? "";
      const state = this.states.get(path);
      if (!state) continue;
      const after = n === 0 ? state.selection.main.from : -1;
      const places: { from: number; to: number }[] = [];
      forEachDiagnostic(state, (_, from, to) => places.push({ from, to }));
      const next = places.filter((p) => p.from > after).sort((p, q) => p.from - q.from)[0];
      if (!next) continue;
      if (path !== this.active) this.show(path);
      this.view.dispatch({ selection: { anchor: next.from, head: next.to }, effects: EditorView.scrollIntoView(next.from, { y: "center" }) });
      this.view.focus();
      return;
    }
  }

  private keep(): void {
    if (this.states.has(this.active)) this.states.set(this.active, this.view.state);
  }
}
