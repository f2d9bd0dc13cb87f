/**
 * Sets style properties of an element through the CSSOM: `<div ${styleOf({ "--indent": "3" })}>`. lit's styleMap writes a style
 * attribute when it first draws, which the content security policy forbids.
 */
import { noChange, type ElementPart } from "lit";
import { Directive, directive } from "lit/directive.js";

export type StyleProperties = Readonly<Record<string, string | undefined>>;

class StyleOf extends Directive {
  private before: StyleProperties = {};

  render(_properties: StyleProperties): typeof noChange {
    return noChange;
  }

  /** Touches only what changed; undefined removes a property. */
  override update(part: ElementPart, [properties]: [StyleProperties]): typeof noChange {
    const { style } = part.element as HTMLElement;
    for (const name of Object.keys(this.before)) if (!(name in properties)) style.removeProperty(name);
    for (const [name, value] of Object.entries(properties)) {
      if (value === this.before[name]) continue;
      if (value === undefined) style.removeProperty(name);
      else style.setProperty(name, value);
    }
    this.before = properties;
    return noChange;
  }
}

export const styleOf = directive(StyleOf);
