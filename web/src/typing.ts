// Letters that go into the text without a detour. By itself the browser writes each letter into the page and the editor then finds out what
// came, and takes it back where a pair of brackets belongs: that is a sixth of what a key costs.
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/** Whether the browser would put the letter where the editor's own selection is. */
function agrees(view: EditorView): boolean {
  const { anchor, head } = view.state.selection.main;
  // Not the event's own target: to work that out costs most of what all this saves.
  const page = document.getSelection();
  if (!page?.anchorNode || !page.focusNode || view.posAtDOM(page.anchorNode, page.anchorOffset) !== anchor) return false;
  return page.isCollapsed ? anchor === head : view.posAtDOM(page.focusNode, page.focusOffset) === head;
}

/** As the editor does it for what it found in the page: handlers of input first, then every cursor's place. */
function write(view: EditorView, letter: string): void {
  const { from, to } = view.state.selection.main;
  const insert = () => view.state.update(view.state.replaceSelection(letter), { userEvent: "input.type", scrollIntoView: true });
  const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, letter, insert));
  if (!handled) view.dispatch(insert());
}

/** Typing, where it is sure what a key writes; all else takes the editor's own way. */
export function typing(): Extension {
  // As the last key says itself. A keyboard on the screen says nothing, and an input method writes other things.
  let key = "";
  return [
    EditorView.domEventObservers({ keydown: (event) => void (key = event.key) }),
    EditorView.domEventHandlers({
      beforeinput(event, view) {
        if (event.inputType !== "insertText" || event.data !== key || !event.cancelable) return false;
        if (event.isComposing || view.compositionStarted || view.state.readOnly || !agrees(view)) return false;
        write(view, key);
        return true;
      },
    }),
  ];
}
