// Everything beside the canvas: the three steps, the panel with its tabs, publishing.

import "../../rules/rules.css";
import "./panel.css";
import { mountEditor } from "../rules/editor";
import { drawList, mountList } from "../rules/list";
import { mountPointing } from "../rules/pointing";
import { mountSections } from "../sections/list";
import { listenForMerge } from "../sections/merge";
import { followSelection } from "../sections/outline";
import { selection } from "../store";
import { mountChosen } from "./chosen";
import { mountExamples } from "./examples";
import { mountFindings } from "./findings";
import { drawPaper, mountGeneral } from "./general";
import { mountIndicators } from "./indicators";
import { onChoice } from "./nodes";
import { mountPublish } from "./publish";
import { mountTabs } from "./tabs";
import { find } from "./texts";

/** Wire the panel; the store has started. */
export function mountPanel(): void {
  const step = mountTabs(find("steps"), (tab) => {
    find("panel").toggleAttribute("hidden", tab.id !== "tab-canvas");
    void drawPaper();
  });
  const pane = mountTabs(find("panel").querySelector('[role="tablist"]') as HTMLElement, drawList);
  const open = (id: string): void => (id === "tab-canvas" ? step(id) : pane(id));
  listenForMerge();
  followSelection();
  mountChosen();
  mountSections();
  mountPointing();
  mountEditor();
  mountList();
  mountFindings(open);
  mountExamples();
  mountGeneral();
  mountPublish(open);
  mountIndicators();
  onChoice(() => {
    if (selection().kind === "rule") pane("tab-rules");
  });
}
