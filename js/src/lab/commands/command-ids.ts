/** The commands of the extension, as menus, shortcuts and the palette know them. */
export const CommandIDs = {
  undo: "unlearn-widgets:undo",
  redo: "unlearn-widgets:redo",
  saveManifest: "unlearn-widgets:save-manifest",
  openReview: "unlearn-widgets:open-review",
  nextRecord: "unlearn-widgets:next-record",
  previousRecord: "unlearn-widgets:previous-record",
  focusMap: "unlearn-widgets:focus-map",
  showPanel: "unlearn-widgets:show-panel",
  openTutorial: "unlearn-widgets:open-tutorial",
} as const;
