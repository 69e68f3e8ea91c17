// The editor of the Python lab: CodeMirror in a shadow tree, in the place of the page's own text field.
//
// A shadow tree gets its styles by `adoptedStyleSheets`, which the page's policy allows; a `<style>` element would be refused.
// The text field stays, below the editor and with the same text: what is typed into either is in both, and where this script
// does not come, the field alone is the editor.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { pythonLanguage } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, LanguageSupport, syntaxHighlighting } from "@codemirror/language";
import { Annotation, EditorState, StateEffect, StateField } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers, WidgetType } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Colours are the page's own, by their names: both themes, more contrast and forced colours come with them. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.self], color: "var(--code-keyword, var(--accent))" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--ok)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--timeout)" },
  { tag: [tags.comment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], fontWeight: "600" },
  { tag: [tags.meta], color: "var(--backoff)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--panel)", fontSize: "inherit" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-gutters": { color: "var(--muted)", backgroundColor: "var(--soft)", border: "0", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--soft)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--wait2)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--wait2)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "transparent", outline: "1px solid var(--edge)" },
  ".cm-wrong": { backgroundColor: "var(--block)" },
  ".cm-message": { padding: "2px 8px", borderLeft: "3px solid var(--err)", color: "var(--err)", fontFamily: "var(--sans)" },
});

/** What is said at a line: under it, and the line is marked. */
class Message extends WidgetType {
  constructor(text) {
    super();
    this.text = text;
  }
  eq(other) {
    return other.text === this.text;
  }
  toDOM() {
    return Object.assign(document.createElement("div"), { className: "cm-message", textContent: this.text });
  }
}

const setMark = StateEffect.define();

const marks = StateField.define({
  create: () => Decoration.none,
  update(known, change) {
    for (const effect of change.effects) if (effect.is(setMark)) return marked(change.state, effect.value);
    // What was wrong may be mended by now.
    return change.docChanged ? Decoration.none : known;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function marked(state, mark) {
  if (!mark || mark.line < 1 || mark.line > state.doc.lines) return Decoration.none;
  const line = state.doc.line(mark.line);
  const found = [Decoration.line({ class: "cm-wrong" }).range(line.from)];
  if (mark.text) found.push(Decoration.widget({ widget: new Message(mark.text), block: true, side: 1 }).range(line.to));
  return Decoration.set(found);
}

/** Changes that come from the field are not written back to it. */
const fromField = Annotation.define();

/**
 * Puts an editor into an empty element, in the place of a text field.
 *
 * @param {HTMLElement} place
 * @param {HTMLTextAreaElement} field
 * @param {() => void} run called for Ctrl or Cmd and Enter
 */
globalThis.interleaveEditor = (place, field, run) => {
  const root = place.attachShadow({ mode: "open" });
  const state = EditorState.create({
    doc: field.value,
    extensions: [
      lineNumbers(),
      history(),
      drawSelection(),
      highlightSpecialChars(),
      highlightActiveLine(),
      indentOnInput(),
      indentUnit.of("    "),
      bracketMatching(),
      new LanguageSupport(pythonLanguage),
      syntaxHighlighting(colours),
      look,
      marks,
      keymap.of([
        { key: "Mod-Enter", run: () => (run(), true) },
        ...defaultKeymap.filter((binding) => binding.key !== "Mod-Enter"),
        ...historyKeymap,
        // Tab indents. After Escape it goes on to the next element: CodeMirror sees to that.
        indentWithTab,
      ]),
      EditorView.contentAttributes.of({ tabindex: "0", "aria-label": field.getAttribute("aria-label") ?? "", "aria-description": "Escape, then Tab leaves the editor" }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || update.transactions.some((one) => one.annotation(fromField))) return;
        field.value = update.state.doc.toString();
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }),
    ],
  });
  const view = new EditorView({ state, parent: root, root });
  const follow = () => {
    const text = field.value;
    const known = view.state.doc;
    if (known.toString() === text) return;
    view.dispatch({ changes: { from: 0, to: known.length, insert: text }, annotations: fromField.of(true) });
  };
  field.addEventListener("input", follow);
  // The page's keys are not meant for who types here. Seen from outside, keys come from the element around the shadow tree.
  place.addEventListener("keydown", (event) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
  return {
    /** The field was given another text by the page. */
    follow,
    /** Marks a line, with a text under it; no line, no mark. */
    mark(line, text) {
      const mark = line ? { line, text } : null;
      view.dispatch({ effects: setMark.of(mark) });
      if (mark && line <= view.state.doc.lines) {
        view.dispatch({ effects: EditorView.scrollIntoView(view.state.doc.line(line).from, { y: "center" }) });
      }
    },
    focus: () => view.focus(),
    close() {
      field.removeEventListener("input", follow);
      view.destroy();
    },
  };
};
