// Go's syntax beside the editor. Reading a file again and colouring it takes as long as all else that a key does, so both come a moment
// after the key's own frame: a letter never waits for its colour.
import { go } from "@codemirror/lang-go";
import { ensureSyntaxTree, foldService, getIndentation, HighlightStyle, IndentContext, indentService, indentUnit } from "@codemirror/language";
import { type ChangeSet, EditorState, type Extension, RangeSetBuilder, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { highlightTree, tags } from "@lezer/highlight";

/** How far colours may be behind the text, milliseconds: less than two keys of a quick typist are apart. */
const BEHIND = 60;
/** How long one piece of reading may hold up the page, milliseconds. */
const PIECE = 20;

export const TAB = [indentUnit.of("\t"), EditorState.tabSize.of(4)];

/** A text as Go, which is read when somebody asks for it: what was typed since then is read in one go. */
class Reading {
  private constructor(
    private state: EditorState,
    private unread: ChangeSet | undefined,
  ) {}

  static of(doc: Text): Reading {
    return new Reading(EditorState.create({ doc, extensions: [go(), TAB] }), undefined);
  }

  after(changes: ChangeSet): Reading {
    return new Reading(this.state, this.unread ? this.unread.compose(changes) : changes);
  }

  now(): EditorState {
    if (this.unread) this.state = this.state.update({ changes: this.unread }).state;
    this.unread = undefined;
    return this.state;
  }
}

const reading = StateField.define<Reading>({
  create: (state) => Reading.of(state.doc),
  update: (was, tr) => (tr.docChanged ? was.after(tr.changes) : was),
});

const style = HighlightStyle.define([
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.moduleKeyword], color: "var(--violet)" },
  { tag: [tags.string, tags.character], color: "var(--green)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--amber)" },
  { tag: [tags.typeName, tags.standard(tags.typeName)], color: "var(--teal)" },
]);

const marks = new Map<string, Decoration>();

// A letter at the end of a word joins its mark, which is where the browser has put it already: to move it out again would cost another layout.
function mark(names: string): Decoration {
  const there = marks.get(names) ?? Decoration.mark({ class: names, inclusiveEnd: true });
  marks.set(names, there);
  return there;
}

class Colours {
  decorations: DecorationSet = Decoration.none;
  private timer = 0;

  constructor(private readonly view: EditorView) {
    this.colour();
  }

  update(update: ViewUpdate): void {
    const typed = update.transactions.some((tr) => tr.isUserEvent("input.type") || tr.isUserEvent("delete"));
    if (update.docChanged) this.decorations = this.decorations.map(update.changes);
    if (typed) this.later();
    else if (update.docChanged || (update.viewportChanged && !this.timer)) this.colour();
  }

  destroy(): void {
    clearTimeout(this.timer);
  }

  private later(): void {
    this.timer ||= window.setTimeout(() => {
      this.colour();
      this.view.dispatch({});
    }, BEHIND);
  }

  private colour(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    const { viewport, visibleRanges } = this.view;
    const tree = ensureSyntaxTree(this.view.state.field(reading).now(), viewport.to, PIECE);
    if (!tree) return this.later();
    const all = new RangeSetBuilder<Decoration>();
    for (const { from, to } of visibleRanges) highlightTree(tree, style, (a, b, names) => all.add(a, b, mark(names)), from, to);
    this.decorations = all.finish();
  }
}

/** How deep a line is, in columns; nothing for an empty one. */
function depth(text: string, tab: number): number | undefined {
  let deep = 0;
  for (const c of text) {
    if (c === "\t") deep += tab;
    else if (c === " ") deep++;
    else return deep;
  }
  return undefined;
}

/** What folds at a line: all that is deeper below it, to the bracket that ends it. Depth says it, so nothing has to be read for it. */
function below({ doc, tabSize }: EditorState, at: number): { from: number; to: number } | null {
  const first = doc.lineAt(at);
  const own = depth(first.text, tabSize);
  if (own === undefined) return null;
  let last = first;
  for (let n = first.number + 1; n <= doc.lines; n++) {
    const line = doc.line(n);
    const deep = depth(line.text, tabSize);
    if (deep === undefined) continue;
    if (deep <= own) {
      const bracket = line.text.search(/[^\t ]/);
      const ends = deep === own && ")]}".includes(line.text.charAt(bracket));
      return last === first ? null : { from: first.to, to: ends ? line.from + bracket : last.to };
    }
    last = line;
  }
  return last === first ? null : { from: first.to, to: last.to };
}

/** Colours, indentation, folding, and what comments and brackets look like. */
export const goSyntax: Extension = [
  TAB,
  reading,
  ViewPlugin.fromClass(Colours, { decorations: (c) => c.decorations }),
  style.module ? EditorView.styleModule.of(style.module) : [],
  indentService.of((context, pos) => {
    const state = context.state.field(reading).now();
    ensureSyntaxTree(state, pos, PIECE);
    // The same question, with the line break that it supposes, of the text that was read.
    return getIndentation(Object.create(context, { state: { value: state } }) as IndentContext, pos);
  }),
  foldService.of(below),
  EditorState.languageData.of(() => [
    {
      commentTokens: { line: "//", block: { open: "/*", close: "*/" } },
      closeBrackets: { brackets: ["(", "[", "{", "'", '"', "`"] },
      indentOnInput: /^\s*(?:case\b|default\b|\})$/,
    },
  ]),
];
