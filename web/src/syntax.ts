// Go's syntax beside the editor. Reading a file again and colouring it takes as long as all else that a key does, so both come a moment
// after the key's own frame: a letter never waits for its colour. Indentation and folding go by lines.
import { go } from "@codemirror/lang-go";
import { ensureSyntaxTree, foldService, HighlightStyle, indentService, indentUnit, matchBrackets } from "@codemirror/language";
import { type ChangeSet, EditorState, type Extension, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { highlightTree, tags } from "@lezer/highlight";

import { below, indentation } from "./lines";

/** How far colours may be behind the text, milliseconds: less than two keys of a quick typist are apart. */
const BEHIND = 60;
/** How long one piece of reading may hold up the page, milliseconds. */
const PIECE = 20;
/** How many screens above and below what is seen have their colours: the browser draws what is near too, and each word of a colour of its own
 * takes time at every key. */
const AROUND = 1 / 3;

export const TAB = [indentUnit.of("\t"), EditorState.tabSize.of(4)];

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

/** From one place of the text to another. */
interface Part {
  from: number;
  to: number;
}

/** Colours of words and the brackets that belong together: all that follows the text at a small distance. */
class Marks {
  colours: DecorationSet = Decoration.none;
  brackets: DecorationSet = Decoration.none;
  /** The text as Go, behind by the changes that are unread. */
  private state: EditorState;
  private unread: ChangeSet | undefined;
  /** What has its colours. */
  private coloured: Part = { from: 0, to: 0 };
  private timer = 0;

  constructor(private readonly view: EditorView) {
    this.state = EditorState.create({ doc: view.state.doc, extensions: [go(), TAB] });
    this.colour(view.viewport);
    view.scrollDOM.addEventListener("scroll", this.scrolled, { passive: true });
  }

  update({ transactions, changes, docChanged, selectionSet, viewportChanged }: ViewUpdate): void {
    if (docChanged) this.move(changes);
    const typed = transactions.some((tr) => tr.isUserEvent("input") || tr.isUserEvent("delete"));
    if (docChanged && !typed) this.colour(this.view.viewport);
    if (docChanged || selectionSet || viewportChanged) this.later();
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.view.scrollDOM.removeEventListener("scroll", this.scrolled);
  }

  private move(changes: ChangeSet): void {
    this.colours = this.colours.map(changes);
    this.brackets = this.brackets.map(changes);
    this.unread = this.unread ? this.unread.compose(changes) : changes;
    this.coloured = { from: changes.mapPos(this.coloured.from), to: changes.mapPos(this.coloured.to, 1) };
  }

  private readonly scrolled = (): void => {
    const { from, to } = this.seen(0);
    if (from < this.coloured.from || to > this.coloured.to) this.now();
  };

  private later(): void {
    this.timer ||= window.setTimeout(() => this.now(), BEHIND);
  }

  private now(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    this.colour(this.seen(AROUND));
    this.brackets = this.pairs();
    this.view.dispatch({});
  }

  /** What is to be seen, by lines, and so many screens around it. */
  private seen(around: number): Part {
    const { scrollTop, clientHeight } = this.view.scrollDOM;
    const at = (height: number) => this.view.lineBlockAtHeight(height);
    return { from: at(scrollTop - around * clientHeight).from, to: at(scrollTop + (1 + around) * clientHeight).to };
  }

  private colour(part: Part): void {
    if (this.unread) this.state = this.state.update({ changes: this.unread }).state;
    this.unread = undefined;
    const tree = ensureSyntaxTree(this.state, part.to, PIECE);
    if (!tree) return this.later();
    const all = new RangeSetBuilder<Decoration>();
    for (const { from, to } of this.view.visibleRanges) {
      const [a, b] = [Math.max(from, part.from), Math.min(to, part.to)];
      if (a < b) highlightTree(tree, style, (a, b, names) => all.add(a, b, mark(names)), a, b);
    }
    this.colours = all.finish();
    this.coloured = part;
  }

  /** The bracket at each cursor, before it rather than after it, and its other half. */
  private pairs(): DecorationSet {
    const cursors = this.view.state.selection.ranges.filter((r) => r.empty);
    const pairs = cursors.flatMap(({ head }) => {
      const found =
        matchBrackets(this.state, head, -1) ??
        (head > 0 ? matchBrackets(this.state, head - 1, 1) : null) ??
        matchBrackets(this.state, head, 1) ??
        matchBrackets(this.state, head + 1, -1);
      if (!found) return [];
      const one = mark(found.matched ? "cm-matchingBracket" : "cm-nonmatchingBracket");
      return [found.start, found.end].flatMap((at) => (at ? one.range(at.from, at.to) : []));
    });
    return Decoration.set(pairs, true);
  }
}

/** Colours, indentation, folding, and what comments and brackets look like. */
export const goSyntax: Extension = [
  TAB,
  ViewPlugin.fromClass(Marks, {
    provide: (plugin) =>
      (["colours", "brackets"] as const).map((kind) => EditorView.decorations.of((view) => view.plugin(plugin)?.[kind] ?? Decoration.none)),
  }),
  style.module ? EditorView.styleModule.of(style.module) : [],
  indentService.of(indentation),
  foldService.of(below),
  EditorState.languageData.of(() => [
    {
      commentTokens: { line: "//", block: { open: "/*", close: "*/" } },
      closeBrackets: { brackets: ["(", "[", "{", "'", '"', "`"] },
      indentOnInput: /^\s*(?:case\b|default\b|\})$/,
    },
  ]),
];
